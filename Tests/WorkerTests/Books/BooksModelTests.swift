import Billing
import Ledger
import Storage
import Testing

@testable import Worker

@Suite struct BooksModelTests {
    @Test(arguments: Seeds.upTo(40))
    func `after any history the books balance, agree with themselves, and hold what a model holds`(seed: UInt64)
        async throws
    {
        let house = try await TestHouse(seed: seed)
        var dollars = try await RandomHistory(seed: seed, house: house)
        var euros = try await RandomHistory(seed: seed &+ 1_000, house: house, currency: "eur", customers: 2)
        for _ in 0..<4 {
            try await dollars.live(steps: 15)
            try await euros.live(steps: 10)
            try await house.expectSoundBooks("seed \(seed)")
        }
        for history in [dollars, euros] {
            let (account, currency) = (history.account, history.account.currency)
            let models = [
                (LedgerAccount.Kind.accrued, history.accrued), (.pending, history.pending), (.wallet, history.wallet),
            ]
            for (kind, model) in models {
                for (customer, micros) in model {
                    let held = try await house.database.read { tx in
                        try tx.journal.balance(
                            of: LedgerAccount(book: account.book, kind, customer: customer.text), currency)
                    }
                    #expect(held.micros == (kind == .wallet ? -micros : micros), "seed \(seed), \(kind)")
                }
            }
        }
        let sums = Dictionary(
            grouping: try await house.database.read { tx in try tx.books.balances(book: nil) },
            by: { [$0.book, $0.balance.currency.code] })
        #expect(sums.count >= 2)
        for (key, balances) in sums {
            #expect(balances.reduce(0) { $0 + $1.balance.micros } == 0, "seed \(seed), \(key)")
        }
    }

    @Test func `one book's balances and journal hold nothing of another's`() async throws {
        let house = try await TestHouse()
        var first = try await RandomHistory(seed: 1, house: house)
        var second = try await RandomHistory(seed: 2, house: house, currency: "eur")
        try await first.live(steps: 20)
        try await second.live(steps: 20)
        let (one, other) = (first.account, second.account)
        try await house.database.read { [worker = house.worker] tx in
            #expect(Set(try worker.books.balances(book: one.id, in: tx).map(\.book)) == [one.book])
            let entries = try worker.books.journal(book: one.id, after: 0, limit: 1_000, in: tx)
            #expect(Set(entries.map(\.book)) == [one.book] && entries.count > 5)
            let all = try worker.books.journal(book: nil, after: 0, limit: 1_000, in: tx)
            #expect(all.map(\.sequence) == Array(1...Int64(all.count)))
            #expect(
                all.count == entries.count
                    + (try worker.books.journal(book: other.id, after: 0, limit: 1_000, in: tx).count))
            let paged = try worker.books.journal(book: nil, after: 3, limit: 2, in: tx)
            #expect(paged == Array(all[3...4]))
            let found = try worker.books.entry(Reference(entries[0].reference), book: one.id, in: tx)
            #expect(found == entries[0])
            #expect(throws: WorkerError.self) {
                try worker.books.entry(Reference(entries[0].reference), book: other.id, in: tx)
            }
        }
    }
}
