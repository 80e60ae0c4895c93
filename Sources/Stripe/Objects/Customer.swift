/// https://docs.stripe.com/api/customers/object
public struct Customer: StripeObject {
    public let id: String
    public let name: String?
    public let email: String?
    public let livemode: Bool?
    public let metadata: [String: String]?
    public let invoiceSettings: InvoiceSettings?
    private let deleted: Bool?

    /// A deleted customer can still be retrieved; it has an `id` and nothing else.
    public var isDeleted: Bool { deleted == true }

    public struct InvoiceSettings: Decodable, Sendable {
        public let defaultPaymentMethod: Expandable<PaymentMethod>?

        enum CodingKeys: String, CodingKey {
            case defaultPaymentMethod = "default_payment_method"
        }
    }

    enum CodingKeys: String, CodingKey {
        case id, name, email, livemode, metadata, deleted
        case invoiceSettings = "invoice_settings"
    }
}

extension Customer {
    public static func create(
        name: String? = nil, email: String? = nil, description: String? = nil, metadata: [String: String] = [:],
        in scope: AccountScope, idempotencyKey: String
    ) -> StripeRequest<Customer> {
        var form = FormParameters()
        form.set("name", name)
        form.set("email", email)
        form.set("description", description)
        form.set("metadata", metadata)
        return StripeRequest(post: "/v1/customers", [], form, in: scope, idempotencyKey: idempotencyKey)
    }

    public static func retrieve(_ customer: String, in scope: AccountScope) -> StripeRequest<Customer> {
        StripeRequest(get: "/v1/customers/{customer}", [customer], in: scope)
    }
}
