import Billing
import Ledger
import Storage
import Testing

@testable import Worker

@Suite struct UsageFieldsTests {
    private static let whole: UsageReport = {
        var report = UsageReport(
            eventID: "1", customer: "ada", costMicros: 10, quantities: Quantities([.images: Quantity(millionths: 1)]),
            model: "gpt-5", metadata: ["k": "v"])
        report.provider = "openai"
        report.feature = "chat"
        report.action = "answer"
        report.product = "assistant"
        report.organization = "acme"
        report.latencyMs = 7
        return report
    }()

    @Test(arguments: [
        "customer", "cost_micros", "quantities.images", "quantities.pages", "provider", "model", "feature", "action",
        "product", "organization", "latency_ms", "metadata", "time", "key",
    ])
    func `another event under the same name is refused and names what differs`(field: String) async throws {
        let usage = try await UsageHouse(seed: 1, markup: 0)
        let key = try await usage.house.database.write { [worker = usage.house.worker, account = usage.account] tx in
            try worker.keys.mint(NewKey(name: "k"), account: account, by: .commandLine, in: tx)
        }
        #expect(try await usage.record([Self.whole, Self.whole]) == ["accepted 10 10", "duplicate 10 10"])
        var other = Self.whole
        switch field {
        case "customer": other.customer = "bob"
        case "cost_micros": other.costMicros = nil
        case "quantities.images": other.quantities[.images] = Quantity(millionths: 2)
        case "quantities.pages": other.quantities[try UsageUnit("pages")] = Quantity(millionths: 2)
        case "provider": other.provider = nil
        case "model": other.model = "gpt-5-mini"
        case "feature": other.feature = "search"
        case "action": other.action = nil
        case "product": other.product = "other"
        case "organization": other.organization = nil
        case "latency_ms": other.latencyMs = 8
        case "metadata": other.metadata = [:]
        case "time": other.time = usage.house.clock.now.adding(seconds: -1)
        default: other.key = key.secret
        }
        guard case .rejected(let error) = try await usage.verdicts([other])[0] else {
            return #expect(Bool(false), "not rejected")
        }
        #expect(error.code == "event_differs" && error.field == field)
        #expect(try await usage.record([Self.whole]) == ["duplicate 10 10"])
    }

