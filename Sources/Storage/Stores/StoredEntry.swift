public import Ledger

/// An entry as its rows have it, whether they are sound or not: who only reads trusts `JournalEntry`, who checks does
/// not.
public struct StoredEntry: Hashable, Sendable {
    /// The place in the journal; the first is 1, and none is left out.
    public let sequence: Int64
    public let book: String
    public let reference: String
    public let postedAt: Instant
    public let narration: String
    /// Its link in the chain; `nil` where that is gone.
    public let hash: EntryHash?
    public internal(set) var postings: [StoredPosting]

    /// - Parameter place: where the link stands in the row. Postings are yet to come.
    init(_ row: Row, hashAt place: Int) throws {
        sequence = try row.int64(at: 0)
        book = try row.text(at: 1)
        reference = try row.text(at: 2)
        postedAt = Instant(millisecondsSince1970: try row.int64(at: 3))
        narration = try row.text(at: 4)
        hash = try row.bytesOrNil(at: place).map(EntryHash.init(bytes:))
        postings = []
    }
}

public struct StoredPosting: Hashable, Sendable {
    public let place: Int64
    /// The row of the account.
    public let account: Int64
    public let book: String
    public let kind: String
    /// Empty for accounts that are not kept for customers.
    public let customer: String
    /// Debits positive.
    public let micros: Int64
    public let currency: String

    init(place: Int64, account: Int64, names: AccountNames, micros: Int64) {
        self.place = place
        self.account = account
        book = names.book
        kind = names.kind
        customer = names.customer
        self.micros = micros
        currency = names.currency
    }

    /// - Returns: `nil` where the entry has no postings.
    init?(_ row: Row) throws {
        guard let place = try row.int64OrNil(at: 5) else { return nil }
        self.place = place
        micros = try row.int64(at: 6)
        account = try row.int64(at: 7)
        book = try row.text(at: 8)
        kind = try row.text(at: 9)
        customer = try row.text(at: 10)
        currency = try row.text(at: 11)
    }

    /// `nil` when the rows name no account or currency that there is.
    public var posting: Posting? {
        guard let account = LedgerAccount(book: book, storedKind: kind, storedCustomer: customer),
            let currency = Currency(currency)
        else { return nil }
        return Posting(account, Money(micros: micros, currency))
    }
}

extension LedgerAccount {
    /// The account that a row names; `nil` when there is no such kind.
    /// - Parameter storedCustomer: empty for accounts that are not kept for customers.
    public init?(book: String, storedKind: String, storedCustomer: String) {
        guard let kind = Kind(rawValue: storedKind) else { return nil }
        self.init(book: book, kind, customer: storedCustomer.isEmpty ? nil : storedCustomer)
    }
}

/// Sums in SQL that cannot overflow: millions and the rest are added up apart, and put together in 128 bits.
enum ExactSum {
    static func columns(of column: String) -> String {
        """
        CAST(COALESCE(SUM(\(column) / 1000000), 0) AS BIGINT) AS millions, \
        CAST(COALESCE(SUM(\(column) % 1000000), 0) AS BIGINT) AS rest
        """
    }

    static func total(_ row: Row) throws -> Int128 {
        Int128(try row.int64("millions")) * 1_000_000 + Int128(try row.int64("rest"))
    }

    static func micros(_ row: Row) throws -> Int64 {
        guard let micros = Int64(exactly: try total(row)) else {
            throw StorageError(.corrupt, detail: "a sum of balances")
        }
        return micros
    }
}
