public import Ledger

extension Transaction {
    public var journal: JournalStore { JournalStore(tx: self) }
}

/// The books: entries are added and never changed, and each account's balance moves in the same commit.
public struct JournalStore {
    let tx: Transaction

    /// Posts `entry`, unless its book already has that reference.
    /// - Returns: the entry's place in the journal; `nil` when the fact was posted before, and nothing is changed then.
    /// - Throws: `StorageError` (a constraint) when a balance would cross its account's floor; `LedgerError` on
    ///   overflow.
    @discardableResult
    public func post(_ entry: JournalEntry) throws -> Int64? {
        let before = try tx.chain.end()
        let sequence = before.sequence + 1
        let hash = before.hash.followed(by: entry, at: sequence)
        let added = try tx.execute(
            """
            INSERT INTO journal_entries (sequence, book, reference, posted_at, narration, hash)
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (book, reference) DO NOTHING
            """, sequence, entry.book, entry.reference.text, entry.postedAt.millisecondsSince1970, entry.narration,
            hash.bytes)
        guard added == 1 else { return nil }
        try tx.chain.move(from: before, to: ChainEnd(sequence: sequence, hash: hash))
        for (place, posting) in entry.postings.enumerated() {
            let account = try move(posting)
            try tx.execute(
                "INSERT INTO postings (entry, place, account, amount) VALUES ($1, $2, $3, $4)",
                sequence, place, account, posting.amount.micros)
        }
        return sequence
    }

    public func isPosted(_ reference: Reference, book: String) throws -> Bool {
        try tx.first(
            "SELECT 1 AS one FROM journal_entries WHERE book = $1 AND reference = $2", book, reference.text) != nil
    }

    public func balance(of account: LedgerAccount, _ currency: Currency) throws -> Money {
        Money(micros: try stored(account, currency)?.balance ?? 0, currency)
    }

    /// Moves the stored balance and returns the account's row. The sum is made here and not in SQL, because SQLite
    /// turns an integer overflow into a floating-point number.
    private func move(_ posting: Posting) throws -> Int64 {
        guard let row = try stored(posting.account, posting.amount.currency) else { return try open(posting) }
        let before = Money(micros: row.balance, posting.amount.currency)
        try setBalance(try before.adding(posting.amount).micros, of: row.id, before: row.balance)
        return row.id
    }

    func setBalance(_ after: Int64, of row: Int64, before: Int64) throws {
        let moved = try tx.execute(
            "UPDATE ledger_accounts SET balance = $1 WHERE id = $2 AND balance = $3", after, row, before)
        guard moved == 1 else { throw StorageError(.locked, detail: "ledger_accounts.balance") }
    }

    func stored(_ account: LedgerAccount, _ currency: Currency) throws -> (id: Int64, balance: Int64)? {
        let row = try tx.first(
            """
            SELECT id, balance FROM ledger_accounts
            WHERE book = $1 AND kind = $2 AND customer = $3 AND currency = $4
            """, account.book, account.kind.rawValue, account.customer ?? "", currency.code)
        return try row.map { (try $0.int64(at: 0), try $0.int64(at: 1)) }
    }

    private func open(_ posting: Posting) throws -> Int64 {
        try open(posting.account, posting.amount.currency, balance: posting.amount.micros)
    }

    func open(_ account: LedgerAccount, _ currency: Currency, balance: Int64) throws -> Int64 {
        let id = try tx.first("SELECT COALESCE(MAX(id), 0) + 1 AS next FROM ledger_accounts")?.int64("next") ?? 1
        try tx.execute(
            """
            INSERT INTO ledger_accounts (id, book, kind, customer, currency, balance, floor)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """, id, account.book, account.kind.rawValue, account.customer ?? "", currency.code, balance,
            account.kind.floor.storedSign)
        return id
    }
}

extension LedgerAccount.Kind.Floor {
    var storedSign: Int64 {
        switch self {
        case .none: 0
        case .neverBelowZero: 1
        case .neverAboveZero: -1
        }
    }
}
