public import Billing
import Ledger

extension Transaction {
    public var meters: MeterStore { MeterStore(tx: self) }
}

public struct MeterStore: SluggedStore {
    public static let table = "meters"

    public let tx: Transaction

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

    public func update(_ meter: Meter) throws {
        try tx.execute(
            "UPDATE meters SET name = $2, archived_at = $3, updated_at = $4 WHERE id = $1", meter.id.text, meter.name,
            meter.archivedAt?.millisecondsSince1970, meter.updatedAt.millisecondsSince1970)
    }

    public static func entity(_ row: Row) throws -> Meter {
        Meter(
            id: Meter.ID(stored: try row.text("id")), account: ConnectedAccount.ID(stored: try row.text("account")),
            slug: try row.text("slug"), name: try row.text("name"),
            rule: try StoredText.meterRule(try row.text("definition")),
            archivedAt: try row.instantOrNil("archived_at"), createdAt: try row.instant("created_at"),
            updatedAt: try row.instant("updated_at"))
    }
}
