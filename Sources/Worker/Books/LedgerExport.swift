public import Billing
import Ledger
import Storage

/// Writes the books as hledger journals (hledger.org), for the accountant's own tools.
///
/// `hledger check -s` accepts a slice exactly when it is whole: every account and currency is declared, every entry
/// balances in each currency, and at the end a proof asserts of every account that was used what *we have stored* for
/// it. The proof moves the least amount onto each account and off again, so that none of its lines can be lost unseen
/// either.
public struct LedgerExport: Sendable {
    let context: WorkerContext

    /// hledger keeps a journal in memory, so one file holds no more than this.
    public static let entriesPerSlice = 100_000
    static let entriesPerPage = 500
    static let accountsPerPage = 500

    /// A stretch of the journal that makes one file. Each opens with the balances before it, and stands by itself.
    public struct Slice: Hashable, Sendable {
        /// 1, 2, 3 …
        public let number: Int
        /// The number of the entry before the first one.
        public let after: Int64
        public let through: Int64
        public let entries: Int64
    }

    /// The slices of a book as it is now; none when nothing was posted.
    /// - Parameter book: `nil` for all books.
    public func slices(
        book: ConnectedAccount.ID?, entriesPerSlice: Int = Self.entriesPerSlice
    ) async throws -> [Slice] {
        try await context.database.read { tx in
            var slices: [Slice] = []
            var after: Int64 = 0
            while let stretch = try tx.export.stretch(book: book, after: after, limit: entriesPerSlice) {
                slices.append(
                    Slice(number: slices.count + 1, after: after, through: stretch.last, entries: stretch.entries))
                after = stretch.last
            }
            return slices
        }
    }

    /// Writes one slice, in constant memory, a page of text at a time.
    /// - Parameters:
    ///   - progress: told after each page how many entries were written so far.
    ///   - sink: takes the text in order.
    public func write(
        _ slice: Slice, book: ConnectedAccount.ID?, progress: @Sendable (Int64) -> Void = { _ in },
        to sink: (String) async throws -> Void
    ) async throws {
        var dates = ExportDates()
        try await sink(HledgerText.heading(slice, book: book))
        var currencies: Set<String> = []
        try await eachAccountPage(of: slice, book: book) { accounts in
            let new = Set(accounts.map(\.currency)).subtracting(currencies)
            currencies.formUnion(new)
            try await sink(new.sorted().map(HledgerText.commodity).joined())
            try await sink(accounts.map(HledgerText.declaration).joined())
        }
        try await balances(of: slice, book: book, .opening, on: try await firstDay(of: slice, book: book), to: sink)
        try await entries(of: slice, book: book, &dates, progress, to: sink)
        try await balances(of: slice, book: book, .proof, on: dates.last, to: sink)
    }

    private func entries(
        of slice: Slice, book: ConnectedAccount.ID?, _ dates: inout ExportDates, _ progress: @Sendable (Int64) -> Void,
        to sink: (String) async throws -> Void
    ) async throws {
        var after = slice.after
        var written: Int64 = 0
        while true {
            let from = after
            let page = try await context.database.read { tx in
                try tx.books.entries(book: book, after: from, through: slice.through, limit: Self.entriesPerPage)
            }
            guard let last = page.last?.sequence else { return }
            var text = ""
            for entry in page { text += HledgerText.entry(entry, on: dates.date(of: entry.postedAt)) }
            try await sink(text)
            after = last
            written += Int64(page.count)
            progress(written)
        }
    }

    private func balances(
        of slice: Slice, book: ConnectedAccount.ID?, _ kind: HledgerText.Balances, on day: CivilDate,
        to sink: (String) async throws -> Void
    ) async throws {
        var isBegun = false
        try await eachAccountPage(of: slice, book: book) { accounts in
            let lines = accounts.compactMap { HledgerText.balance($0, kind) }
            guard !lines.isEmpty else { return }
            try await sink((isBegun ? "" : HledgerText.balancesTitle(kind, on: day)) + lines.joined())
            isBegun = true
        }
        if isBegun { try await sink("\n") }
    }

    /// The accounts that a slice speaks of: those that it opens with and those that it moves.
    private func eachAccountPage(
        of slice: Slice, book: ConnectedAccount.ID?, _ body: ([ExportStore.Account]) async throws -> Void
    ) async throws {
        var after: Int64 = 0
        while true {
            let from = after
            let page = try await context.database.read { tx in
                try tx.export.accounts(
                    book: book, stretchAfter: slice.after, through: slice.through, after: from,
                    limit: Self.accountsPerPage)
            }
            guard let last = page.last?.id else { return }
            let used = page.filter { $0.opening != 0 || ($0.lastEntry ?? 0) > slice.after }
            if !used.isEmpty { try await body(used) }
            after = last
        }
    }

    private func firstDay(of slice: Slice, book: ConnectedAccount.ID?) async throws -> CivilDate {
        let first = try await context.database.read { tx in
            try tx.books.entries(book: book, after: slice.after, through: slice.through, limit: 1).first
        }
        return (first?.postedAt ?? context.now).day
    }
}

/// The dates of an export never go back, because hledger judges assertions in the order of dates and the journal's
/// order is that of posting: where a clock was set back over midnight, the day before it stays.
struct ExportDates {
    private(set) var last = CivilDate(daysSince1970: 0)

    mutating func date(of instant: Instant) -> CivilDate {
        last = max(last, instant.day)
        return last
    }
}
