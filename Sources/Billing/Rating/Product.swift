public import Ledger

/// What a merchant sells by meters of their own: an event that names it is priced by them, in tiers, and by nothing
/// else.
public struct Product: Slugged {
    public static let idPrefix = "bprd"
    public typealias ID = Identifier<Product>

    public let id: ID
    public let account: ConnectedAccount.ID
    /// What events name it by.
    public let slug: String
    public var name: String
    /// In the order in which a line shows them.
    public var metrics: [ProductMetric]
    /// No event may name it from then on.
    public var archivedAt: Instant?
    public let createdAt: Instant
    public var updatedAt: Instant

    public init(
        id: ID, account: ConnectedAccount.ID, slug: String, name: String, metrics: [ProductMetric],
        archivedAt: Instant? = nil, createdAt: Instant, updatedAt: Instant
    ) {
        self.id = id
        self.account = account
        self.slug = slug
        self.name = name
        self.metrics = metrics
        self.archivedAt = archivedAt
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    public static let mostMetrics = 20

    /// The first thing that cannot hold.
    public var fault: TermsFault? {
        if let fault = namingFault { return fault }
        guard (1...Self.mostMetrics).contains(metrics.count) else {
            return TermsFault("metrics", "give 1 to \(Self.mostMetrics) metrics")
        }
        for (place, metric) in metrics.enumerated() {
            guard !metrics[..<place].contains(where: { $0.meter == metric.meter }) else {
                return TermsFault("metrics.\(place).meter", "name each meter once")
            }
        }
        return nil
    }
}
