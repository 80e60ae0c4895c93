public import Billing
import Ledger

extension Transaction {
    public var meters: MeterStore { MeterStore(tx: self) }
}

public struct MeterStore {
    let tx: Transaction

    /// - Returns: `false` when the account already has a meter of that slug; nothing is changed then.
    public func insert(_ meter: Meter) throws -> Bool {
        try tx.execute(
            """
            INSERT INTO meters (id, account, slug, name, definition, archived_at, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (account, slug) DO NOTHING
            """, meter.id.text, meter.account.text, meter.slug, meter.name, try StoredText.meterRule(meter.rule),
            meter.archivedAt?.millisecondsSince1970, meter.createdAt.millisecondsSince1970,
            meter.updatedAt.millisecondsSince1970) == 1
    }

    /// Writes everything that can change.
    public func update(_ meter: Meter) throws {
        try tx.execute(
            "UPDATE meters SET name = $2, archived_at = $3, updated_at = $4 WHERE id = $1", meter.id.text, meter.name,
            meter.archivedAt?.millisecondsSince1970, meter.updatedAt.millisecondsSince1970)
    }

    public func find(_ id: Meter.ID) throws -> Meter? {
        try tx.first("SELECT * FROM meters WHERE id = $1", id.text).map(Self.meter)
    }

    public func find(slug: String, account: ConnectedAccount.ID) throws -> Meter? {
        try tx.first("SELECT * FROM meters WHERE account = $1 AND slug = $2", account.text, slug).map(Self.meter)
    }

    /// Newest first, those made before `after`.
    public func list(
        account: ConnectedAccount.ID, archived: Bool?, after: Meter.ID?, limit: Int
    ) throws -> [Meter] {
        var query = Conditions()
        query.add("account = ?", account.text)
        query.add("(archived_at IS NOT NULL) = (? = 1)", archived)
        query.add("id < ?", after?.text)
        return try query.rows("meters", order: "id DESC", limit: limit, in: tx).map(Self.meter)
    }

    /// All of an account, those in the archive too, the oldest first.
    public func all(account: ConnectedAccount.ID) throws -> [Meter] {
        try tx.query("SELECT * FROM meters WHERE account = $1 ORDER BY id", account.text).map(Self.meter)
    }

    static func meter(_ row: Row) throws -> Meter {
        Meter(
            id: Meter.ID(stored: try row.text("id")), account: ConnectedAccount.ID(stored: try row.text("account")),
            slug: try row.text("slug"), name: try row.text("name"),
            rule: try StoredText.meterRule(try row.text("definition")),
            archivedAt: try row.instantOrNil("archived_at"), createdAt: try row.instant("created_at"),
            updatedAt: try row.instant("updated_at"))
    }
}
