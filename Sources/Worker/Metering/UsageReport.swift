public import Billing
public import Ledger

/// What a caller reports: one act of a customer, with what it cost or how much was used.
public struct UsageReport: Hashable, Sendable {
    public var eventID: String
    /// Who reports; an event id is unique within its source.
    public var source: String
    /// The customer's external id; the customer is made on first use. Empty where the key says whose it is.
    public var customer: String
    /// When it happened; now, when the caller does not say.
    public var time: Instant?
    /// What the provider takes, where the caller knows it; else the catalogue does.
    public var costMicros: Int64?
    public var quantities: Quantities
    public var provider: String?
    public var model: String?
    public var feature: String?
    public var action: String?
    /// The slug of the product whose meters make the price.
    public var product: String?
    public var organization: String?
    /// The id or the secret of an API key of the account or one of its customers.
    public var key: String?
    public var latencyMs: Int64?
    public var metadata: [String: String]
    /// Whether it is refused when a limit says so; else usage is a fact, and recorded above limits, too.
    public var isEnforced = false
    /// The hold that it captures.
    var authorization: Hold.ID?

    public init(
        eventID: String, source: String = UsageReport.defaultSource, customer: String, time: Instant? = nil,
        costMicros: Int64? = nil, quantities: Quantities = .none, model: String? = nil, metadata: [String: String] = [:]
    ) {
        self.eventID = eventID
        self.source = source
        self.customer = customer
        self.time = time
        self.costMicros = costMicros
        self.quantities = quantities
        self.model = model
        self.metadata = metadata
    }

    public static let defaultSource = "api"
}

/// What became of one report. Each is judged by itself: one that is wrong takes nothing from the others.
public enum UsageVerdict: Sendable {
    case accepted(UsageEvent)
    /// The account has that event of that source already, the same to the letter.
    case duplicate(UsageEvent)
    case rejected(WorkerError)
}
