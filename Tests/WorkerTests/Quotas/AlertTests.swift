import Billing
import Ledger
import Storage
import Testing

@testable import Worker

struct AlertTests {
    @Test func `each percentage of each limit is told once in its period, of several at once the highest`()
        async throws
    {
        let shop = try await QuotaShop(PlanTerms(limits: Limits(day: .init(spendMicros: 1_000)), overage: .alert))
        try await shop.use(499)
        #expect(try await shop.alerts() == [])
        try await shop.use(1)
        #expect(try await shop.alerts() == ["limit day.spend_micros 50"])
        // In one event over two of them, the plan's own notice among them, which is the higher.
        try await shop.use(420)
        try await shop.use(80)
        try await shop.use(1_000)
        let all = ["50", "90", "100"].map { "limit day.spend_micros \($0)" }
        #expect(try await shop.alerts() == all.sorted())
        shop.house.clock.advance(seconds: 86_400)
        try await shop.use(600)
        #expect(try await shop.alerts() == (all + [all[0]]).sorted())
    }

    @Test func `what is read in from a file counts in days, and in no minute`() async throws {
        let shop = try await QuotaShop(
            PlanTerms(limits: Limits(day: .init(requests: 16), requestsPerMinute: 2), overage: .alert))
        let reports = (0..<8).map { UsageReport(eventID: "line-\($0)", customer: "ada", costMicros: 1) }
        _ = try await shop.house.database.write { [worker = shop.house.worker, account = shop.account] tx in
            try worker.metering.record(worker.metering.check(reports), isImport: true, account: account, in: tx)
        }
        #expect(try await shop.alerts() == ["limit day.requests 50"])
        try await shop.use(1)
        #expect(try await shop.alerts() == ["limit day.requests 50", "limit requests_per_minute 50"])
    }

    @Test func `a cap that falls below what was used is told of with the next usage, once`() async throws {
        let shop = try await QuotaShop(PlanTerms(limits: Limits(day: .init(spendMicros: 1_000)), overage: .alert))
        try await shop.use(600)
        #expect(try await shop.alerts() == ["limit day.spend_micros 50"])
        try await shop.sell(PlanTerms(limits: Limits(day: .init(spendMicros: 500)), overage: .alert))
        for _ in 0..<3 { try await shop.use(1) }
        #expect(try await shop.alerts() == ["limit day.spend_micros 100", "limit day.spend_micros 50"])
    }

    @Test func `a wallet tells what is spent of its filling, and that it is low`() async throws {
        var terms = BillingTerms.paidAhead
        terms.lowBalanceMicros = 150
        terms.alertPercents = [30, 80]
        let shop = try await QuotaShop(PlanTerms(), terms)
        try await shop.house.give(1_000, to: "ada", of: shop.account)
        try await shop.use(299)
        #expect(try await shop.alerts() == [])
        try await shop.use(551)
        let first = ["low_balance wallet 0", "wallet wallet 80"]
        #expect(try await shop.alerts() == first)
        try await shop.use(10)
        #expect(try await shop.alerts() == first)
        shop.house.clock.advance(seconds: 60)
        try await shop.house.give(1_000, to: "ada", of: shop.account)
        try await shop.use(1_000)
        #expect(try await shop.alerts() == (first + first).sorted())
    }

    @Test func `who is refused or slowed down is told of once, though the request changes nothing else`() async throws {
        let shop = try await QuotaShop(
            PlanTerms(
                limits: Limits(day: .init(requests: 2)),
                bands: [GraceBand(atPercent: 50, action: .throttle), GraceBand(atPercent: 100, action: .block)]))
        for _ in 0..<2 { _ = try await shop.ask() }
        #expect(try await shop.alerts() == ["throttled day.requests 0"])
        for _ in 0..<3 { #expect(try await shop.ask() == "day.requests") }
        #expect(try await shop.alerts() == ["limit_reached day.requests 0", "throttled day.requests 0"])
    }

    @Test func `a hold that ends unused takes no word from what is used afterwards`() async throws {
        let shop = try await QuotaShop(PlanTerms(limits: Limits(month: .init(spendMicros: 1_000)), overage: .alert))
        #expect(try await shop.house.hold(1_000_000, by: "ada", of: shop.account, seconds: 1) != nil)
        #expect(try await shop.alerts() == [])
        shop.house.clock.advance(seconds: 5)
        try await shop.use(1_040)
        #expect(try await shop.alerts() == ["limit month.spend_micros 100"])
    }

    @Test func `a key's cap is told of by its percentages, over all its life`() async throws {
        let shop = try await QuotaShop(PlanTerms())
        let key = try await shop.house.database.write { [worker = shop.house.worker, account = shop.account] tx in
            try worker.keys.mint(NewKey(name: "app", maxSpend: 100), account: account, by: .commandLine, in: tx).key
        }
        for _ in 0..<2 {
            let hold = try #require(
                try await shop.house.hold(50, by: "ada", of: shop.account, key: key.id.text))
            try await shop.house.capture(hold, cost: 50, of: shop.account)
        }
        #expect(try await shop.house.hold(1, by: "ada", of: shop.account, key: key.id.text) == nil)
        #expect(
            try await shop.alerts() == [
                "limit max_spend 100", "limit max_spend 50", "limit_reached max_spend 0",
            ])
    }
}
