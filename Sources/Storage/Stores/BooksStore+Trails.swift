public import Billing
public import Ledger

/// Where the money of one thing, or of one customer, has gone.
extension BooksStore {
    /// Entries of a book that touch any account of a customer, in the order of posting.
    /// - Parameter after: the sequence number before the first one wanted; 0 for the first of all.
    public func entries(of customer: Customer, after: Int64, limit: Int) throws -> [StoredEntry] {
        var sequences: Set<Int64> = []
        for account in try accounts(of: customer) {
            let query = Self.sequences(touching: account, after: after, limit: limit)
            for row in try tx.query(query.sql, values: query.values) { sequences.insert(try row.int64("entry")) }
        }
        return try sequences.sorted().prefix(limit).compactMap { sequence in try entry(sequence) }
    }

    /// Entries of a book whose facts have one of the names, or one that begins with it, in the order of posting.
    /// - Parameter after: the sequence number before the first one wanted; 0 for the first of all.
    public func entries(
        named stems: [FactStem], book: ConnectedAccount.ID, after: Int64, limit: Int
    ) throws -> [StoredEntry] {
        var sequences: Set<Int64> = []
        for stem in Set(stems) {
            let query = Self.sequences(named: stem, book: book)
            for row in try tx.query(query.sql, values: query.values) { sequences.insert(try row.int64("sequence")) }
        }
        return try sequences.filter { $0 > after }.sorted().prefix(limit).compactMap { sequence in
            try entry(sequence)
        }
    }

    static func sequences(touching account: Int64, after: Int64, limit: Int) -> (sql: String, values: [SQLValue]) {
        (
            "SELECT DISTINCT entry FROM postings WHERE account = $1 AND entry > $2 ORDER BY entry LIMIT $3",
            [.integer(account), .integer(after), .integer(Int64(limit))]
        )
    }

    /// A semicolon is what comes after a colon.
    static func sequences(named stem: FactStem, book: ConnectedAccount.ID) -> (sql: String, values: [SQLValue]) {
        (
            """
            SELECT sequence FROM journal_entries WHERE book = $1 AND reference = $2
            UNION ALL
            SELECT sequence FROM journal_entries WHERE book = $1 AND reference > $2 || ':' AND reference < $2 || ';'
            """, [.text(book.text), .text(stem.text)]
        )
    }

    private func accounts(of customer: Customer) throws -> [Int64] {
        try LedgerAccount.Kind.allCases.filter(\.isKeptForEachCustomer).flatMap { kind in
            try tx.query(
                "SELECT id FROM ledger_accounts WHERE book = $1 AND kind = $2 AND customer = $3",
                customer.account.text, kind.rawValue, customer.id.text
            ).map { try $0.int64("id") }
        }
    }
}

// MARK: What accrued

extension BooksStore {
    /// What moved an account, and by how much in all.
    public struct Movement: Hashable, Sendable {
        public enum Cause: String, CaseIterable, Sendable {
            case usage
            /// Corrections, and usage that made what was used before cheaper.
            case givenBack = "given_back"
            /// The wallet has paid.
            case wallet
            /// A charge was canceled.
            case canceledCharges = "canceled_charges"
        }

        public let cause: Cause
        public let entries: Int64
        /// Debits positive.
        public let amount: Money
    }

    /// What all entries before one have made of an account.
    public func balance(of account: LedgerAccount, _ currency: Currency, before entry: Int64) throws -> Money {
        guard let row = try tx.journal.stored(account, currency),
            let sum = try tx.first(
                "SELECT \(ExactSum.columns(of: "amount")) FROM postings WHERE account = $1 AND entry < $2", row.id,
                entry)
        else { return .zero(currency) }
        return Money(micros: try ExactSum.micros(sum), currency)
    }

    /// What has moved an account that usage accrues on, by cause, in the entries between those of two charges, both of
    /// them apart.
    public func movements(
        of account: LedgerAccount, _ currency: Currency, after: Int64, before: Int64
    ) throws -> [Movement] {
        guard let row = try tx.journal.stored(account, currency) else { return [] }
        return try tx.query(
            """
            SELECT cause, COUNT(*) AS entries, \(ExactSum.columns(of: "amount")) FROM (
                SELECT p.amount AS amount, CASE
                    WHEN e.reference LIKE 'wallet:%' THEN 'wallet'
                    WHEN e.reference LIKE 'charge:%' THEN 'canceled_charges'
                    WHEN p.amount < 0 THEN 'given_back' ELSE 'usage' END AS cause
                FROM postings p JOIN journal_entries e ON e.sequence = p.entry
                WHERE p.account = $1 AND p.entry > $2 AND p.entry < $3
            ) moved GROUP BY cause ORDER BY cause
            """, row.id, after, before
        ).map { row in
            Movement(
                cause: try row.choice("cause"), entries: try row.int64("entries"),
                amount: Money(micros: try ExactSum.micros(row), currency))
        }
    }

    /// The last entry before another that debited an account; `nil` when none did.
    public func lastDebit(of account: LedgerAccount, _ currency: Currency, before entry: Int64) throws -> Int64? {
        guard let row = try tx.journal.stored(account, currency) else { return nil }
        return try tx.first(
            """
            SELECT entry FROM postings WHERE account = $1 AND entry < $2 AND amount > 0 ORDER BY entry DESC LIMIT 1
            """, row.id, entry
        )?.int64("entry")
    }
}
