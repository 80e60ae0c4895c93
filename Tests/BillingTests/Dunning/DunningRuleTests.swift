import Billing
import Foundation
import Ledger
import Testing

@Suite struct DunningRuleTests {
    private static let day: Int64 = 86_400
    private let start = Instant(secondsSince1970: 1_800_000_000)

    private func failed(
        _ number: Int, _ code: String, advice: String? = nil, on method: String? = "pm_a",
        by origin: ChargeAttempt.Origin = .schedule, atDay day: Int64 = 0
    ) -> ChargeAttempt {
        let at = start.adding(seconds: day * Self.day)
        return ChargeAttempt(
            number: number, at: at, origin: number == 1 ? .charge : origin, method: method, outcome: .declined,
            endedAt: at, code: code, advice: advice)
    }

    private func decide(
        _ attempts: [ChargeAttempt], method: String? = "pm_a", onDay day: Int64 = 0, _ terms: DunningTerms = .init()
    ) -> DunningDecision {
        DunningRule(terms).decide(
            after: attempts, since: start, method: method, at: start.adding(seconds: day * Self.day))
    }

    @Test func `what may work another day is tried 1, 3, 5 and 7 days after each failure, and then given up`() {
        var attempts = [failed(1, "insufficient_funds")]
        var last: Int64 = 0
        for (number, days) in zip(2..., [1, 3, 5, 7] as [Int64]) {
            let due = start.adding(seconds: (last + days) * Self.day)
            #expect(decide(attempts, onDay: last) == .retry(at: due, .schedule))
            last += days
            attempts.append(failed(number, number == 3 ? "do_not_honor" : "processing_error", atDay: last))
        }
        #expect(decide(attempts, onDay: last) == .over(.retriesUsed))
    }

    @Test(
        arguments: [
            ("stolen_card", nil), ("lost_card", nil), ("incorrect_number", nil), ("authentication_required", nil),
            ("highest_risk_level", nil), ("insufficient_funds", "do_not_try_again"),
            ("do_not_honor", "confirm_card_data"),
        ] as [(String, String?)])
    func `a card that will not work is not tried again, and another one at once`(code: String, advice: String?) {
        let attempts = [failed(1, code, advice: advice)]
        let end = start.adding(seconds: 30 * Self.day)
        #expect(decide(attempts, onDay: 2) == .wait(until: end))
        #expect(decide(attempts, method: nil, onDay: 2) == .wait(until: end))
        let now = start.adding(seconds: 2 * Self.day)
        #expect(decide(attempts, method: "pm_b", onDay: 2) == .retry(at: now, .newMethod))
        #expect(decide(attempts, onDay: 30) == .over(.customerAbsent))
        #expect(decide(attempts, method: "pm_b", onDay: 30) == .over(.customerAbsent))
        // Another card was declined in between; the first stays what it was.
        let back = attempts + [failed(2, "insufficient_funds", on: "pm_b", by: .newMethod, atDay: 2)]
        #expect(decide(back, onDay: 2) == .wait(until: end))
    }

    @Test func `an empty schedule tries nothing by itself and waits for the customer`() {
        let terms = DunningTerms(retryDays: [], giveUpDays: 3)
        let attempts = [failed(1, "insufficient_funds")]
        #expect(decide(attempts, terms) == .wait(until: start.adding(seconds: 3 * Self.day)))
        #expect(decide(attempts, method: "pm_b", terms) == .retry(at: start, .newMethod))
        #expect(decide(attempts, onDay: 3, terms) == .over(.customerAbsent))
    }

    @Test func `fifteen tries in thirty days are the most, whatever brings them`() {
        let attempts = (1...15).map { failed($0, "insufficient_funds", on: "pm_\($0)", by: .newMethod, atDay: 1) }
        let free = start.adding(seconds: 31 * Self.day)
        let terms = DunningTerms(giveUpDays: 365)
        #expect(decide(attempts, method: "pm_new", onDay: 1, terms) == .retry(at: free, .newMethod))
        #expect(decide(attempts, method: "pm_15", onDay: 1, terms) == .retry(at: free, .schedule))
        #expect(DunningRule.earliest(from: start, after: attempts.dropFirst().map(\.at)) == start)
    }

    @Test func `a try of the merchant's takes the place of one of the schedule, a customer's own does not`() {
        let terms = DunningTerms(retryDays: [1])
        let first = failed(1, "insufficient_funds")
        let byRequest = [first, failed(2, "insufficient_funds", by: .request)]
        #expect(decide(byRequest, terms) == .over(.retriesUsed))
        let byCustomer = [first, failed(2, "insufficient_funds", by: .customer)]
        #expect(decide(byCustomer, terms) == .retry(at: start.adding(seconds: Self.day), .schedule))
    }

