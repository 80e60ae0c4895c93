import Billing
import Ledger
import Storage
import Testing

@testable import Worker

@Suite struct CorrectionsTests {
    @Test(arguments: Seeds.upTo(8))
    func `when every event is taken back, nothing is left in the books, the totals and the counters`(seed: UInt64)
        async throws
    {
        let usage = try await UsageHouse(seed: seed, markup: 333_333)
        var generator = Seeded(seed)
        _ = try await usage.record([UsageReport(eventID: "first", customer: "c1", costMicros: 1)])
        try await usage.give(2_000_000, to: "c1")
        for _ in 0..<3 {
            _ = try await usage.record((0..<20).map { _ in .random(&generator, now: usage.house.clock.now) })
        }
        for event in try await usage.events().sorted(by: { $0.eventID < $1.eventID }) {
            _ = try await usage.correct(event.id)
            usage.house.clock.advance(seconds: generator.number(0...100))
        }
        try await usage.house.expectSoundBooks("seed \(seed)")
        for kind in [LedgerAccount.Kind.revenue, .providerCost, .providerPayable, .accrued] {
            #expect(try await usage.house.booked(kind, of: usage.account) == 0, "seed \(seed) \(kind)")
        }
        #expect(try await usage.house.booked(.wallet, of: usage.account) == -2_000_000)
        let totals = try await usage.ask(UsageQuery(from: "2026-08-01", to: "2026-12-01"))
        #expect(totals.allSatisfy { $0.figures == UsageFigures() && $0.units.values.allSatisfy { $0 == 0 } })
        let carries = try await usage.house.database.read { tx in
            try tx.query("SELECT cost_carry, price_carry FROM customer_meters").flatMap(\.values)
        }
        #expect(Set(carries) == [.text("0")])
        // What rounding carried from a day to the next comes back on another; minutes that have passed are nobody's
        // limit any more.
        let counted = try await usage.house.database.read { tx in
            try tx.query(
                "SELECT 1 AS n FROM limit_counters WHERE (requests <> 0 OR tokens <> 0) AND period <> 'minute'")
        }
        #expect(counted.isEmpty)
    }

    @Test func `a correction happens once, and says what it takes back`() async throws {
        let usage = try await UsageHouse(seed: 1, markup: 0)
        _ = try await usage.record([UsageReport(eventID: "1", customer: "ada", costMicros: 100)])
        let event = try await usage.events()[0]
        let first = try await usage.correct(event.id)
        #expect(first.kind == .correction && first.corrects == event.id && first.priceMicros == -100)
        #expect(first.metadata == ["reason": "reported twice"])
        #expect(try await usage.correct(event.id) == first)
        await #expect { try await usage.correct(event.id, reason: "refunded") } throws: {
            ($0 as? WorkerError)?.code == "event_differs" && ($0 as? WorkerError)?.field == "reason"
        }
        await #expect { try await usage.correct(event.id, id: "another") } throws: {
            ($0 as? WorkerError)?.code == "already_corrected"
        }
        await #expect { try await usage.correct(first.id) } throws: { ($0 as? WorkerError)?.code == "not_correctable" }
        let again = try await usage.record([UsageReport(eventID: "1", customer: "ada", costMicros: 100)])
        #expect(again == ["duplicate 100 100"])
        try await usage.house.expectSoundBooks()
    }

    @Test func `an explanation leads from the amount to prices, quantities, entry and lots`() async throws {
        let usage = try await UsageHouse(seed: 1, markup: 300_000)
        _ = try await usage.record([UsageReport(eventID: "0", customer: "ada", costMicros: 0)])
        try await usage.give(1_000, to: "ada")
        var report = UsageReport(
            eventID: "1", customer: "ada", quantities: Quantities([.inputTokens: try Quantity(whole: 1_200)]),
            model: "gpt-5")
        report.provider = "openai"
        _ = try await usage.record([report])
        let event = try await usage.events()[0]
        let found = try await usage.house.database.read { [worker = usage.house.worker, account = usage.account] tx in
            try worker.explanations.explain(event.id, account: account, in: tx)
        }
        #expect(found.event == event && event.costMicros == 1_500 && event.priceMicros == 1_950)
        #expect(found.entry?.sequence == event.entry && found.eventsOfEntry == 1)
        #expect(found.lots.map(\.micros) == [1_000])
        #expect(found.events.map(\.eventID) == ["1"] && !found.hasMoreEvents)
        let steps = try #require(found.line?.steps(in: usage.account.currency)).joined(separator: "\n")
        for part in ["1200 input_tokens × 0.00000125 USD = 1500 micros", "(1 + 30 %)", "= 1950 micros of USD"] {
            #expect(steps.contains(part), "\(steps)")
        }
    }
}

extension CorrectionsTests {
    @Test func `an explanation lists the events of the entry, page after page`() async throws {
        let usage = try await UsageHouse(seed: 1)
        _ = try await usage.record((1...5).map { UsageReport(eventID: "\($0)", customer: "ada", costMicros: 10) })
        let last = try #require(try await usage.events().last)
        var (seen, after): ([String], UsageEvent.ID?) = ([], nil)
        for hasMore in [true, true, false] {
            let page = try await usage.house.database.read {
                [worker = usage.house.worker, account = usage.account, after] tx in
                try worker.explanations.explain(last.id, account: account, after: after, limit: 2, in: tx)
            }
            #expect(page.hasMoreEvents == hasMore && page.eventsOfEntry == 5)
            seen += page.events.map(\.eventID)
            after = page.events.last?.id
        }
        #expect(Set(seen) == Set((1...5).map(String.init)) && seen.count == 5)
    }
}

extension UsageHouse {
    func correct(
        _ id: UsageEvent.ID, id name: String? = nil, reason: String = "reported twice"
    ) async throws -> UsageEvent {
        try await house.database.write { [worker = house.worker, account] tx in
            try worker.metering.correct(
                id, NewCorrection(reason: reason, id: name), account: account, by: .commandLine, in: tx)
        }
    }

    func give(_ micros: Int64, to customer: String) async throws {
        let new = NewGrant(amountMicros: micros, kind: .promotional, reason: "welcome")
        _ = try await house.database.write { [worker = house.worker, account] tx in
            let customer = try worker.customers.get(customer, account: account, in: tx)
            return try worker.grants.give(new, to: customer, account: account, by: .commandLine, in: tx)
        }
    }
}
