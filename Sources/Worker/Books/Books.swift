public import Billing
public import Ledger
public import Storage

/// The journal and its balances, for people, and the check that reads every row again.
public struct Books: Sendable {
    let context: WorkerContext

    /// The trial balance, by book and currency; each adds up to zero.
    /// - Parameter book: `nil` for all books.
    public func balances(book: ConnectedAccount.ID?, in tx: Transaction) throws -> [BookBalance] {
        try tx.books.balances(book: book)
    }

    /// Entries in the order of posting.
    /// - Parameter after: the sequence number of the last entry already seen; 0 to begin.
    public func journal(book: ConnectedAccount.ID?, after: Int64, limit: Int, in tx: Transaction) throws
        -> [StoredEntry]
    {
        try tx.books.entries(book: book, after: after, limit: limit)
    }

    /// Entries that touch any account of a customer, in the order of posting.
    public func journal(of customer: Customer, after: Int64, limit: Int, in tx: Transaction) throws -> [StoredEntry] {
        try tx.books.entries(of: customer, after: after, limit: limit)
    }

    /// The entry of one fact.
    public func entry(_ reference: Reference, book: ConnectedAccount.ID, in tx: Transaction) throws -> StoredEntry {
        guard let entry = try tx.books.entry(reference, book: book) else { throw WorkerError.notFound("journal entry") }
        return entry
    }

    /// Reads every row of the books again, a page at a time, and says which contradict each other.
    ///
    /// Memory is constant: at most `BooksReport.listed` findings are kept, and all are counted. Each page is one
    /// snapshot, so the books may be written to meanwhile.
    /// - Parameters:
    ///   - book: `nil` for all books. Only then the chain of entries is looked at, too, as it goes through all of them.
    ///   - expected: where the chain ended once; the entry of that number must still hold that link.
    ///   - progress: told after each page how many rows were read so far.
    public func check(
        book: ConnectedAccount.ID? = nil, expecting expected: ChainEnd? = nil,
        progress: @Sendable (BooksProgress) -> Void = { _ in }
    ) async throws -> BooksReport {
        var report = BooksReport()
        if let expected { report.add(try await finding(expected)) }
        var position: BooksPosition? = .start
        while let here = position {
            let page = try await context.database.read { [context] tx in
                try BooksCheck(book: book, currencies: context.currencies, tx: tx).page(at: here)
            }
            report.add(page)
            position = page.next
            progress(BooksProgress(part: here.part, rowsRead: report.rowsRead))
        }
        return report
    }
}

extension Books {
    private func finding(_ expected: ChainEnd) async throws -> BooksPage {
        let hash = try await context.database.read { tx in
            expected.sequence == 0 ? .beginning : try tx.chain.hash(of: expected.sequence)
        }
        guard hash != expected.hash else { return BooksPage(findings: [], rowsRead: 0, next: nil) }
        let detail = "it does not hold the link that is expected of it; this is another journal than the one of then"
        let finding = BooksFinding(.chainBroken, book: "", row: "entry \(expected.sequence)", detail)
        return BooksPage(findings: [finding], rowsRead: 0, next: nil)
    }
}

/// How far a check has come.
public struct BooksProgress: Sendable {
    public let part: BooksPosition.Part
    public let rowsRead: Int
}

/// What a check of the books came to.
public struct BooksReport: Sendable {
    /// How many findings are kept; the rest are counted.
    public static let listed = 1_000

    public private(set) var rowsRead = 0
    public private(set) var findingsCounted = 0
    public private(set) var findings: [BooksFinding] = []
    /// Where the chain of entries ended when all of them had been read; `nil` for a check of one book.
    public private(set) var end: ChainEnd?

    public var isSound: Bool { findingsCounted == 0 }

    mutating func add(_ page: BooksPage) {
        rowsRead += page.rowsRead
        findingsCounted += page.findings.count
        end = page.end ?? end
        findings += page.findings.prefix(max(0, Self.listed - findings.count))
    }
}

extension Books {
    /// The books as hledger journals.
    public var export: LedgerExport { LedgerExport(context: context) }
}
