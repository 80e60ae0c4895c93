public import Billing
import Ledger

/// The journal as a check reads it: long stretches, few statements, and the names of an account read once for all of
/// its postings in the stretch.
extension AuditStore {
    /// Entries in the order of posting, as `BooksStore.entries` has them.
    public func journal(after: Int64, limit: Int) throws -> [StoredEntry] {
        var entries: [StoredEntry] = []
        entries.reserveCapacity(limit)
        try tx.forEach(
            """
            SELECT sequence, book, reference, posted_at, narration, hash FROM journal_entries
            WHERE sequence > $1 ORDER BY sequence LIMIT $2
            """, after, limit
        ) { entries.append(try StoredEntry($0, hashAt: 5)) }
        guard let first = entries.first, let last = entries.last else { return [] }
        var names: [Int64: AccountNames] = [:]
        var place = 0
        try tx.forEach(
            """
            SELECT entry, place, account, amount FROM postings WHERE entry >= $1 AND entry <= $2 ORDER BY entry, place
            """, first.sequence, last.sequence
        ) { row in
            let entry = try row.int64(at: 0)
            while place < entries.count, entries[place].sequence < entry { place += 1 }
            // One that its entry is gone of.
            guard place < entries.count, entries[place].sequence == entry else { return }
            let account = try row.int64(at: 2)
            let known = try names[account] ?? accountNames(account)
            names[account] = known
            entries[place].postings.append(
                StoredPosting(
                    place: try row.int64(at: 1), account: account, names: known, micros: try row.int64(at: 3)))
        }
        return entries
    }

    private func accountNames(_ id: Int64) throws -> AccountNames {
        guard let row = try tx.first("SELECT book, kind, customer, currency FROM ledger_accounts WHERE id = $1", id)
        else { throw StorageError(.corrupt, detail: "a posting of account \(id), which is not there") }
        return AccountNames(
            book: try row.text(at: 0), kind: try row.text(at: 1), customer: try row.text(at: 2),
            currency: try row.text(at: 3))
    }

    /// What the events of a stretch of the journal come to in micros, by entry.
    /// - Parameter book: `nil` for all books.
    public func usage(
        book: ConnectedAccount.ID?, postedAfter: Int64, through: Int64
    ) throws -> [Int64: (price: Int128, cost: Int128)] {
        func sum(_ column: String) -> String { "CAST(SUM(\(column)) AS BIGINT)" }
        let entries =
            book == nil
            ? "entry > $1 AND entry <= $2 AND $3 = ''"
            : "entry IN (SELECT sequence FROM journal_entries WHERE sequence > $1 AND sequence <= $2 AND book = $3)"
        var sums: [Int64: (price: Int128, cost: Int128)] = [:]
        try tx.forEach(
            """
            SELECT entry, \(sum("price_micros / 1000000")), \(sum("price_micros % 1000000")),
                \(sum("cost_micros / 1000000")), \(sum("cost_micros % 1000000"))
            FROM usage_events WHERE \(entries) GROUP BY entry
            """, postedAfter, through, book?.text ?? ""
        ) { row in
            let million: Int128 = 1_000_000
            sums[try row.int64(at: 0)] = (
                Int128(try row.int64(at: 1)) * million + Int128(try row.int64(at: 2)),
                Int128(try row.int64(at: 3)) * million + Int128(try row.int64(at: 4))
            )
        }
        return sums
    }
}

/// What a row of `ledger_accounts` is called.
struct AccountNames {
    let book: String
    let kind: String
    let customer: String
    let currency: String
}
