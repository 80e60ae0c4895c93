public import Ledger

/// One metered act of a customer, as the merchant reports it. Unique for ever by account, source and event id.
public struct UsageEvent: Identified, Hashable, Sendable {
    public static let idPrefix = "busg"
    public typealias ID = Identifier<UsageEvent>

    public let id: ID
    public let account: ConnectedAccount.ID
    public let customer: Customer.ID
    public let source: String
    public let eventID: String
    /// When it happened, by the merchant's word.
    public let time: Instant
    public let costMicros: Int64
    public let priceMicros: Int64
    public let markup: Percent
    public let model: String?
    public let metadata: [String: String]
    public let receivedAt: Instant

    public init(
        id: ID, account: ConnectedAccount.ID, customer: Customer.ID, source: String, eventID: String, time: Instant,
        costMicros: Int64, priceMicros: Int64, markup: Percent, model: String?, metadata: [String: String],
        receivedAt: Instant
    ) {
        self.id = id
        self.account = account
        self.customer = customer
        self.source = source
        self.eventID = eventID
        self.time = time
        self.costMicros = costMicros
        self.priceMicros = priceMicros
        self.markup = markup
        self.model = model
        self.metadata = metadata
        self.receivedAt = receivedAt
    }
}
