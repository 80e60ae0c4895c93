import Worker

/// The body of `POST /v1/products`.
struct NewProductInput: Decodable {
    let product: NewProduct

    init(from decoder: any Decoder) throws {
        let fields = try Fields(decoder, ["slug", "name", "metrics"])
        product = NewProduct(
            slug: try Fields.required(fields.text("slug"), "slug"), name: try fields.text("name"),
            metrics: try Fields.required(fields.tree("metrics"), "metrics"))
    }
}

/// The body of `POST /v1/products/{id}`: what is missing stays as it is.
struct ProductChangeInput: Decodable {
    let change: ProductChange

    init(from decoder: any Decoder) throws {
        let fields = try Fields(decoder, ["name", "metrics"])
        var change = ProductChange()
        change.name = try fields.text("name")
        change.metrics = try fields.tree("metrics")
        self.change = change
    }
}
