/// https://docs.stripe.com/api/refunds/object
public struct Refund: StripeObject {
    public let id: String
    /// Minor units of `currency`.
    public let amount: Int64
    public let currency: String
    public let status: Status?
    public let charge: Expandable<Charge>?
    public let paymentIntent: Expandable<PaymentIntent>?
    public let balanceTransaction: Expandable<BalanceTransaction>?
    /// By which a failed or cancelled refund came back.
    public let failureBalanceTransaction: Expandable<BalanceTransaction>?
    public let reason: String?
    public let failureReason: String?
    public let pendingReason: String?
    public let metadata: [String: String]?
    /// Seconds since 1970.
    public let created: Int64?

    public enum Status: OpenEnum {
        case pending, requiresAction, succeeded, failed, canceled
        case other(String)

        public static let known: [String: Status] = [
            "pending": .pending, "requires_action": .requiresAction, "succeeded": .succeeded, "failed": .failed,
            "canceled": .canceled,
        ]
    }

    public enum Reason: String, Sendable {
        case duplicate, fraudulent
        case requestedByCustomer = "requested_by_customer"
    }

    enum CodingKeys: String, CodingKey {
        case id, amount, currency, status, charge, reason, metadata, created
        case paymentIntent = "payment_intent"
        case balanceTransaction = "balance_transaction"
        case failureBalanceTransaction = "failure_balance_transaction"
        case failureReason = "failure_reason"
        case pendingReason = "pending_reason"
    }
}

extension Refund {
    /// - Parameters:
    ///   - amount: minor units; all that is left when nil.
    ///   - refundApplicationFee: gives the platform's fee back in proportion; Stripe keeps it unless told.
    public static func create(
        paymentIntent: String, amount: Int64? = nil, reason: Reason? = nil, refundApplicationFee: Bool? = nil,
        metadata: [String: String] = [:], expand: [String] = [], in scope: AccountScope, idempotencyKey: String
    ) -> StripeRequest<Refund> {
        var form = FormParameters()
        form.set("payment_intent", paymentIntent)
        form.set("amount", amount)
        form.set("reason", reason?.rawValue)
        form.set("refund_application_fee", refundApplicationFee)
        form.set("metadata", metadata)
        form.set("expand", expand)
        return StripeRequest(post: "/v1/refunds", [], form, in: scope, idempotencyKey: idempotencyKey)
    }

    public static func retrieve(
        _ refund: String, expand: [String] = [], in scope: AccountScope
    ) -> StripeRequest<Refund> {
        var form = FormParameters()
        form.set("expand", expand)
        return StripeRequest(get: "/v1/refunds/{refund}", [refund], form, in: scope)
    }

    public static func list(
        charge: String? = nil, paymentIntent: String? = nil, created: CreatedRange? = nil,
        cursor: ListCursor = .start, limit: Int? = nil, expand: [String] = [], in scope: AccountScope
    ) -> StripeRequest<StripeList<Refund>> {
        var form = FormParameters()
        form.set("charge", charge)
        form.set("payment_intent", paymentIntent)
        form.set("created", created?.form)
        form.setPage(cursor: cursor, limit: limit)
        form.set("expand", expand)
        return StripeRequest(get: "/v1/refunds", [], form, in: scope)
    }
}