    /// Random declines, schedules and card changes, each try made exactly when the rule says: whatever happens, the
    /// bounds hold and there is an end.
    @Test(arguments: 1...400 as ClosedRange<UInt64>)
    func `whatever the banks say and customers do, the bounds hold and it ends`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let retries = (0..<Int.random(in: 0...14, using: &random)).map { _ in Int64.random(in: 1...5, using: &random) }
        let sum = retries.reduce(0, +)
        let giveUp = max(1, sum) + Int64.random(in: 0...40, using: &random)
        var terms = BillingTerms()
        terms.dunning = DunningTerms(retryDays: retries, giveUpDays: giveUp)
        try terms.check()
        let rule = DunningRule(terms.inForce.dunning)
        // Naive: the words after which a card is dead, by the list of docs.stripe.com.
        let dead = ["stolen_card", "incorrect_number", "authentication_required", "expired_card"]
        let codes = dead + ["insufficient_funds", "generic_decline", "processing_error", "call_issuer"]
        var (now, method, attempts, deadCards) = (start, "pm_0", [ChargeAttempt](), Set<String>())
        func add(_ origin: ChargeAttempt.Origin) {
            let code = codes.randomElement(using: &random) ?? ""
            if dead.contains(code) { deadCards.insert(method) }
            attempts.append(
                ChargeAttempt(
                    number: attempts.count + 1, at: now, origin: origin, method: method, outcome: .declined,
                    endedAt: now, code: code))
        }
        add(.charge)
        var isOver = false
        for _ in 0..<500 where !isOver {
            if Int.random(in: 0..<4, using: &random) == 0 { method = "pm_\(Int.random(in: 0...30, using: &random))" }
            switch rule.decide(after: attempts, since: start, method: method, at: now) {
            case .retry(let time, let origin) where time <= now:
                #expect(!deadCards.contains(method), "seed \(seed)")
                add(origin)
            case .retry(let time, _):
                now = min(time, now.adding(seconds: Int64.random(in: 3_600...5 * Self.day, using: &random)))
            case .wait(let end):
                #expect(now < end)
                now = min(end, now.adding(seconds: Int64.random(in: 3_600...9 * Self.day, using: &random)))
            case .over: isOver = true
            }
        }
        #expect(isOver, "seed \(seed)")
        #expect(attempts.count { $0.origin == .schedule } <= retries.count)
        let latest = (giveUp + sum + 60) * Self.day
        #expect(now <= start.adding(seconds: latest), "seed \(seed)")
        for (early, late) in zip(attempts, attempts.dropFirst(15)) {
            #expect(late.at >= early.at.adding(seconds: 30 * Self.day), "seed \(seed)")
        }
    }

    @Test(arguments: [
        (#"{"dunning": {"retry_days": [0]}}"#, "dunning.retry_days"),
        (#"{"dunning": {"retry_days": [31]}}"#, "dunning.retry_days"),
        (#"{"dunning": {"retry_days": [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}}"#, "dunning.retry_days"),
        (#"{"dunning": {"give_up_days": 0}}"#, "dunning.give_up_days"),
        (#"{"dunning": {"give_up_days": 366}}"#, "dunning.give_up_days"),
        (#"{"dunning": {"give_up_days": 15}}"#, "dunning.give_up_days"),
    ])
    func `terms that cannot hold are refused by the field`(json: String, field: String) throws {
        let terms = try JSONDecoder().decode(BillingTerms.self, from: Data(json.utf8))
        let error = #expect(throws: BillingError.self) { try terms.check() }
        #expect(error?.field == field)
    }

    @Test func `terms read back, and a slip of the keyboard is refused`() throws {
        let json = #"{"dunning":{"at_end":"block","give_up_days":40,"retry_days":[2,4]}}"#
        let terms = try JSONDecoder().decode(BillingTerms.self, from: Data(json.utf8))
        try terms.check()
        #expect(terms.inForce.dunning == DunningTerms(retryDays: [2, 4], giveUpDays: 40, atEnd: .block))
        #expect(BillingTerms().inForce.dunning.retryDaysInForce == [1, 3, 5, 7])
        for slip in [#"{"dunning": {"retries": [1]}}"#, #"{"dunning": {"at_end": "forget"}}"#] {
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(BillingTerms.self, from: Data(slip.utf8))
            }
        }
    }
}
