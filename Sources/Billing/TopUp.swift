public import Ledger

/// Wallet money that a customer buys: on a Checkout page of the merchant's Stripe account, or automatically, off
/// session with the saved card.
public struct TopUp: Identified, Hashable, Sendable {
    public static let idPrefix = "btop"
    public typealias ID = Identifier<TopUp>

    public enum Status: String, CaseIterable, Sendable {
        /// Written down, and not known to be at Stripe yet.
        case creating
        /// The customer can pay at `url`.
        case open
        /// Completed, and the money is on its way by a method that settles later.
        case pending
        case paid
        case failed
        /// Nobody paid in time.
        case expired

        /// It has not come to its end.
        public var isOpen: Bool {
            switch self {
            case .creating, .open, .pending: true
            case .paid, .failed, .expired: false
            }
        }

        /// A late word changes nothing once the money is there; `failed` and `expired` yield only to `paid`.
        public func after(_ next: Status) -> Status {
            switch (self, next) {
            case (.paid, _): .paid
            case (.failed, .paid), (.expired, .paid): .paid
            case (.failed, _), (.expired, _): self
            case (.pending, .open), (.pending, .creating), (.open, .creating): self
            default: next
            }
        }
    }

    public let id: ID
    public let account: ConnectedAccount.ID
    public let customer: Customer.ID
    /// Minor units.
    public let amount: Int64
    public let currency: Currency
    /// Minor units.
    public let applicationFee: Int64
    public var status: Status
    /// `cs_…`
    public var checkoutSession: String?
    /// `pi_…`
    public var paymentIntent: String?
    public var url: String?
    /// Made by a rule, with nobody there.
    public let isAutomatic: Bool
    /// Why an automatic one is not paid: a decline code of Stripe's, or one of Bursar's own.
    public var reason: String?
    /// Minor units that were given back, or are on their way back.
    public let refunded: Int64
    /// What opens the page on which an automatic one is confirmed.
    public let payToken: String?
    public let createdAt: Instant
    public var updatedAt: Instant

    public init(
        id: ID, account: ConnectedAccount.ID, customer: Customer.ID, amount: Int64, currency: Currency,
        applicationFee: Int64, status: Status, checkoutSession: String? = nil, paymentIntent: String? = nil,
        url: String? = nil, isAutomatic: Bool = false, reason: String? = nil, refunded: Int64 = 0,
        payToken: String? = nil,
        createdAt: Instant, updatedAt: Instant
    ) {
        self.id = id
        self.account = account
        self.customer = customer
        self.amount = amount
        self.currency = currency
        self.applicationFee = applicationFee
        self.status = status
        self.checkoutSession = checkoutSession
        self.paymentIntent = paymentIntent
        self.url = url
        self.isAutomatic = isAutomatic
        self.reason = reason
        self.refunded = refunded
        self.payToken = payToken
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
