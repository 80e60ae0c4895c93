public import Billing
import Ledger

extension Transaction {
    public var usageImports: UsageImportStore { UsageImportStore(tx: self) }
}

/// How far files of usage have been imported.
public struct UsageImportStore {
    let tx: Transaction

    /// Imports of the account that have not come further than `position`; those that moved last come first.
    public func list(account: ConnectedAccount.ID, upTo position: Int64, limit: Int) throws -> [UsageImport] {
        try tx.query(
            """
            SELECT * FROM usage_imports WHERE account = $1 AND position <= $2
            ORDER BY updated_at DESC, fingerprint LIMIT $3
            """, account.text, position, limit
        ).map(Self.file)
    }

    /// - Returns: `false` when the account has an import of that fingerprint already; nothing is changed then.
    public func insert(_ file: UsageImport) throws -> Bool {
        try tx.execute(
            """
            INSERT INTO usage_imports (account, fingerprint, name, position, line, accepted, duplicate, rejected,
                started_at, updated_at, finished_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            ON CONFLICT (account, fingerprint) DO NOTHING
            """, file.account.text, file.fingerprint, file.name, file.position, file.line, file.accepted,
            file.duplicate, file.rejected, file.startedAt.millisecondsSince1970,
            file.updatedAt.millisecondsSince1970, file.finishedAt?.millisecondsSince1970) == 1
    }

    /// - Returns: `false` when there is no import of that fingerprint.
    public func delete(account: ConnectedAccount.ID, fingerprint: String) throws -> Bool {
        try tx.execute(
            "DELETE FROM usage_imports WHERE account = $1 AND fingerprint = $2", account.text, fingerprint) == 1
    }

    private static func file(_ row: Row) throws -> UsageImport {
        UsageImport(
            account: ConnectedAccount.ID(stored: try row.text("account")), fingerprint: try row.text("fingerprint"),
            name: try row.text("name"), position: try row.int64("position"), line: try row.int64("line"),
            accepted: try row.int64("accepted"), duplicate: try row.int64("duplicate"),
            rejected: try row.int64("rejected"), startedAt: try row.instant("started_at"),
            updatedAt: try row.instant("updated_at"), finishedAt: try row.instantOrNil("finished_at"))
    }
}
