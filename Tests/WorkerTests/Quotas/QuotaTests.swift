import Billing
import Ledger
import Storage
import Testing

import struct Billing.Customer

@testable import Worker

struct QuotaTests {
    @Test func `a request that would exceed a limit is refused, and told by which and until when`() async throws {
        let shop = try await QuotaShop(PlanTerms(limits: Limits(day: .init(requests: 2, tokens: 100))))
        #expect(try await shop.ask(tokens: 60) == "held")
        guard case .refused(let refusal) = try await shop.outcome(tokens: 41) else {
            Issue.record("let through")
            return
        }
        #expect(refusal.code == "quota_exceeded" && refusal.bound?.limit == "day.tokens")
        #expect(refusal.bound?.held == 60 && refusal.bound?.cap == 100 && refusal.bound?.scope == .customer)
        #expect(refusal.bound?.resetsAt == Instant(rfc3339: "2026-11-03T00:00:00Z"))
        #expect(refusal.retryAfterSeconds == Int64(15 * 3600))
        #expect(try await shop.ask(tokens: 40) == "held")
        #expect(try await shop.ask(tokens: 0) == "day.requests")
        try await shop.house.expectHeldTotals()
    }

    @Test func `limits of the account come before those of the plan, and count all customers`() async throws {
        var terms = BillingTerms()
        terms.limits = Limits(month: .init(requests: 3))
        let shop = try await QuotaShop(PlanTerms(limits: Limits(month: .init(requests: 2))), terms)
        #expect(try await shop.ask(by: "ada") == "held")
        #expect(try await shop.ask(by: "ada") == "held")
        #expect(try await shop.ask(by: "ada") == "month.requests")
        #expect(try await shop.ask(by: "ben") == "held")
        guard case .refused(let refusal) = try await shop.outcome(by: "ada") else {
            Issue.record("let through")
            return
        }
        #expect(refusal.bound?.scope == .account && refusal.bound?.cap == 3)
    }

    @Test func `a day begins where the customer lives, also when its clocks change`() async throws {
        let shop = try await QuotaShop(
            PlanTerms(limits: Limits(day: .init(requests: 1))), zone: "America/New_York", at: "2026-11-01T03:59:59Z")
        #expect(try await shop.ask() == "held")
        try await shop.settle()
        #expect(try await shop.ask() == "day.requests")
        // Midnight there; the day has 25 hours.
        shop.house.clock.advance(seconds: 1)
        #expect(try await shop.ask() == "held")
        try await shop.settle()
        shop.house.clock.advance(seconds: 25 * 3600 - 1)
        #expect(try await shop.ask() == "day.requests")
        shop.house.clock.advance(seconds: 1)
        #expect(try await shop.ask() == "held")
    }

    @Test func `a month ends at its end, be it long or short`() async throws {
        let shop = try await QuotaShop(
            PlanTerms(limits: Limits(month: .init(requests: 1))), zone: "Asia/Kathmandu", at: "2027-01-31T18:14:59Z")
        for seconds in [1, 28 * 86_400, 31 * 86_400] as [Int64] {
            #expect(try await shop.ask() == "held")
            try await shop.settle()
            #expect(try await shop.ask() == "month.requests")
            shop.house.clock.advance(seconds: seconds)
        }
        #expect(try await shop.ask() == "held")
    }

    @Test func `requests of a minute are counted when they are let in, whatever becomes of them`() async throws {
        let shop = try await QuotaShop(PlanTerms(limits: Limits(requestsPerMinute: 2)))
        #expect(try await shop.ask() == "held")
        #expect(try await shop.ask() == "held")
        #expect(try await shop.ask() == "requests_per_minute")
        shop.house.clock.advance(seconds: 60)
        // Captured now, counted then.
        try await shop.settle()
        #expect(try await shop.ask() == "held")
        try await shop.use(1)
        #expect(try await shop.ask() == "requests_per_minute")
        shop.house.clock.advance(seconds: 59)
        #expect(try await shop.ask() == "requests_per_minute")
        shop.house.clock.advance(seconds: 1)
        #expect(try await shop.ask() == "held")
    }

