/// https://docs.stripe.com/api/payment_methods/object
public struct PaymentMethod: StripeObject {
    public let id: String
    /// `card`, `sepa_debit` …
    public let type: String
    public let customer: Expandable<Customer>?
    public let card: Card?
    /// Seconds since 1970.
    public let created: Int64?
    public let livemode: Bool?

    public struct Card: Decodable, Sendable {
        public let brand: String?
        public let last4: String?
        public let expMonth: Int?
        public let expYear: Int?

        enum CodingKeys: String, CodingKey {
            case brand, last4
            case expMonth = "exp_month"
            case expYear = "exp_year"
        }
    }
}

extension PaymentMethod {
    /// What a customer has saved, the newest first.
    /// - Parameter type: `card`, `sepa_debit` …; nil lists all.
    public static func list(
        customer: String, type: String? = nil, cursor: ListCursor = .start, limit: Int? = nil, in scope: AccountScope
    ) -> StripeRequest<StripeList<PaymentMethod>> {
        var form = FormParameters()
        form.set("type", type)
        form.setPage(cursor: cursor, limit: limit)
        return StripeRequest(get: "/v1/customers/{customer}/payment_methods", [customer], form, in: scope)
    }

    public static func retrieve(
        _ paymentMethod: String, customer: String, in scope: AccountScope
    ) -> StripeRequest<PaymentMethod> {
        StripeRequest(
            get: "/v1/customers/{customer}/payment_methods/{payment_method}", [customer, paymentMethod], in: scope)
    }
}
