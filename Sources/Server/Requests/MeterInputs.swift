import Billing
import Worker

/// The body of `POST /v1/meters`.
struct NewMeterInput: Decodable {
    let meter: NewMeter

    init(from decoder: any Decoder) throws {
        let fields = try Fields(decoder, ["slug", "name", "aggregation", "field", "filter"])
        let aggregation = try fields.choice("aggregation", MeterAggregation.self)
        let rule = MeterRule(
            try Fields.required(aggregation, "aggregation"), of: try fields.text("field"),
            filter: try fields.read("filter", as: [String: String].self, "an object of strings") ?? [:])
        meter = NewMeter(
            slug: try Fields.required(fields.text("slug"), "slug"), name: try fields.text("name"), rule: rule)
    }
}

/// The body of `POST /v1/meters/{id}`: what a meter counts never changes.
struct MeterChangeInput: Decodable {
    let name: String?

    init(from decoder: any Decoder) throws {
        let fields = try Fields(decoder, ["name"])
        name = try fields.text("name")
    }
}

/// The query of `GET /v1/meters/{id}/readings`.
struct MeterReadingsInput: Sendable {
    private let parameters: [String: String]
    private let groupBy: MeterGrouping?
    /// Our id or the merchant's external id.
    let customer: String?
    let page: Paging

    static let names = Route.paging.union(["from", "to", "group_by", "customer", "time_zone"])

    init(_ parameters: [String: String]) throws {
        page = try Paging(parameters)
        customer = parameters["customer"]
        groupBy = try Fields.choice(parameters["group_by"], "group_by")
        self.parameters = parameters
    }

    /// - Throws: `missing_field`.
    func query(of customer: Customer?) throws -> MeterQuery {
        var query = MeterQuery(
            from: try Fields.required(parameters["from"], "from"), to: try Fields.required(parameters["to"], "to"))
        query.groupBy = groupBy
        query.customer = customer
        query.timeZone = parameters["time_zone"]
        query.after = page.startingAfter
        query.limit = page.fetch
        return query
    }
}
