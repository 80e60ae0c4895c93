import Billing
import Ledger
import Testing

@Suite struct QuotaDecisionTests {
    private static let noon = Instant(secondsSince1970: 1_795_262_400)

    private func use(_ kind: PeriodKind, _ used: Int64 = 0, held: Int64 = 0) -> PeriodUse {
        func amounts(_ of: Int64) -> LimitAmounts {
            LimitAmounts(requests: of, tokens: of, costMicros: of, spendMicros: of)
        }
        return PeriodUse(
            Period(kind, holding: Self.noon, in: .utc), used: amounts(used), held: amounts(held))
    }

    private func subject(
        _ limits: Limits, _ plan: PlanTerms = PlanTerms(), of scope: QuotaScope = .customer, used: Int64 = 0,
        held: Int64 = 0
    ) -> QuotaSubject {
        QuotaSubject(
            scope, limits, bands: plan.bandsInForce,
            uses: [PeriodKind.minute, .day, .month].map { use($0, used, held: held) })
    }

    private func decide(_ subjects: QuotaSubject..., estimate: Int64 = 1, at now: Instant = noon) -> QuotaDecision {
        QuotaDecision(
            subjects,
            estimate: LimitAmounts(
                requests: 1, tokens: estimate, costMicros: estimate, spendMicros: estimate), at: now)
    }

    private func refusal(_ decision: QuotaDecision) -> LimitStanding? {
        guard case .refused(let standing) = decision.outcome else { return nil }
        return standing
    }

    private func delay(_ decision: QuotaDecision) -> Int64? {
        guard case .throttled(let delay, _) = decision.outcome else { return nil }
        return delay.milliseconds
    }

    private let month100 = Limits(month: Limits.Caps(spendMicros: 100))

    @Test func `up to the limit is allowed, and one micro above it is refused with all that is known`() {
        #expect(refusal(decide(subject(month100, used: 60, held: 30), estimate: 10)) == nil)
        let refused = refusal(decide(subject(month100, used: 60, held: 30), estimate: 11))
        #expect(refused?.name.description == "month.spend_micros" && refused?.scope == .customer)
        #expect(refused?.used == 60 && refused?.held == 30 && refused?.limit == 100 && refused?.remaining == 10)
        #expect(refused?.resetsAt?.rfc3339 == "2026-12-01T00:00:00Z" && refused?.percent == 90)
    }

    @Test func `without limits all is allowed, and a limit of nothing refuses all`() {
        #expect(decide(subject(.none, used: .max), estimate: .max).outcome == .allowed)
        #expect(refusal(decide(subject(Limits(day: Limits.Caps(requests: 0))))) != nil)
    }

    @Test func `the first limit that refuses is named, an account-wide one before a customer's`() {
        let all = Limits(
            day: Limits.Caps(requests: 0, tokens: 0), month: Limits.Caps(costMicros: 0), requestsPerMinute: 0)
        let account = subject(Limits(month: Limits.Caps(spendMicros: 0)), of: .account)
        #expect(refusal(decide(subject(all)))?.name == .requestsPerMinute)
        #expect(refusal(decide(subject(all), account))?.scope == .account)
        let roomy = subject(Limits(day: Limits.Caps(tokens: 1_000)), of: .account)
        let second = Limits(day: Limits.Caps(requests: 5, tokens: 0), month: Limits.Caps(costMicros: 0))
        #expect(refusal(decide(subject(second), roomy))?.name.description == "day.tokens")
    }

    @Test func `90 percent is told of, and the highest band that is reached`() {
        #expect(decide(subject(month100, used: 88), estimate: 1).notices == [])
        #expect(decide(subject(month100, used: 89), estimate: 1).notices.map(\.percent) == [90])
        let alert = PlanTerms(overage: .alert)
        let above = decide(subject(month100, alert, used: 500), estimate: 1)
        #expect(above.outcome == .allowed && above.notices.map(\.percent) == [100])
    }

    @Test func `a grace band lets through up to its own percentage`() {
        let grace = PlanTerms(bands: [
            GraceBand(atPercent: 100, action: .throttle), GraceBand(atPercent: 120, action: .block),
        ])
        #expect(decide(subject(month100, grace, used: 99), estimate: 1).outcome == .allowed)
        #expect(delay(decide(subject(month100, grace, used: 119), estimate: 1)) == 20_000)
        #expect(refusal(decide(subject(month100, grace, used: 120), estimate: 1))?.limit == 100)
    }

    @Test func `the wait is a second for each percent above, at most a minute, and ends with the period`() {
        let throttle = PlanTerms(overage: .throttle)
        let thousand = Limits(month: Limits.Caps(spendMicros: 1_000))
        for (used, wait) in [(1_000, 1_000), (1_009, 1_000), (1_010, 2_000), (1_599, 60_000), (1_000_000, 60_000)]
            as [(Int64, Int64)]
        {
            #expect(delay(decide(subject(thousand, throttle, used: used), estimate: 1)) == wait, "\(used)")
        }
        let end = Period(.month, holding: Self.noon, in: .utc).end.adding(milliseconds: -300)
        #expect(delay(decide(subject(thousand, throttle, used: 5_000), estimate: 1, at: end)) == 300)
        #expect(ThrottleDelay(milliseconds: 300).seconds == 1 && ThrottleDelay(milliseconds: 2_001).seconds == 3)
    }

