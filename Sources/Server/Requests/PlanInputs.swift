import Worker

/// The body of `POST /v1/plans`.
struct NewPlanInput: Decodable {
    let plan: NewPlan

    init(from decoder: any Decoder) throws {
        let fields = try Fields(decoder, ["slug", "name", "is_default", "terms"])
        plan = NewPlan(
            slug: try Fields.required(fields.text("slug"), "slug"), name: try fields.text("name"),
            isDefault: try fields.flag("is_default") ?? false, terms: try fields.tree("terms"))
    }
}

/// The body of `POST /v1/plans/{slug}`: what is missing stays as it is.
struct PlanChangeInput: Decodable {
    let change: PlanChange

    init(from decoder: any Decoder) throws {
        let fields = try Fields(decoder, ["name", "is_default", "terms"])
        var change = PlanChange()
        change.name = try fields.text("name")
        change.isDefault = try fields.flag("is_default")
        change.terms = try fields.change("terms") { try fields.tree("terms") }
        self.change = change
    }
}
