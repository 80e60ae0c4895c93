public import Billing
public import Ledger

extension Transaction {
    public var books: BooksStore { BooksStore(tx: self) }
}

/// One line of a trial balance: every account of one kind in one book and currency.
public struct BookBalance: Hashable, Sendable {
    public let book: String
    public let kind: LedgerAccount.Kind
    /// Debits positive.
    public let balance: Money
    /// How many accounts it sums up: 1, or one for each customer.
    public let accounts: Int64

    public init(book: String, kind: LedgerAccount.Kind, balance: Money, accounts: Int64) {
        self.book = book
        self.kind = kind
        self.balance = balance
        self.accounts = accounts
    }
}

/// What the journal holds, for people and for those who check it.
public struct BooksStore {
    let tx: Transaction

    /// The trial balance, from the balances as they are stored. Each currency of each book adds up to zero.
    /// - Parameter book: `nil` for all books.
    public func balances(book: ConnectedAccount.ID?) throws -> [BookBalance] {
        let rows = try tx.query(
            """
            SELECT book, kind, currency, COUNT(*) AS accounts, \(ExactSum.columns(of: "balance"))
            FROM ledger_accounts WHERE ($1 = '' OR book = $1)
            GROUP BY book, kind, currency ORDER BY book, currency, kind
            """, book?.text ?? "")
        return try rows.map { row in
            BookBalance(
                book: try row.text("book"), kind: try row.choice("kind"),
                balance: Money(micros: try ExactSum.micros(row), try row.currency("currency")),
                accounts: try row.int64("accounts"))
        }
    }

    /// Entries in the order of posting.
    /// - Parameter after: the sequence number before the first one wanted; 0 for the first of all.
    public func entries(
        book: ConnectedAccount.ID?, after: Int64, through: Int64 = .max, limit: Int
    ) throws -> [StoredEntry] {
        var entries: [StoredEntry] = []
        try tx.forEach(
            """
            SELECT e.sequence, e.book, e.reference, e.posted_at, e.narration,
                p.place, p.amount, a.id AS account, a.book AS account_book, a.kind, a.customer, a.currency, e.hash
            FROM (
                SELECT * FROM journal_entries
                WHERE sequence > $1 AND sequence <= $2 AND ($3 = '' OR book = $3)
                ORDER BY sequence LIMIT $4
            ) e
            LEFT JOIN postings p ON p.entry = e.sequence
            LEFT JOIN ledger_accounts a ON a.id = p.account
            ORDER BY e.sequence, p.place
            """, after, through, book?.text ?? "", limit
        ) { row in
            if entries.last?.sequence != (try row.int64(at: 0)) { entries.append(try StoredEntry(row, hashAt: 12)) }
            if let posting = try StoredPosting(row) { entries[entries.count - 1].postings.append(posting) }
        }
        return entries
    }

    /// The entry of one fact.
    public func entry(_ reference: Reference, book: ConnectedAccount.ID) throws -> StoredEntry? {
        let found = try tx.first(
            "SELECT sequence FROM journal_entries WHERE book = $1 AND reference = $2", book.text, reference.text)
        return try found.flatMap { try entry($0.int64("sequence")) }
    }

    /// - Parameter sequence: its place in the journal.
    public func entry(_ sequence: Int64) throws -> StoredEntry? {
        try entries(book: nil, after: sequence - 1, through: sequence, limit: 1).first
    }

    /// The number of the last entry; 0 in an empty journal.
    public func lastSequence() throws -> Int64 {
        try tx.first("SELECT COALESCE(MAX(sequence), 0) AS last FROM journal_entries")?.int64("last") ?? 0
    }
}
