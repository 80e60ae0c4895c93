public import Ledger

/// Money of a payment that goes back to the customer: asked for here, or found to have been made at Stripe.
public struct Refund: Identified, Hashable, Sendable {
    public static let idPrefix = "bref"
    public typealias ID = Identifier<Refund>

    public enum Status: String, CaseIterable, Sendable {
        /// Written down or on its way. While Stripe has not answered, nobody knows more.
        case pending
        /// The customer has to say where the money shall go.
        case requiresAction = "requires_action"
        /// It has gone out. It can still come back.
        case succeeded
        /// Refused by Stripe, or sent back by the customer's bank.
        case failed
        case canceled

        /// It has not gone out yet, and may.
        public var isOpen: Bool { self == .pending || self == .requiresAction }

        /// Nothing of it is with the customer, and nothing will be.
        public var isVoid: Bool { self == .failed || self == .canceled }

        /// A late word changes nothing: what is void stays so, and what has succeeded can only come back.
        public func after(_ next: Status) -> Status {
            switch (self, next) {
            case (.failed, _), (.canceled, _): self
            case (.succeeded, .pending), (.succeeded, .requiresAction): self
            default: next
            }
        }
    }

    /// Why, in the words that Stripe takes. https://docs.stripe.com/api/refunds/create
    public enum Reason: String, CaseIterable, Sendable {
        case duplicate, fraudulent
        case requestedByCustomer = "requested_by_customer"
    }

    public enum Origin: String, CaseIterable, Sendable {
        /// Asked for here.
        case bursar
        /// Made in Stripe's dashboard, or by another program with the merchant's key.
        case stripe
    }

    public let id: ID
    public let account: ConnectedAccount.ID
    public let customer: Customer.ID
    public let payment: PaymentID
    /// Minor units.
    public let amount: Int64
    public let currency: Currency
    /// A `Reason`, or another word of Stripe's.
    public let reason: String?
    /// Whether the platform's fee was asked to go back in proportion.
    public let returnsApplicationFee: Bool
    public let origin: Origin
    public var status: Status
    /// Stripe's word for why it failed.
    public var failureReason: String?
    /// `re_…` or `pyr_…`, as soon as Stripe has told us.
    public var stripeRefund: String?
    /// Whether its money has left the Stripe balance, and the books say so. It stays when the money comes back.
    public var isPosted: Bool
    public let createdAt: Instant
    public var updatedAt: Instant

    public init(
        id: ID, account: ConnectedAccount.ID, customer: Customer.ID, payment: PaymentID, amount: Int64,
        currency: Currency, reason: String? = nil, returnsApplicationFee: Bool = false, origin: Origin,
        status: Status = .pending, failureReason: String? = nil, stripeRefund: String? = nil, isPosted: Bool = false,
        createdAt: Instant, updatedAt: Instant
    ) {
        self.id = id
        self.account = account
        self.customer = customer
        self.payment = payment
        self.amount = amount
        self.currency = currency
        self.reason = reason
        self.returnsApplicationFee = returnsApplicationFee
        self.origin = origin
        self.status = status
        self.failureReason = failureReason
        self.stripeRefund = stripeRefund
        self.isPosted = isPosted
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