    @Test func `requests above those of a minute wait for the first minute with room`() {
        let throttle = PlanTerms(overage: .throttle)
        let ten = Limits(requestsPerMinute: 10)
        let now = Self.noon.adding(seconds: 45)
        for (used, wait) in [(10, 15), (19, 15), (20, 75), (35, 135), (1_000, 255)] as [(Int64, Int64)] {
            #expect(delay(decide(subject(ten, throttle, used: used), at: now)) == wait * 1_000, "\(used)")
        }
        #expect(delay(decide(subject(ten, throttle, used: 9), at: now)) == nil)
        #expect(delay(decide(subject(Limits(requestsPerMinute: 0), throttle), at: now)) == 255_000)
        let blocked = refusal(decide(subject(ten, used: 10), at: now.adding(milliseconds: 1)))
        #expect(blocked?.retryAfterSeconds(at: now.adding(milliseconds: 1)) == 15)
    }

    @Test func `seconds to wait are rounded up, and never none`() {
        let then = Self.noon
        for (milliseconds, seconds) in [(1, 1), (1_000, 1), (1_001, 2), (59_999, 60), (0, 1), (-5_000, 1)]
            as [(Int64, Int64)]
        {
            #expect(WholeSeconds.from(then.adding(milliseconds: -milliseconds), until: then) == seconds)
        }
    }

    @Test func `at the ends of 64 bits nothing wraps`() {
        let cap = Limits(month: Limits.Caps(spendMicros: .max))
        #expect(refusal(decide(subject(cap, used: .max), estimate: 0)) == nil)
        #expect(refusal(decide(subject(cap, used: .max, held: .max), estimate: .max)) != nil)
        #expect(refusal(decide(subject(cap, used: .min, held: .max), estimate: .max)) == nil)
        let throttle = PlanTerms(overage: .throttle)
        #expect(delay(decide(subject(cap, throttle, used: .max, held: .max), estimate: .max)) == 60_000)
    }

    @Test func `with random limits a request is let through exactly when all of them have room`() {
        var random = SeededGenerator(seed: 11)
        var allowed = 0
        for _ in 0..<20_000 {
            func cap() -> Int64? { Bool.random(using: &random) ? Int64.random(in: 0...60, using: &random) : nil }
            func caps() -> Limits.Caps {
                Limits.Caps(requests: cap(), tokens: cap(), costMicros: cap(), spendMicros: cap())
            }
            let used = Int64.random(in: 0...20, using: &random)
            let held = Int64.random(in: 0...10, using: &random)
            let estimate = Int64.random(in: 0...10, using: &random)
            let (own, wide) = (Limits(day: caps(), month: caps()), Limits(day: caps(), requestsPerMinute: cap()))
            let decision = decide(
                subject(own, used: used, held: held), subject(wide, of: .account, used: used, held: held),
                estimate: estimate)
            func after(_ name: LimitName) -> Int64 { used + held + (name.measure == .requests ? 1 : estimate) }
            let isRoomy = (own.all + wide.all).allSatisfy { after($0.name) <= $0.cap }
            allowed += isRoomy ? 1 : 0
            #expect((refusal(decision) == nil) == isRoomy)
            let first = (wide.all.map { (QuotaScope.account, $0) } + own.all.map { (.customer, $0) })
                .first { after($0.1.name) > $0.1.cap }
            #expect(refusal(decision)?.name == first?.1.name && refusal(decision)?.scope == first?.0)
        }
        #expect((1_000..<19_000).contains(allowed))
    }

    @Test func `the more is used the longer is the wait, and never beyond its bound`() {
        let throttle = PlanTerms(bands: [
            GraceBand(atPercent: 80, action: .throttle), GraceBand(atPercent: 130, action: .throttle),
        ])
        for limits in [month100, Limits(requestsPerMinute: 100)] {
            var before: Int64 = 0
            for used in 0..<1_000 as Range<Int64> {
                let wait = delay(decide(subject(limits, throttle, used: used))) ?? 0
                #expect(before <= wait && wait <= 300_000 && (wait > 0) == (used >= 80), "\(used)")
                before = wait
            }
        }
    }
}

@Suite struct LimitAmountsTests {
    @Test func `a fraction of a token counts as a whole one, and a correction undoes what it corrects`() throws {
        let some = Quantities([.inputTokens: try Quantity("10.25"), .outputTokens: try Quantity("1.5")])
        let event = try LimitAmounts(some, costMicros: 7, spendMicros: 9)
        #expect(event == LimitAmounts(requests: 1, tokens: 12, costMicros: 7, spendMicros: 9))
        #expect(try LimitAmounts(some.negated(), costMicros: -7, spendMicros: -9).tokens == -12)
        #expect(try LimitAmounts(Quantities([.images: Quantity("3")]), costMicros: 0, spendMicros: 0).tokens == 0)
    }
}
