public import Ledger

/// Entries of one book and currency that are posted together: each account's row is read once, and moved once by all of
/// them.
public final class JournalSheet {
    private struct Line {
        /// `nil` where the account has no row yet.
        let row: Int64?
        let before: Int64
        var after: Money
    }

    private let tx: Transaction
    private let currency: Currency
    private var lines: [LedgerAccount: Line] = [:]

    public init(_ currency: Currency, in tx: Transaction) {
        self.tx = tx
        self.currency = currency
    }

    /// Reads many at once. What is not read ahead is read when it is asked for.
    public func read(_ kind: LedgerAccount.Kind, of customers: [String], book: String) throws {
        let accounts = customers.map { LedgerAccount(book: book, kind, customer: $0) }.filter { lines[$0] == nil }
        for account in accounts { lines[account] = Line(row: nil, before: 0, after: .zero(currency)) }
        let fixed: [SQLValue] = [.text(book), .text(kind.rawValue), .text(currency.code)]
        let rows = accounts.map { SQLValue.text($0.customer ?? "") }
        try tx.forEach(Self.reading, fixed, rows: rows) { row in
            let account = LedgerAccount(book: book, kind, customer: try row.text(at: 2))
            lines[account] = line(try row.int64(at: 0), try row.int64(at: 1))
        }
    }

    /// As it was when it was first asked for, with what was posted here since.
    public func balance(of account: LedgerAccount) throws -> Money { try read(account).after }

    /// Posts entries that nobody else can have posted, as their references are new.
    /// - Returns: their places in the journal.
    /// - Throws: `StorageError` (a constraint) when a balance would cross its account's floor, `.locked` when another
    ///   has moved one meanwhile; `LedgerError` on overflow.
    public func post(_ entries: [JournalEntry]) throws -> [Int64] {
        guard !entries.isEmpty else { return [] }
        let before = try tx.chain.end()
        let first = before.sequence + 1
        var end = before
        let rows = entries.flatMap { entry -> [SQLValue] in
            let sequence = end.sequence + 1
            end = ChainEnd(sequence: sequence, hash: end.hash.followed(by: entry, at: sequence))
            return [
                .integer(sequence), .text(entry.book), .text(entry.reference.text),
                .integer(entry.postedAt.millisecondsSince1970), .text(entry.narration), .bytes(end.hash.bytes),
            ]
        }
        guard try tx.execute(Self.entering, rows: rows) == entries.count else {
            throw StorageError(.locked, detail: "journal_entries.reference")
        }
        try tx.chain.move(from: before, to: end)
        let accounts = try move(entries)
        var postings: [SQLValue] = []
        for (place, entry) in entries.enumerated() {
            for (number, posting) in entry.postings.enumerated() {
                postings += [
                    .integer(first + Int64(place)), .integer(Int64(number)),
                    .integer(accounts[posting.account] ?? 0), .integer(posting.amount.micros),
                ]
            }
        }
        try tx.execute(Self.postings, rows: postings)
        return entries.indices.map { first + Int64($0) }
    }

    /// - Returns: the rows of the accounts.
    private func move(_ entries: [JournalEntry]) throws -> [LedgerAccount: Int64] {
        var touched: [LedgerAccount] = []
        var rows: [LedgerAccount: Int64] = [:]
        for posting in entries.lazy.flatMap(\.postings) {
            guard posting.amount.currency == currency else { throw StorageError(.misuse, detail: "another currency") }
            let after = try read(posting.account).after.adding(posting.amount)
            if rows.updateValue(0, forKey: posting.account) == nil { touched.append(posting.account) }
            lines[posting.account]?.after = after
        }
        for account in touched {
            let line = try read(account)
            if let row = line.row {
                if line.after.micros != line.before {
                    try tx.journal.setBalance(line.after.micros, of: row, before: line.before)
                }
                rows[account] = row
            } else {
                rows[account] = try tx.journal.open(account, currency, balance: line.after.micros)
            }
            lines[account] = self.line(rows[account], line.after.micros)
        }
        return rows
    }

    private func read(_ account: LedgerAccount) throws -> Line {
        if let line = lines[account] { return line }
        let stored = try tx.journal.stored(account, currency)
        let line = line(stored?.id, stored?.balance ?? 0)
        lines[account] = line
        return line
    }

    private func line(_ row: Int64?, _ micros: Int64) -> Line {
        Line(row: row, before: micros, after: Money(micros: micros, currency))
    }

    private static let reading = ManyRows(fixed: 3, width: 1, row: { $0[0] }) { list in
        """
        SELECT id, balance, customer FROM ledger_accounts
        WHERE book = $1 AND kind = $2 AND customer IN (\(list)) AND currency = $3
        """
    }

    private static let entering = ManyRows(width: 6, longest: 16) { list in
        """
        INSERT INTO journal_entries (sequence, book, reference, posted_at, narration, hash) VALUES \(list)
        ON CONFLICT (book, reference) DO NOTHING
        """
    }

    private static let postings = ManyRows(width: 4) { list in
        "INSERT INTO postings (entry, place, account, amount) VALUES \(list)"
    }
}
