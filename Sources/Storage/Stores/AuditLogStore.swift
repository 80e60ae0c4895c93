public import Billing
public import Ledger

/// Who did what to which thing, and when; written in the commit of what was done, and never changed.
public struct AuditEntry: Identified, Hashable, Sendable {
    public static let idPrefix = "baud"
    public typealias ID = Identifier<AuditEntry>

    public let id: ID
    /// Whose setting it is; `nil` for the platform's own.
    public let account: ConnectedAccount.ID?
    /// The id of a key, or a word such as `command_line`.
    public let actor: String
    /// A word such as `changed`.
    public let action: String
    /// The kind of thing, such as `plan`.
    public let object: String
    public let objectID: String
    public let changes: [AuditChange]
    public let at: Instant

    public init(
        id: ID, account: ConnectedAccount.ID?, actor: String, action: String, object: String, objectID: String,
        changes: [AuditChange], at: Instant
    ) {
        self.id = id
        self.account = account
        self.actor = actor
        self.action = action
        self.object = object
        self.objectID = objectID
        self.changes = changes
        self.at = at
    }
}

/// One field that is different now. A value is written as the API writes it, `nil` where there is none.
public struct AuditChange: Hashable, Codable, Sendable {
    /// With its path: `terms.markups.models.gpt-5`.
    public let field: String
    public let from: String?
    public let to: String?

    public init(field: String, from: String?, to: String?) {
        self.field = field
        self.from = from
        self.to = to
    }
}

/// Which entries. What is `nil` does not matter.
public struct AuditFilter: Hashable, Sendable {
    public var account: ConnectedAccount.ID?
    /// The kind of thing.
    public var object: String?
    public var objectID: String?
    public var actor: String?
    /// At or after.
    public var from: Instant?
    /// Before.
    public var to: Instant?

    public init(
        account: ConnectedAccount.ID? = nil, object: String? = nil, objectID: String? = nil, actor: String? = nil,
        from: Instant? = nil, to: Instant? = nil
    ) {
        self.account = account
        self.object = object
        self.objectID = objectID
        self.actor = actor
        self.from = from
        self.to = to
    }
}

extension Transaction {
    public var auditLog: AuditLogStore { AuditLogStore(tx: self) }
}

/// Entries are added and read; there is no statement here that could change one, and whoever does so past Bursar breaks
/// their chain.
public struct AuditLogStore {
    let tx: Transaction

    public func append(_ entry: AuditEntry) throws {
        let changes = try StoredText.changes(entry.changes)
        let before = try tx.auditChain.end()
        let end = before.followed(by: LinkedAuditEntry(entry, changes: changes, at: before.sequence + 1))
        try tx.execute(
            """
            INSERT INTO audit_log (id, account, actor, action, object, object_id, changes, at, sequence, hash)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """, entry.id.text, entry.account?.text, entry.actor, entry.action, entry.object, entry.objectID, changes,
            entry.at.millisecondsSince1970, end.sequence, end.hash.bytes)
        try tx.auditChain.move(from: before, to: end)
    }

    /// Newest first, those made before `after`.
    public func list(_ filter: AuditFilter, after: AuditEntry.ID?, limit: Int) throws -> [AuditEntry] {
        var query = Conditions()
        query.add("account = ?", filter.account?.text)
        query.add("object = ?", filter.object)
        query.add("object_id = ?", filter.objectID)
        query.add("actor = ?", filter.actor)
        query.add("at >= ?", filter.from?.millisecondsSince1970)
        query.add("at < ?", filter.to?.millisecondsSince1970)
        query.add("id < ?", after?.text)
        return try query.rows("audit_log", order: "id DESC", limit: limit, in: tx).map(Self.entry)
    }

    private static func entry(_ row: Row) throws -> AuditEntry {
        AuditEntry(
            id: AuditEntry.ID(stored: try row.text("id")),
            account: try row.textOrNil("account").map(ConnectedAccount.ID.init(stored:)),
            actor: try row.text("actor"), action: try row.text("action"), object: try row.text("object"),
            objectID: try row.text("object_id"), changes: try StoredText.changes(try row.text("changes")),
            at: try row.instant("at"))
    }
}
