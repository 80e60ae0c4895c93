public import Ledger

/// Our intention to collect from a customer what accrued. One charge has one PaymentIntent, ever: each further attempt
/// confirms the same one, and only when that is canceled for good does the amount go back to what is accrued.
public struct Charge: Identified, Hashable, Sendable {
    public static let idPrefix = "bchg"
    public typealias ID = Identifier<Charge>

    public let id: ID
    public let account: ConnectedAccount.ID
    public let customer: Customer.ID
    /// Minor units.
    public let amount: Int64
    public let currency: Currency
    /// Minor units.
    public let applicationFee: Int64
    public var status: ChargeStatus
    /// Why the status is what it is: a decline code of Stripe's, or one of Bursar's own codes.
    public var reason: String?
    /// Stripe's `advice_code` on the last decline.
    public var adviceCode: String?
    /// `pi_…`, as soon as Stripe has told us.
    public var paymentIntent: String?
    /// How often a payment was tried; each has its own idempotency key.
    public var attempt: Int
    /// Minor units that were given back, or are on their way back.
    public let refunded: Int64
    public var dunning: DunningStanding
    /// What opens the page on which the customer finishes the payment.
    public let payToken: String
    public let createdAt: Instant
    public var updatedAt: Instant

    public init(
        id: ID, account: ConnectedAccount.ID, customer: Customer.ID, amount: Int64, currency: Currency,
        applicationFee: Int64, status: ChargeStatus, reason: String? = nil, adviceCode: String? = nil,
        paymentIntent: String? = nil,
        attempt: Int, refunded: Int64 = 0, dunning: DunningStanding = DunningStanding(), payToken: String,
        createdAt: Instant, updatedAt: Instant
    ) {
        self.id = id
        self.account = account
        self.customer = customer
        self.amount = amount
        self.currency = currency
        self.applicationFee = applicationFee
        self.status = status
        self.reason = reason
        self.adviceCode = adviceCode
        self.paymentIntent = paymentIntent
        self.attempt = attempt
        self.refunded = refunded
        self.dunning = dunning
        self.payToken = payToken
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
