public import Ledger

/// A number that a merchant has made of their customers' events, and that products are priced by. It counts what comes
/// in after it was made, and not while it is in the archive.
public struct Meter: Slugged {
    public static let idPrefix = "bmtr"
    public typealias ID = Identifier<Meter>

    public let id: ID
    public let account: ConnectedAccount.ID
    public let slug: String
    public var name: String
    /// Never changed: what is counted so far would mean something else.
    public let rule: MeterRule
    public var archivedAt: Instant?
    public let createdAt: Instant
    public var updatedAt: Instant

    public init(
        id: ID, account: ConnectedAccount.ID, slug: String, name: String, rule: MeterRule, archivedAt: Instant? = nil,
        createdAt: Instant, updatedAt: Instant
    ) {
        self.id = id
        self.account = account
        self.slug = slug
        self.name = name
        self.rule = rule
        self.archivedAt = archivedAt
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// Live meters of an account: each is looked at with every event.
    public static let mostOfAccount = 100

    /// The first thing that cannot hold.
    public var fault: TermsFault? { namingFault ?? rule.fault }
}

/// In JSON `{"aggregation": "sum", "field": "pages", "filter": {"model": "gpt-5"}}`.
extension MeterRule: Codable {
    private enum CodingKeys: String, CodingKey { case aggregation, field, filter }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            try container.word(MeterAggregation.self, forKey: .aggregation),
            of: try container.decodeIfPresent(String.self, forKey: .field),
            filter: try container.decodeIfPresent([String: String].self, forKey: .filter) ?? [:])
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(aggregation, forKey: .aggregation)
        try container.encodeIfPresent(field, forKey: .field)
        if !filter.isEmpty { try container.encode(filter, forKey: .filter) }
    }
}
