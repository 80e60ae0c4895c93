import Billing
import Ledger
import Testing

@Suite struct AutoTopUpTests {
    private let zone = CivilZone("Pacific/Auckland") ?? .utc
    private let now = Instant(secondsSince1970: 1_795_262_400)
    private let policy = AutoTopUpPolicy(
        thresholdMicros: 100, amountMicros: 1_000, monthlyLimitMicros: 2_500, coolDownSeconds: 60)

    private func decide(_ state: AutoTopUpState = AutoTopUpState(), balance: Int64 = 99, after seconds: Int64 = 0)
        -> AutoTopUpDecision
    {
        policy.decide(at: now.adding(seconds: seconds), balance: balance, state, in: zone)
    }

    @Test func `it starts below the threshold, and not at it`() {
        #expect(decide(balance: 99) == .start(1_000) && decide(balance: -5) == .start(1_000))
        #expect(decide(balance: 100) == .wait(.enough))
    }

    @Test func `one is in flight at a time, and the next waits out the cool-down`() {
        var state = AutoTopUpState()
        state.start(1_000, at: now, in: zone)
        #expect(decide(state, after: 3_600) == .wait(.inFlight))
        state.succeed()
        #expect(decide(state, after: 59) == .wait(.coolingDown(until: now.adding(seconds: 60))))
        #expect(decide(state, after: 60) == .start(1_000))
    }

    @Test func `no more than the monthly limit is taken in a month of the customer's zone`() {
        var state = AutoTopUpState()
        for minute in 0..<2 as Range<Int64> {
            #expect(decide(state, after: minute * 60) == .start(1_000))
            state.start(1_000, at: now.adding(seconds: minute * 60), in: zone)
            state.succeed()
        }
        let month = Period(.month, holding: now, in: zone)
        #expect(month.end.rfc3339 == "2026-11-30T11:00:00Z")
        #expect(decide(state, after: 600) == .wait(.monthlyLimit(until: month.end)))
        #expect(policy.decide(at: month.end, balance: 0, state, in: zone) == .start(1_000))
    }

    @Test func `three declines in a row stop it until somebody resumes it, and count against no month`() {
        var state = AutoTopUpState()
        for attempt in 0..<3 as Range<Int64> {
            #expect(decide(state, after: attempt * 60) == .start(1_000))
            state.start(1_000, at: now.adding(seconds: attempt * 60), in: zone)
            state.decline(1_000, at: now.adding(seconds: attempt * 60 + 5))
            #expect(state.monthTotalMicros == 0)
        }
        #expect(decide(state, after: 9_999) == .stopped(now.adding(seconds: 125)))
        #expect(state.stopReason == .declinedThreeTimes)
        state.resume()
        #expect(decide(state, after: 9_999) == .start(1_000))
    }

    @Test func `a success in between forgets the declines`() {
        var state = AutoTopUpState()
        for isPaid in [false, false, true, false, false] {
            state.start(1_000, at: now, in: zone)
            if isPaid { state.succeed() } else { state.decline(1_000, at: now) }
        }
        #expect(state.declines == 2 && state.stoppedAt == nil)
    }

    @Test func `whatever happens, no month takes more than its limit and no two starts lie closer than the cool-down`()
    {
        for seed in 0..<300 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            var (state, at, paid, last) = (AutoTopUpState(), now, [Instant: Int64](), Instant?.none)
            for _ in 0..<200 {
                at = at.adding(seconds: .random(in: 1...90_000, using: &random))
                let month = Period(.month, holding: state.lastStartedAt ?? at, in: zone).start
                if state.isInFlight {
                    if Int.random(in: 0..<3, using: &random) > 0 {
                        state.succeed()
                        paid[month, default: 0] += 1_000
                    } else {
                        state.decline(1_000, at: at)
                    }
                } else if case .start(let amount) = policy.decide(
                    at: at, balance: .random(in: 0...200, using: &random), state, in: zone)
                {
                    #expect(last.map { $0.adding(seconds: 60) <= at } ?? true)
                    last = at
                    state.start(amount, at: at, in: zone)
                } else if state.stoppedAt != nil {
                    state.resume()
                }
            }
            #expect(!paid.isEmpty && paid.values.allSatisfy { $0 <= 2_500 }, "seed \(seed)")
        }
    }

    @Test func `a policy is written as it was read`() throws {
        let json =
            #"{"amount_micros":5000000,"cool_down_seconds":60,"monthly_limit_micros":9000000,"threshold_micros":0}"#
        #expect(try AutoTopUpPolicy(json: json).json() == json)
        let short = try AutoTopUpPolicy(json: #"{"amount_micros":1,"threshold_micros":2}"#)
        #expect(short.coolDownInForce == 300 && short.monthlyLimitMicros == nil)
    }

    @Test(arguments: [
        (#"{"amount_micros":1}"#, "threshold_micros"), (#"{"threshold_micros":1}"#, "amount_micros"),
        (#"{"threshold_micros":-1,"amount_micros":1}"#, "threshold_micros"),
        (#"{"threshold_micros":1,"amount_micros":0}"#, "amount_micros"),
        (#"{"threshold_micros":1,"amount_micros":1.5}"#, "amount_micros"),
        (#"{"threshold_micros":1,"amount_micros":10,"monthly_limit_micros":9}"#, "monthly_limit_micros"),
        (#"{"threshold_micros":1,"amount_micros":1,"cool_down_seconds":-1}"#, "cool_down_seconds"),
        (#"{"threshold_micros":1,"amount_micros":1,"cooldown":1}"#, "cooldown"),
    ])
    func `a policy that cannot hold is refused with its field`(json: String, field: String) {
        #expect(#expect(throws: BillingError.self) { try AutoTopUpPolicy(json: json) }?.field == field)
    }
}