    @Test func `a key says whose usage it is, by its id or its secret, and is never kept itself`() async throws {
        let usage = try await UsageHouse(seed: 1, markup: 0)
        _ = try await usage.record([UsageReport(eventID: "0", customer: "ada", costMicros: 1)])
        let key = try await usage.house.database.write { [worker = usage.house.worker, account = usage.account] tx in
            try worker.keys.mint(NewKey(name: "k", customer: "ada"), account: account, by: .commandLine, in: tx)
        }
        var reports = (1...4).map { UsageReport(eventID: "\($0)", customer: "", costMicros: 10) }
        (reports[0].key, reports[1].key, reports[2].key) = (key.secret, key.key.id.text, "bursar_nobody")
        (reports[3].key, reports[3].customer) = (key.secret, "bob")
        #expect(
            try await usage.record(reports) == ["accepted 10 10", "accepted 10 10", "unknown_key", "foreign_key"])
        let (counter, labels) = try await usage.house.database.read { [account = usage.account] tx in
            let ada = try #require(try tx.customers.find(externalID: "ada", account: account.id))
            return (
                try tx.limitCounters.get(LimitCounterID(subject: key.key.limitSubject, .ever)),
                try tx.usage.list(customer: ada.id, after: nil, limit: 10).map(\.labels.key)
            )
        }
        #expect(counter.used == LimitAmounts(requests: 2, tokens: 0, costMicros: 20, spendMicros: 20))
        #expect(labels == [key.key.id.text, key.key.id.text, nil])
    }

    @Test func `the key of another account is no key here, by its id or by its secret`() async throws {
        let usage = try await UsageHouse(seed: 1, markup: 0)
        let other = try await usage.house.addAccount("usd", mode: .none, stripeAccount: nil, markup: 0)
        let foreign = try await usage.house.database.write { [worker = usage.house.worker] tx in
            try worker.keys.mint(NewKey(name: "k"), account: other, by: .commandLine, in: tx)
        }
        var reports = (1...2).map { UsageReport(eventID: "\($0)", customer: "ada", costMicros: 10) }
        (reports[0].key, reports[1].key) = (foreign.secret, foreign.key.id.text)
        #expect(try await usage.record(reports) == ["unknown_key", "unknown_key"])
    }

    @Test func `what came late counts in its month while that is open, then in the present one, marked`() async throws {
        let usage = try await UsageHouse(seed: 1, markup: 0)
        let october = try #require(Instant(rfc3339: "2026-10-31T22:00:00Z"))
        func event(_ id: String) async throws -> UsageEvent {
            let report = UsageReport(eventID: id, customer: "ada", time: october, costMicros: 5)
            guard case .accepted(let event) = try await usage.verdicts([report])[0] else {
                throw WorkerError.notFound("event")
            }
            return event
        }
        let inTime = try await event("1")
        #expect(inTime.countedAt == october && !inTime.isLate)
        usage.house.clock.advance(seconds: 2 * 86_400)
        let late = try await event("2")
        #expect(late.time == october && late.countedAt == usage.house.clock.now && late.isLate)
        var query = UsageQuery(from: "2026-10-01", to: "2026-12-01")
        query.groupBy = [.month]
        let totals = try await usage.ask(query)
        #expect(totals.map { $0.groups[0].value } == ["2026-10", "2026-11"])
        #expect(totals.map(\.figures.late) == [0, 1] && totals.map(\.figures.requests) == [1, 1])
        try await usage.house.expectSoundBooks()
    }

    @Test func `counters hold what was used in the minute, the day and the month`() async throws {
        let usage = try await UsageHouse(seed: 1, markup: 1_000_000)
        let tokens = Quantities([.inputTokens: Quantity(millionths: 1_500_000), .outputTokens: try Quantity(whole: 2)])
        let reports = (0..<3).map {
            UsageReport(eventID: "\($0)", customer: "ada", costMicros: 10, quantities: tokens)
        }
        _ = try await usage.record(reports)
        let expected = LimitAmounts(requests: 3, tokens: 12, costMicros: 30, spendMicros: 60)
        try await usage.house.database.read { [worker = usage.house.worker, account = usage.account] tx in
            let ada = try #require(try tx.customers.find(externalID: "ada", account: account.id))
            for subject in [LimitSubject(account: account), LimitSubject(customer: ada, account: account)] {
                for period in [PeriodKind.minute, .day, .month] {
                    let counter = try worker.limitCounters.get(subject, period, in: tx)
                    #expect(counter.used == expected && counter.held == .zero, "\(subject.name) \(period)")
                }
            }
        }
        usage.house.clock.advance(seconds: 86_400)
        try await usage.house.database.write { [worker = usage.house.worker, account = usage.account] tx in
            let ada = try #require(try tx.customers.find(externalID: "ada", account: account.id))
            let subject = LimitSubject(customer: ada, account: account)
            let today = try worker.limitCounters.get(subject, .day, in: tx)
            #expect(today.used == .zero)
            try worker.limitCounters.recount(ada, account: account, in: tx)
            let month = try worker.limitCounters.get(subject, .month, in: tx)
            // Of all its events together only the last fraction of a token counts as a whole one.
            #expect(month.used == LimitAmounts(requests: 3, tokens: 11, costMicros: 30, spendMicros: 60))
        }
    }

    @Test func `days are made anew when the account's time zone changes`() async throws {
        let usage = try await UsageHouse(seed: 1)
        var generator = Seeded(1)
        _ = try await usage.record((0..<60).map { _ in .random(&generator, now: usage.house.clock.now) })
        var query = UsageQuery(from: "2026-08-01", to: "2026-12-01")
        query.groupBy = [.day, .model]
        query.limit = 10_000
        var moved = usage.account
        moved.terms.timeZone = "Asia/Kathmandu"
        let asked = query
        try await usage.house.database.write { [worker = usage.house.worker, moved] tx in
            try tx.accounts.updateSettings(moved)
            try worker.usageTotals.timeZoneHasChanged(of: moved, in: tx)
        }
        let there = UsageHouse(house: usage.house, account: moved)
        let events = try await there.events()
        let zone = try #require(CivilZone("Asia/Kathmandu"))
        var naive: [[String]: UsageSums] = [:]
        for event in events {
            let key = [event.value(.day, zone), event.value(.model, zone)]
            naive[key] = try naive[key, default: UsageSums()].adding(UsageSums(event))
        }
        let totals = try await there.ask(asked)
        #expect(totals.count == naive.count)
        for total in totals {
            let sums = naive[total.groups.map { $0.value ?? "" }]
            #expect(total.figures.priceMicros == sums.map { Int128($0.priceMicros) })
            #expect(total.figures.requests == sums.map { Int128($0.requests) })
        }
        try await usage.house.expectSoundBooks()
    }

    @Test func `an event that asks for it is held against the limits, one by one`() async throws {
        let usage = try await UsageHouse(seed: 1, markup: 0)
        var account = usage.account
        account.terms.limits = Limits(day: Limits.Caps(requests: 3))
        let house = UsageHouse(house: usage.house, account: account)
        var reports = (0..<5).map { UsageReport(eventID: "\($0)", customer: "ada", costMicros: 1) }
        for place in 0..<4 { reports[place].isEnforced = true }
        // The last one does not ask: it has happened.
        let verdicts = try await house.record(reports)
        #expect(verdicts == Array(repeating: "accepted 1 1", count: 3) + ["quota_exceeded", "accepted 1 1"])
        #expect(try await house.record([reports[3]]) == ["quota_exceeded"])
        try await usage.house.expectSoundBooks()
    }

    @Test func `a blocked customer's usage is refused, and that of others taken`() async throws {
        let usage = try await UsageHouse(seed: 1, markup: 0)
        _ = try await usage.record([UsageReport(eventID: "0", customer: "ada", costMicros: 1)])
        try await usage.house.database.write { [worker = usage.house.worker, account = usage.account] tx in
            _ = try worker.customers.block("ada", reason: nil, account: account, by: .commandLine, in: tx)
        }
        let reports = ["ada", "bob"].map { UsageReport(eventID: $0, customer: $0, costMicros: 1) }
        #expect(try await usage.record(reports) == ["customer_blocked", "accepted 1 1"])
    }

    @Test func `one customer under two names is one customer`() async throws {
        let usage = try await UsageHouse(seed: 1, markup: 500_000)
        _ = try await usage.record([UsageReport(eventID: "0", customer: "ada", costMicros: 1)])
        let id = try await usage.events()[0].customer.text
        let reports = ["ada", id].enumerated().map { number, name in
            UsageReport(eventID: "\(number + 1)", customer: name, costMicros: 1)
        }
        #expect(try await usage.record(reports) == ["accepted 1 2", "accepted 1 1"])
        #expect(try await usage.house.booked(.accrued, of: usage.account) == 4)
        try await usage.house.expectSoundBooks()
    }
}
