public import Billing

extension Transaction {
    public var export: ExportStore { ExportStore(tx: self) }
}

/// Stretches of the journal with the balances at both ends. What an account held at the end is what is stored now, less
/// what was posted later: so it proves the stored balance, and not a sum made by the exporter.
public struct ExportStore {
    let tx: Transaction

    /// Where a stretch of at most `limit` entries after `after` ends; `nil` when there is no entry.
    public func stretch(
        book: ConnectedAccount.ID?, after: Int64, limit: Int
    ) throws -> (last: Int64, entries: Int64)? {
        let row = try tx.first(
            """
            SELECT MAX(sequence) AS last, COUNT(*) AS entries FROM (
                SELECT sequence FROM journal_entries WHERE sequence > $1 AND ($2 = '' OR book = $2)
                ORDER BY sequence LIMIT $3) stretch
            """, after, book?.text ?? "", limit)
        guard let row, let last = try row.int64OrNil("last") else { return nil }
        return (last, try row.int64("entries"))
    }

    /// An account with its balances before and after a stretch.
    public struct Account: Hashable, Sendable {
        public let id: Int64
        public let book: String
        public let kind: String
        public let customer: String
        public let currency: String
        /// The sum of what was posted before the stretch.
        public let opening: Int64
        /// The stored balance, less what was posted after the stretch.
        public let closing: Int64
        /// The last entry up to the end of the stretch that moved it; `nil` when there is none.
        public let lastEntry: Int64?
    }

    public func accounts(
        book: ConnectedAccount.ID?, stretchAfter: Int64, through: Int64, after: Int64, limit: Int
    ) throws -> [Account] {
        try tx.query(
            """
            SELECT a.*, \(Self.balances) FROM ledger_accounts a
            WHERE a.id > $3 AND ($4 = '' OR a.book = $4) ORDER BY a.id LIMIT $5
            """, stretchAfter, through, after, book?.text ?? "", limit
        ).map(Self.account)
    }

    private static let balances = """
        (SELECT CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) FROM postings p
            WHERE p.account = a.id AND p.entry <= $1) AS opening,
        a.balance - (SELECT CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) FROM postings p
            WHERE p.account = a.id AND p.entry > $2) AS closing,
        (SELECT MAX(p.entry) FROM postings p WHERE p.account = a.id AND p.entry <= $2) AS last_entry
        """

    private static func account(_ row: Row) throws -> Account {
        Account(
            id: try row.int64("id"), book: try row.text("book"), kind: try row.text("kind"),
            customer: try row.text("customer"), currency: try row.text("currency"),
            opening: try row.int64("opening"), closing: try row.int64("closing"),
            lastEntry: try row.int64OrNil("last_entry"))
    }
}
