public import Billing

/// Where things lie that a merchant names by a slug, each kind in a table of its own.
public protocol SluggedStore {
    associatedtype Entity: Slugged

    static var table: String { get }
    static func entity(_ row: Row) throws -> Entity

    var tx: Transaction { get }

    /// - Returns: `false` when the account already has one of that slug; nothing is changed then.
    func insert(_ entity: Entity) throws -> Bool
    /// Writes everything that can change.
    func update(_ entity: Entity) throws
}

extension SluggedStore {
    public func find(_ id: Identifier<Entity>) throws -> Entity? {
        try tx.first("SELECT * FROM \(Self.table) WHERE id = $1", id.text).map(Self.entity)
    }

    public func find(slug: String, account: ConnectedAccount.ID) throws -> Entity? {
        try tx.first("SELECT * FROM \(Self.table) WHERE account = $1 AND slug = $2", account.text, slug)
            .map(Self.entity)
    }

    /// Newest first, those made before `after`.
    /// - Parameter archived: `nil` for all.
    public func list(
        account: ConnectedAccount.ID, archived: Bool?, after: Identifier<Entity>?, limit: Int
    ) throws -> [Entity] {
        var query = Conditions()
        query.add("account = ?", account.text)
        query.add("(archived_at IS NOT NULL) = (? = 1)", archived)
        query.add("id < ?", after?.text)
        return try query.rows(Self.table, order: "id DESC", limit: limit, in: tx).map(Self.entity)
    }

    /// All of an account, those in the archive too, the oldest first.
    public func all(account: ConnectedAccount.ID) throws -> [Entity] {
        try tx.query("SELECT * FROM \(Self.table) WHERE account = $1 ORDER BY id", account.text).map(Self.entity)
    }
}