    @Test func `a plan that throttles lets through after a wait that grows, one that alerts without`() async throws {
        let caps = Limits(month: .init(spendMicros: 1_000))
        let slow = try await QuotaShop(PlanTerms(limits: caps, overage: .throttle))
        #expect(try await slow.ask(1_000) == "held")
        var waits: [Int64] = []
        for _ in 0..<4 {
            guard case .held(let granted) = try await slow.outcome(100) else { break }
            waits.append(granted.delay?.milliseconds ?? 0)
        }
        #expect(waits == [10_000, 20_000, 30_000, 40_000])
        let loud = try await QuotaShop(PlanTerms(limits: caps, overage: .alert))
        #expect(try await loud.ask(5_000) == "held")
        guard case .held(let granted) = try await loud.outcome(1) else {
            Issue.record("refused")
            return
        }
        #expect(granted.delay == nil && granted.notices.map(\.percent) == [100])
    }

    @Test func `a change of plan holds at once, and keeps what was used and is held`() async throws {
        let shop = try await QuotaShop(PlanTerms())
        try await shop.use(300)
        _ = try await shop.ask(200)
        try await shop.sell(PlanTerms(limits: Limits(day: .init(spendMicros: 600))))
        #expect(try await shop.ask(101) == "day.spend_micros")
        #expect(try await shop.ask(100) == "held")
        try await shop.sell(PlanTerms(limits: Limits(day: .init(spendMicros: 600)), allowedModels: .some(.gpt)))
        #expect(try await shop.ask(0, model: "claude-x") == "model_not_allowed")
        #expect(try await shop.ask(0, model: "gpt-5") == "held")
        try await shop.house.expectHeldTotals()
    }

    @Test func `who is blocked gets nothing, and captures nothing until the block is lifted`() async throws {
        let shop = try await QuotaShop(PlanTerms())
        _ = try await shop.ask(5)
        try await shop.block(true)
        #expect(try await shop.ask(5) == "customer_blocked")
        await #expect(throws: WorkerError.self) { try await shop.settle() }
        try await shop.house.expectHeldTotals()
        try await shop.block(false)
        try await shop.settle()
        #expect(try await shop.ask(5) == "held")
    }

    @Test func `a check says what would become of it, and changes nothing`() async throws {
        let shop = try await QuotaShop(PlanTerms(limits: Limits(day: .init(spendMicros: 100))))
        _ = try await shop.ask(60, seconds: 10)
        let full = try await shop.check(50)
        #expect(full.refusal?.code == "quota_exceeded" && full.standings.first?.held == 60)
        let before = try await shop.dump()
        shop.house.clock.advance(seconds: 10)
        // What has expired counts no more, though nobody has written it down.
        #expect(try await shop.check(100).refusal == nil)
        #expect(try await shop.check(101, by: "nobody yet").refusal?.code == "quota_exceeded")
        #expect(try await shop.check(100, by: "nobody yet").refusal == nil)
        #expect(try await shop.dump() == before)
    }

    @Test func `usage that asks for it is refused above a limit, with nothing of it kept, and other usage is not`()
        async throws
    {
        let shop = try await QuotaShop(PlanTerms(limits: Limits(day: .init(spendMicros: 100))))
        let codes = try await shop.report([(60, true), (41, true), (40, true), (1, true), (500, false), (0, true)])
        #expect(codes == ["", "quota_exceeded", "", "quota_exceeded", "", "quota_exceeded"])
        let used = try await shop.used(.day)
        #expect(used.spendMicros == 600 && used.requests == 3)
    }
}

extension AllowedModels {
    fileprivate static let gpt = AllowedModels([ModelGlob("gpt-5*")].compactMap(\.self))
}
