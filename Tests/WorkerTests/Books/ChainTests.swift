import Billing
import Ledger
import Testing

@testable import Storage
@testable import Worker

/// The journal is a chain: whatever is done to it behind Bursar's back is found, unless all of it is made anew.
@Suite struct ChainTests {
    /// Three customers who use, pay ahead and are given credit, in two books.
    private func tradingHouse(seed: UInt64) async throws -> TestHouse {
        let house = try await TestHouse(seed: seed)
        for currency in ["usd", "eur"] {
            let account = try await house.addAccount(currency, mode: .none, stripeAccount: nil, markup: 100_000)
            for request in 0..<4 {
                let reports = (0..<6).map { number in
                    UsageReport(
                        eventID: "\(request)-\(number)", customer: "c\(number % 3)", costMicros: Int64(number * 10_000))
                }
                _ = try await house.database.write { [worker = house.worker] tx in
                    try worker.metering.record(reports, account: account, in: tx)
                }
            }
        }
        return house
    }

    /// One act of somebody who can write to the file and knows the tables; it need not change anything.
    private static func tampering(_ generator: inout Seeded, last: Int64) -> (what: String, statements: [String]) {
        let entry = generator.number(1...last)
        let other = generator.number(1...last)
        let kinds: [(String, [String])] = [
            ("narration", ["UPDATE journal_entries SET narration = narration || ' ' WHERE sequence = \(entry)"]),
            ("time", ["UPDATE journal_entries SET posted_at = posted_at - 1 WHERE sequence = \(entry)"]),
            ("reference", ["UPDATE journal_entries SET reference = reference || 'x' WHERE sequence = \(entry)"]),
            (
                "amounts", ["UPDATE postings SET amount = amount * 2 WHERE entry = \(entry)"]
            ),
            (
                "places",
                [
                    "UPDATE postings SET place = -1 WHERE entry = \(entry) AND place = 0",
                    "UPDATE postings SET place = 0 WHERE entry = \(entry) AND place = 1",
                    "UPDATE postings SET place = 1 WHERE entry = \(entry) AND place = -1",
                ]
            ),
            (
                "account",
                ["UPDATE ledger_accounts SET customer = customer || 'x' WHERE kind = 'accrued' AND id % 2 = 0"]
            ),
            (
                "removed",
                [
                    "DELETE FROM lot_debits WHERE entry = \(entry)", "DELETE FROM postings WHERE entry = \(entry)",
                    "DELETE FROM journal_entries WHERE sequence = \(entry)",
                ]
            ),
            (
                "last removed",
                ["DELETE FROM postings WHERE entry = \(last)", "DELETE FROM journal_entries WHERE sequence = \(last)"]
            ),
            (
                "swapped",
                [
                    "UPDATE postings SET entry = CASE entry WHEN \(entry) THEN \(other) ELSE \(entry) END,"
                        + " place = place + 100 WHERE entry IN (\(entry), \(other))",
                    "UPDATE postings SET place = place - 100 WHERE place >= 100",
                ]
            ),
            (
                "put in",
                [
                    "INSERT INTO journal_entries (sequence, book, reference, posted_at, narration, hash)"
                        + " SELECT \(last + 1), book, 'manual:1', posted_at, narration, hash FROM journal_entries"
                        + " WHERE sequence = \(entry)",
                    "INSERT INTO postings (entry, place, account, amount)"
                        + " SELECT \(last + 1), place, account, amount FROM postings WHERE entry = \(entry)",
                ]
            ),
            ("link", ["UPDATE journal_entries SET hash = NULL WHERE sequence = \(entry)"]),
            (
                "content and link of another",
                [
                    "UPDATE journal_entries SET narration = 'x', hash = (SELECT hash FROM journal_entries"
                        + " WHERE sequence = \(other)) WHERE sequence = \(entry)"
                ]
            ),
        ]
        return kinds[generator.number(0..<kinds.count)]
    }

    @Test(arguments: Seeds.upTo(40))
    func `whatever is changed, taken out, put in or moved is found`(seed: UInt64) async throws {
        var generator = Seeded(seed)
        let house = try await tradingHouse(seed: seed)
        #expect(try await house.worker.books.check().isSound)
        let before = try await house.rowsOfJournal()
        let last = try await house.database.read { tx in try tx.books.lastSequence() }
        let (what, statements) = Self.tampering(&generator, last: last)
        try await house.database.write { tx in
            try tx.execute("PRAGMA defer_foreign_keys = ON")
            for statement in statements { try tx.execute(statement) }
        }
        let isChanged = try await house.rowsOfJournal() != before
        let found = try await house.worker.books.check().findings.filter { $0.rule == .chainBroken }
        #expect(found.isEmpty != isChanged, "seed \(seed): \(what)")
    }

    @Test func `the finding names the entry that was changed, and no other`() async throws {
        let house = try await tradingHouse(seed: 7)
        try await house.database.write { tx in
            _ = try tx.execute("UPDATE journal_entries SET narration = 'nothing' WHERE sequence = 5")
        }
        let found = try await house.worker.books.check().findings.filter { $0.rule == .chainBroken }
        #expect(found.map(\.row) == ["entry 5"])
    }

    @Test func `a journal whose whole chain was made anew is told by the head that was written down`() async throws {
        let house = try await tradingHouse(seed: 8)
        let head = try #require(try await house.worker.books.check().end)
        let account = try await house.addAccount("usd", mode: .none, stripeAccount: nil)
        _ = try await house.database.write { [worker = house.worker] tx in
            try worker.metering.record(
                [UsageReport(eventID: "1", customer: "eve", costMicros: 9)], account: account, in: tx)
        }
        #expect(try await house.worker.books.check(expecting: head).isSound)
        #expect(try #require(ChainEnd(head.description)) == head)
        try await house.database.write { tx in
            try tx.execute("UPDATE journal_entries SET narration = 'nothing' WHERE sequence = 3")
            try tx.execute("DELETE FROM journal_end")
            try tx.chain.begin()
        }
        #expect(try await house.worker.books.check().isSound)
        let found = try await house.worker.books.check(expecting: head).findings
        #expect(found.map(\.row) == ["entry \(head.sequence)"] && found.map(\.rule) == [.chainBroken])
    }

    @Test func `a journal of before is linked when it is taken over, and goes on from there`() async throws {
        let house = try await tradingHouse(seed: 9)
        let end = try await house.database.read { tx in try tx.chain.end() }
        try await house.database.write { tx in
            try tx.execute("UPDATE journal_entries SET hash = NULL")
            try tx.execute("DELETE FROM journal_end")
            try tx.chain.begin()
        }
        #expect(try await house.database.read { tx in try tx.chain.end() } == end)
    }
}

extension TestHouse {
    /// Everything that the chain goes over.
    fileprivate func rowsOfJournal() async throws -> [String] {
        try await database.read { tx in
            let entries = try tx.query("SELECT * FROM journal_entries ORDER BY sequence")
            let postings = try tx.query(
                "SELECT p.*, a.* FROM postings p JOIN ledger_accounts a ON a.id = p.account ORDER BY entry, place")
            return (entries + postings).map { "\($0.values)" }
        }
    }
}
