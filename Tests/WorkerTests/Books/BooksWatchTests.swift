import Billing
import Ledger
import Storage
import Testing

@testable import Worker

/// A start, and every hour after it, costs what has come since, not what there is.
@Suite struct BooksWatchTests {
    private func house(events: Int) async throws -> (house: TestHouse, account: ConnectedAccount) {
        let house = try await TestHouse()
        let account = try await house.addAccount("usd", mode: .none, stripeAccount: nil)
        try await use(house, account, events)
        return (house, account)
    }

    private func use(_ house: TestHouse, _ account: ConnectedAccount, _ events: Int) async throws {
        for _ in 0..<events {
            _ = try await house.database.write { [worker = house.worker] tx in
                let id = UsageEvent.ID.make(worker.context.seams).text
                return try worker.metering.record(
                    [UsageReport(eventID: id, customer: "ada", costMicros: 7)], account: account, in: tx)
            }
        }
    }

    @Test func `what was looked at is not read again until the day is over`() async throws {
        let (house, account) = try await house(events: 20)
        #expect(try await house.worker.books.watch().rowsRead == 20 * 5)
        #expect(try await house.worker.books.watch().rowsRead == 0)
        try await use(house, account, 2)
        #expect(try await house.worker.books.watch().rowsRead == 2 * 5)
        house.clock.advance(seconds: Books.fullEverySeconds)
        let full = try await house.worker.books.watch()
        #expect(full.isSound && full.rowsRead > 22 * 5)
        #expect(try await house.worker.books.watch().rowsRead == 0)
    }

    @Test func `what is wrong with what is new is told until it is put right`() async throws {
        let (house, account) = try await house(events: 3)
        #expect(try await house.worker.books.watch().isSound)
        try await use(house, account, 1)
        try await house.database.write { tx in
            _ = try tx.execute("UPDATE journal_entries SET narration = 'nothing' WHERE sequence = 4")
        }
        for _ in 0..<2 {
            #expect(try await house.worker.books.watch().findings.map(\.row) == ["entry 4"])
        }
    }

    @Test func `what is wrong with what is old is told by the reading of the day`() async throws {
        let (house, _) = try await house(events: 3)
        #expect(try await house.worker.books.watch().isSound)
        try await house.database.write { tx in
            _ = try tx.execute("UPDATE ledger_accounts SET balance = balance + 1 WHERE kind = 'revenue'")
        }
        #expect(try await house.worker.books.watch().isSound)
        house.clock.advance(seconds: Books.fullEverySeconds)
        let rules = try await house.worker.books.watch().findings.map(\.rule)
        #expect(rules.contains(.balanceDiffers))
    }
}
