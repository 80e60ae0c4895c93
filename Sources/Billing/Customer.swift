public import Ledger

/// A merchant's end user.
public struct Customer: Identified, Hashable, Sendable {
    public static let idPrefix = "bcus"
    public typealias ID = Identifier<Customer>

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
    public let createdAt: Instant

    public init(
        id: ID, account: ConnectedAccount.ID, externalID: String, name: String? = nil, email: String? = nil,
        metadata: [String: String] = [:], stripeCustomer: String? = nil, paymentMethod: String? = nil,
        priceCarry: Int64 = 0, autoTopUp: AutoTopUpPolicy? = nil, createdAt: Instant
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
        self.createdAt = createdAt
    }
}
