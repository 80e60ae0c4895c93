public import Ledger

/// A merchant's end user.
public struct Customer: Identified, Hashable, Sendable {
    public static let idPrefix = "bcus"
    public typealias ID = Identifier<Customer>

    public enum Status: String, CaseIterable, Sendable {
        case active
        /// Uses and buys nothing. What is owed is still charged.
        case blocked
    }

    public let id: ID
    public let account: ConnectedAccount.ID
    /// The merchant's own name for the customer; unique within the account.
    public let externalID: String
    public var name: String?
    public var email: String?
    public var metadata: [String: String]
    /// `cus_…` on the merchant's Stripe account.
    public var stripeCustomer: String?
    /// `pm_…`, charged off session.
    public var paymentMethod: String?
    /// What rating has left over: millionths of a micro.
    public var priceCarry: Int64
    /// How the wallet fills itself; `nil` where it does not.
    public var autoTopUp: AutoTopUpPolicy?
    /// `nil`: no limits.
    public var plan: Plan.ID?
    public var status: Status
    public var blockedReason: String?
    public var blockedAt: Instant?
    /// IANA name: where the customer's days and months begin; the account's where there is none.
    public var timeZone: String?
    /// Whether usage is paid ahead; the plan's word, then the account's, where there is none.
    public var prepaid: Bool?
    /// The merchant's name for a group of customers who are looked at together.
    public var organization: String?
    public let createdAt: Instant

    public init(
        id: ID, account: ConnectedAccount.ID, externalID: String, name: String? = nil, email: String? = nil,
        metadata: [String: String] = [:], stripeCustomer: String? = nil, paymentMethod: String? = nil,
        priceCarry: Int64 = 0, autoTopUp: AutoTopUpPolicy? = nil,
        plan: Plan.ID? = nil, status: Status = .active, blockedReason: String? = nil,
        blockedAt: Instant? = nil, timeZone: String? = nil, prepaid: Bool? = nil, organization: String? = nil,
        createdAt: Instant
    ) {
        self.id = id
        self.account = account
        self.externalID = externalID
        self.name = name
        self.email = email
        self.metadata = metadata
        self.stripeCustomer = stripeCustomer
        self.paymentMethod = paymentMethod
        self.priceCarry = priceCarry
        self.autoTopUp = autoTopUp
        self.plan = plan
        self.status = status
        self.blockedReason = blockedReason
        self.blockedAt = blockedAt
        self.timeZone = timeZone
        self.prepaid = prepaid
        self.organization = organization
        self.createdAt = createdAt
    }
}
