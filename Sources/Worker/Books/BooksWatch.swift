import Billing
import Ledger
import Storage

/// The books are watched as they grow, so that a start costs the same however many rows there are: each time only what
/// was posted since is looked at, and once a day every row is read again.
extension Books {
    static let fullEverySeconds: Int64 = 24 * 3600
    /// How many entries are looked at in one go; the next goes on from there.
    static let watchedAtOnce = 20_000

    /// - Returns: what was found. What is wrong is looked at, and told, again the next time.
    public func watch() async throws -> BooksReport {
        let now = context.now
        guard let standing = try await standing(at: now) else { return BooksReport() }
        guard now < standing.readInFullAt.adding(seconds: Self.fullEverySeconds) else {
            return try await readInFull(standing, at: now)
        }
        return try await readOn(standing)
    }

    /// Books that nobody has watched yet are watched from their last entries on.
    private func standing(at now: Instant) async throws -> BooksStanding? {
        try await context.database.write { tx in
            if let standing = try tx.booksChecks.get() { return standing }
            let last = try tx.books.lastSequence()
            let standing = BooksStanding(sequence: max(0, last - Int64(Self.watchedAtOnce)), readInFullAt: now)
            return try tx.booksChecks.begin(standing) ? standing : nil
        }
    }

    /// Of several processes one does it.
    private func readInFull(_ standing: BooksStanding, at now: Instant) async throws -> BooksReport {
        let begun = BooksStanding(sequence: standing.sequence, readInFullAt: now)
        guard try await context.database.write({ tx in try tx.booksChecks.move(from: standing, to: begun) }) else {
            return BooksReport()
        }
        let report = try await check()
        guard report.isSound, let end = report.end else { return report }
        let done = BooksStanding(sequence: max(begun.sequence, end.sequence), readInFullAt: now)
        try await context.database.write { tx in _ = try tx.booksChecks.move(from: begun, to: done) }
        return report
    }

    private func readOn(_ standing: BooksStanding) async throws -> BooksReport {
        var report = BooksReport()
        var position = try await context.database.read { tx in
            let hash = standing.sequence == 0 ? nil : try tx.chain.hash(of: standing.sequence)
            return BooksPosition(.entries, number: standing.sequence, id: hash?.text ?? "")
        }
        let limit = standing.sequence + Int64(Self.watchedAtOnce)
        while position.part == .entries, position.number < limit {
            let here = position
            let page = try await context.database.read { [context] tx in
                try BooksCheck(book: nil, currencies: context.currencies, tx: tx).page(at: here)
            }
            report.add(page)
            guard let next = page.next, next.part == .entries else { break }
            position = next
        }
        guard report.isSound, position.number > standing.sequence else { return report }
        let seen = BooksStanding(sequence: position.number, readInFullAt: standing.readInFullAt)
        try await context.database.write { tx in _ = try tx.booksChecks.move(from: standing, to: seen) }
        return report
    }
}
