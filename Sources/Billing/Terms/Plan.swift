public import Ledger

/// What a merchant sells its customers: limits, models, a markup.
public struct Plan: Identified, Hashable, Sendable {
    public static let idPrefix = "bpln"
    public typealias ID = Identifier<Plan>

    public let id: ID
    public let account: ConnectedAccount.ID
    /// The merchant's own short name for it; unique within the account, and never changed.
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

    public static let longestName = 200

    /// Whether it is 1 to 40 of a–z, 0–9, `-` and `_`, a letter or a digit first.
    public static func isSlug(_ text: String) -> Bool {
        let isFit = text.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        return isFit && (1...40).contains(text.utf8.count) && text.utf8.first.map(isAlphanumeric) == true
    }

    /// The first thing that cannot hold, be it of the plan or of its terms.
    public var fault: TermsFault? {
        if let fault = Self.fault(slug: slug, name: name) { return fault }
        guard !isDefault || archivedAt == nil else {
            return TermsFault("is_default", "an archived plan cannot be the default")
        }
        return terms.fault
    }

    /// What is wrong with the names of a plan, or of anything else that a merchant names in the same way.
    static func fault(slug: String, name: String) -> TermsFault? {
        guard isSlug(slug) else {
            return TermsFault("slug", "write 1 to 40 of a–z, 0–9, - and _, a letter or digit first, as in pro-monthly")
        }
        guard (1...longestName).contains(name.unicodeScalars.count) else {
            return TermsFault("name", "write 1 to \(longestName) characters")
        }
        return nil
    }

    private static func isAlphanumeric(_ character: UInt8) -> Bool {
        (0x61...0x7A).contains(character) || (0x30...0x39).contains(character)
    }
}
