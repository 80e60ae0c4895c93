public import Ledger

/// A customer's complaint to their bank about a payment: an inquiry, which moves no money, or a dispute, which may.
/// Money moves only by the movements that Stripe tells of, never by a status.
public struct Dispute: Identified, Hashable, Sendable {
    public static let idPrefix = "bdsp"
    public typealias ID = Identifier<Dispute>

    /// https://docs.stripe.com/api/disputes/object
    public enum Status: String, CaseIterable, Sendable {
        case warningNeedsResponse = "warning_needs_response"
        case warningUnderReview = "warning_under_review"
        case warningClosed = "warning_closed"
        case needsResponse = "needs_response"
        case underReview = "under_review"
        case appealNeedsResponse = "appeal_needs_response"
        case appealUnderReview = "appeal_under_review"
        case won, lost, prevented

        public var isOpen: Bool {
            switch self {
            case .won, .lost, .prevented, .warningClosed: false
            default: true
            }
        }

        public var isInquiry: Bool {
            self == .warningNeedsResponse || self == .warningUnderReview || self == .warningClosed
        }

        /// A late word changes nothing: a dispute goes from inquiry to dispute to verdict, from `lost` to an appeal,
        /// and from anywhere to `won`, which is final.
        public func after(_ next: Status) -> Status {
            switch (self, next) {
            case (.won, _): .won
            case (_, .won), (_, .lost), (_, .prevented): next
            default: next.stage >= stage ? next : self
            }
        }

        private var stage: Int {
            switch self {
            case .warningNeedsResponse: 0
            case .warningUnderReview: 1
            case .warningClosed, .prevented: 2
            case .needsResponse: 3
            case .underReview: 4
            case .lost: 5
            case .appealNeedsResponse: 6
            case .appealUnderReview: 7
            case .won: 8
            }
        }
    }

    public let id: ID
    public let account: ConnectedAccount.ID
    public let customer: Customer.ID
    public let payment: PaymentID
    /// `du_…` or `dp_…`
    public let stripeDispute: String
    /// Minor units; it can differ from the payment's.
    public var amount: Int64
    public let currency: Currency
    /// Stripe's word for the customer's reason.
    public let reason: String?
    public var status: Status
    /// Minor units that the bank holds now: withdrawn, less what was reinstated.
    public var withdrawn: Int64
    /// Until when evidence can be given.
    public var evidenceDueBy: Instant?
    /// When it began, by Stripe's clock.
    public let createdAt: Instant
    public var updatedAt: Instant

    public init(
        id: ID, account: ConnectedAccount.ID, customer: Customer.ID, payment: PaymentID, stripeDispute: String,
        amount: Int64, currency: Currency, reason: String?, status: Status, withdrawn: Int64 = 0,
        evidenceDueBy: Instant? = nil, createdAt: Instant, updatedAt: Instant
    ) {
        self.id = id
        self.account = account
        self.customer = customer
        self.payment = payment
        self.stripeDispute = stripeDispute
        self.amount = amount
        self.currency = currency
        self.reason = reason
        self.status = status
        self.withdrawn = withdrawn
        self.evidenceDueBy = evidenceDueBy
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// Minor units that the bank may yet take.
    public var atStake: Int64 {
        status.isOpen ? Int64(clamping: max(0, Int128(amount) - Int128(withdrawn))) : 0
    }
}
