public import Ledger

/// One metered act of a customer, as the merchant reports it, or what takes one back. Unique for ever by account,
/// source and event id.
public struct UsageEvent: Identified, Hashable, Sendable {
    public static let idPrefix = "busg"
    public typealias ID = Identifier<UsageEvent>

    public enum Kind: String, Sendable {
        case usage
        /// Takes another event back: its amounts and quantities are that event's, negated.
        case correction
    }

    public let id: ID
    public let account: ConnectedAccount.ID
    public let customer: Customer.ID
    public let source: String
    public let eventID: String
    public var kind = Kind.usage
    /// The event that a correction takes back.
    public var corrects: ID?
    /// When it happened, by the merchant's word.
    public let time: Instant
    /// The moment by which it counts: `time` while the month that holds it is open, else when it came.
    public var countedAt: Instant
    /// It came when its month was closed.
    public var isLate = false
    /// The catalogue did not know the model, and the account's ceiling priced it.
    public var isCeiling = false
    public var labels: UsageLabels
    /// The organization that it was counted under: the one that it names, else the customer's own at that time; empty
    /// for none. `nil` for what was counted before this was kept.
    public var countedOrganization: String?
    public var quantities = Quantities.none
    /// How long the provider took to answer.
    public var latencyMs: Int64?
    public let metadata: [String: String]
    public let costMicros: Int64
    public let priceMicros: Int64
    /// The markup in its price; zero where a product's meters make the price.
    public let markup: Percent
    /// The journal entry that posted it, with all other events of that customer in the same request; `nil` when there
    /// was nothing to post.
    public var entry: Int64?
    /// The hold that it settled (`bhld_…`).
    public var authorization: String?
    public let receivedAt: Instant

    public init(
        id: ID, account: ConnectedAccount.ID, customer: Customer.ID, source: String, eventID: String, time: Instant,
        labels: UsageLabels = UsageLabels(), costMicros: Int64, priceMicros: Int64, markup: Percent,
        metadata: [String: String], receivedAt: Instant
    ) {
        self.id = id
        self.account = account
        self.customer = customer
        self.source = source
        self.eventID = eventID
        self.time = time
        self.countedAt = time
        self.labels = labels
        self.costMicros = costMicros
        self.priceMicros = priceMicros
        self.markup = markup
        self.metadata = metadata
        self.receivedAt = receivedAt
    }
}
