/// One movement of money from a payment method; a PaymentIntent makes one for each attempt.
/// https://docs.stripe.com/api/charges/object
public struct Charge: StripeObject {
    public let id: String
    /// Minor units of `currency`, as are the amounts below.
    public let amount: Int64
    public let amountCaptured: Int64?
    /// The sum of all refunds so far.
    public let amountRefunded: Int64?
    public let applicationFeeAmount: Int64?
    public let applicationFee: Expandable<UnreadObject>?
    public let currency: String
    public let status: Status
    public let paid: Bool?
    public let captured: Bool?
    /// True only when all of it has been refunded.
    public let refunded: Bool?
    public let disputed: Bool?
    public let customer: Expandable<Customer>?
    public let paymentIntent: Expandable<PaymentIntent>?
    public let balanceTransaction: Expandable<BalanceTransaction>?
    public let failureCode: String?
    public let failureMessage: String?
    public let outcome: Outcome?
    public let metadata: [String: String]?
    public let receiptURL: String?
    /// Seconds since 1970.
    public let created: Int64?
    public let livemode: Bool?

    public enum Status: OpenEnum {
        case succeeded, pending, failed
        case other(String)

        public static let known: [String: Status] = ["succeeded": .succeeded, "pending": .pending, "failed": .failed]
    }

    public struct Outcome: Decodable, Sendable {
        public let type: String?
        public let reason: String?
        public let adviceCode: String?
        public let networkAdviceCode: String?
        public let networkDeclineCode: String?

        enum CodingKeys: String, CodingKey {
            case type, reason
            case adviceCode = "advice_code"
            case networkAdviceCode = "network_advice_code"
            case networkDeclineCode = "network_decline_code"
        }
    }

    enum CodingKeys: String, CodingKey {
        case id, amount, currency, status, paid, captured, refunded, disputed, customer, outcome, metadata, created
        case livemode
        case amountCaptured = "amount_captured"
        case amountRefunded = "amount_refunded"
        case applicationFeeAmount = "application_fee_amount"
        case applicationFee = "application_fee"
        case paymentIntent = "payment_intent"
        case balanceTransaction = "balance_transaction"
        case failureCode = "failure_code"
        case failureMessage = "failure_message"
        case receiptURL = "receipt_url"
    }
}

extension Charge {
    public static func retrieve(
        _ charge: String, expand: [String] = [], in scope: AccountScope
    ) -> StripeRequest<Charge> {
        var form = FormParameters()
        form.set("expand", expand)
        return StripeRequest(get: "/v1/charges/{charge}", [charge], form, in: scope)
    }

    public static func list(
        customer: String? = nil, paymentIntent: String? = nil, created: CreatedRange? = nil,
        cursor: ListCursor = .start, limit: Int? = nil, expand: [String] = [], in scope: AccountScope
    ) -> StripeRequest<StripeList<Charge>> {
        var form = FormParameters()
        form.set("customer", customer)
        form.set("payment_intent", paymentIntent)
        form.set("created", created?.form)
        form.setPage(cursor: cursor, limit: limit)
        form.set("expand", expand)
        return StripeRequest(get: "/v1/charges", [], form, in: scope)
    }
}
