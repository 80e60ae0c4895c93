public import Ledger

/// What a merchant sells its customers: limits, models, a markup.
public struct Plan: Slugged {
    public static let idPrefix = "bpln"
    public typealias ID = Identifier<Plan>

    public let id: ID
    public let account: ConnectedAccount.ID
    public let slug: String
    public var name: String
    /// Whether new customers are put on it; at most one plan of an account is.
    public var isDefault: Bool
    public var terms: PlanTerms
    /// Nobody new is put on it from then on; who is on it stays.
    public var archivedAt: Instant?
    public let createdAt: Instant
    public var updatedAt: Instant

    public init(
        id: ID, account: ConnectedAccount.ID, slug: String, name: String, isDefault: Bool = false, terms: PlanTerms,
        archivedAt: Instant? = nil, createdAt: Instant, updatedAt: Instant
    ) {
        self.id = id
        self.account = account
        self.slug = slug
        self.name = name
        self.isDefault = isDefault
        self.terms = terms
        self.archivedAt = archivedAt
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// The first thing that cannot hold, be it of the plan or of its terms.
    public var fault: TermsFault? {
        if let fault = namingFault { return fault }
        guard !isDefault || archivedAt == nil else {
            return TermsFault("is_default", "an archived plan cannot be the default")
        }
        return terms.fault
    }
}
