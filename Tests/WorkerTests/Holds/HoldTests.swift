import Billing
import Ledger
import Storage
import Testing

@testable import Worker

struct HoldTests {
    @Test(arguments: [(1_000_000, 1_003), (7_000, 7), (999, 1_000)] as [(Int64, Int64)])
    func `a thousand at once get what is there, and no micro more`(balance: Int64, each: Int64) async throws {
        let house = try await TestHouse()
        let account = try await house.merchant()
        let customer = try await house.give(balance, to: "ada", of: account)
        let granted = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<1_000 { group.addTask { try await house.hold(each, by: "ada", of: account) != nil } }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(granted == min(1_000, Int(balance / each)))
        let after = try await house.balance(customer, of: account)
        #expect(after.held.micros == Int64(granted) * each)
        #expect(after.available?.micros == balance - Int64(granted) * each)
        try await house.expectHeldTotals()
    }

    @Test func `a hold answers for how long it is there and what is left`() async throws {
        let house = try await TestHouse()
        let account = try await house.merchant()
        try await house.give(1_000, to: "ada", of: account)
        let new = try NewAuthorization(
            customer: "ada", estimate: UsageEstimate(amountMicros: 400), expiresIn: 30)
        guard case .held(let granted) = try await house.ask(new, of: account) else {
            Issue.record("refused")
            return
        }
        #expect(granted.availableMicros == 600)
        #expect(granted.hold.expiresAt == house.clock.now.adding(seconds: 30))
        #expect(granted.delay == nil && granted.notices == [])
        let usual = try #require(try await house.hold(1, by: "ada", of: account))
        #expect(usual.expiresAt == house.clock.now.adding(seconds: 600))
    }

    @Test func `a refusal says what is there, what is owed and what is held`() async throws {
        let house = try await TestHouse()
        let account = try await house.merchant()
        try await house.give(1_000, to: "ada", of: account)
        _ = try await house.hold(700, by: "ada", of: account)
        try await house.use(200, by: "ada", of: account)
        let new = try NewAuthorization(customer: "ada", estimate: UsageEstimate(amountMicros: 101))
        guard case .refused(let refusal) = try await house.ask(new, of: account) else {
            Issue.record("let through")
            return
        }
        #expect(refusal.code == "insufficient_balance" && refusal.reason == .wallet)
        #expect(refusal.bound?.cap == 800 && refusal.bound?.held == 700 && refusal.bound?.asked == 101)
        #expect(try await house.hold(100, by: "ada", of: account) != nil)
        #expect(try await house.hold(0, by: "ada", of: account) != nil)
        try await house.expectHeldTotals()
    }

    @Test func `what is captured is posted in full, once, and blocks the next`() async throws {
        let house = try await TestHouse()
        let account = try await house.merchant()
        let customer = try await house.give(1_000, to: "ada", of: account)
        let hold = try #require(try await house.hold(1_000, by: "ada", of: account))
        let first = try await house.capture(hold, cost: 2_000, of: account)
        let again = try await house.capture(hold, cost: 2_000, of: account)
        #expect(first.event == again.event && first.hold == again.hold)
        #expect(first.event.source == "authorization" && first.event.eventID == hold.id.text)
        #expect(first.event.authorization == hold.id.text && first.hold.capturedMicros == 2_000)
        await #expect(throws: WorkerError.eventDiffers("cost_micros")) {
            try await house.capture(hold, cost: 1_999, of: account)
        }
        let balance = try await house.balance(customer, of: account)
        #expect(balance.accrued.micros == 1_000 && balance.wallet.micros == 0 && balance.held.micros == 0)
        #expect(try await house.hold(0, by: "ada", of: account) == nil)
        try await house.give(1_000, to: "ada", of: account)
        #expect(try await house.hold(1, by: "ada", of: account) == nil)
        try await house.give(1, to: "ada", of: account)
        #expect(try await house.hold(1, by: "ada", of: account) != nil)
        try await house.expectHeldTotals()
        try await house.expectSoundBooks("after a capture")
    }

    @Test func `a capture above its bound is refused as a whole, and the hold stays`() async throws {
        let house = try await TestHouse()
        var terms = BillingTerms.paidAhead
        terms.captureAbovePercent = Percent(partsPerMillion: 125_000)
        let account = try await house.merchant(terms)
        try await house.give(1_000, to: "ada", of: account)
        let hold = try #require(try await house.hold(801, by: "ada", of: account))
        let refused = await #expect(throws: WorkerError.self) {
            try await house.capture(hold, cost: 902, of: account)
        }
        #expect(refused?.code == "capture_above_bound")
        #expect(refused?.detail.contains("902") == true && refused?.detail.contains("901") == true)
        #expect(try await house.stored(hold) == hold)
        try await house.expectHeldTotals()
        try await house.capture(hold, cost: 901, of: account)
        try await house.expectHeldTotals()
    }

    @Test func `a hold that is released is free again, and is released once`() async throws {
        let house = try await TestHouse()
        let account = try await house.merchant()
        try await house.give(1_000, to: "ada", of: account)
        let hold = try #require(try await house.hold(1_000, by: "ada", of: account))
        let released = try await house.release(hold, of: account)
        #expect(released.status == .released)
        #expect(try await house.release(hold, of: account) == released)
        await #expect(throws: WorkerError.authorizationReleased) { try await house.capture(hold, cost: 1, of: account) }
        let next = try #require(try await house.hold(1_000, by: "ada", of: account))
        try await house.capture(next, cost: 1, of: account)
        await #expect(throws: WorkerError.authorizationCaptured) { try await house.release(next, of: account) }
        try await house.expectHeldTotals()
    }

    @Test func `a hold ends with its time, seen by who asks next and by the loop`() async throws {
        let house = try await TestHouse()
        let account = try await house.merchant()
        for name in ["ada", "ben"] { try await house.give(1_000, to: name, of: account) }
        let ada = try #require(try await house.hold(1_000, by: "ada", of: account, seconds: 60))
        let ben = try #require(try await house.hold(1_000, by: "ben", of: account, seconds: 60))
        house.clock.advance(milliseconds: 59_999)
        #expect(try await house.hold(1, by: "ada", of: account) == nil)
        house.clock.advance(milliseconds: 1)
        await #expect(throws: WorkerError.authorizationExpired) { try await house.capture(ada, cost: 1, of: account) }
        #expect(try await house.hold(1_000, by: "ada", of: account) != nil)
        #expect(try await house.stored(ada).status == .expired)
        #expect(try await house.stored(ben).status == .held)
        #expect(try await house.worker.authorizations.step())
        #expect(try await !house.worker.authorizations.step())
        #expect(try await house.stored(ben).status == .expired)
        try await house.expectHeldTotals()
    }

    @Test func `a key may not spend more than its cap, whoever it is used for`() async throws {
        let house = try await TestHouse()
        let account = try await house.merchant(BillingTerms())
        let minted = try await house.database.write { [worker = house.worker] tx in
            try worker.keys.mint(NewKey(name: "app", maxSpend: 1_000), account: account, by: .commandLine, in: tx)
        }
        let first = try #require(try await house.hold(600, by: "ada", of: account, key: minted.key.id.text))
        #expect(try await house.hold(401, by: "ben", of: account, key: minted.secret) == nil)
        #expect(try await house.hold(400, by: "ben", of: account, key: minted.secret) != nil)
        try await house.capture(first, cost: 100, of: account)
        #expect(try await house.hold(501, by: "ben", of: account, key: minted.secret) == nil)
        #expect(try await house.hold(500, by: "ben", of: account, key: minted.secret) != nil)
        #expect(try await house.hold(1_000_000, by: "ben", of: account) != nil)
        try await house.expectHeldTotals()
    }

    @Test func `a key that is revoked, has expired or does not allow the model lets nothing through`() async throws {
        let house = try await TestHouse()
        let account = try await house.merchant(BillingTerms())
        func mint(_ key: NewKey) async throws -> ApiKey {
            try await house.database.write { [worker = house.worker] tx in
                try worker.keys.mint(key, account: account, by: .commandLine, in: tx).key
            }
        }
        let revoked = try await mint(NewKey(name: "revoked"))
        try await house.database.write { [worker = house.worker] tx in
            _ = try worker.keys.revoke(revoked.id, account: account.id, by: .commandLine, in: tx)
        }
        let expired = try await mint(NewKey(name: "expired", expiresAt: house.clock.now.adding(seconds: 1)))
        let narrow = try await mint(NewKey(name: "narrow", allowedModels: ["gpt-5*"]))
        house.clock.advance(seconds: 1)
        for (key, model, code) in [
            (revoked, nil, "key_revoked"), (expired, nil, "key_expired"), (narrow, nil, "model_not_allowed"),
            (narrow, "claude-x", "model_not_allowed"), (narrow, "gpt-5-mini", nil),
        ] as [(ApiKey, String?, String?)] {
            var estimate = UsageEstimate(amountMicros: 5)
            estimate.model = model
            let outcome = try await house.ask(
                NewAuthorization(customer: "ada", key: key.id.text, estimate: estimate), of: account)
            switch outcome {
            case .held: #expect(code == nil)
            case .refused(let refusal): #expect(refusal.code == code && refusal.reason == .forbidden)
            }
        }
        try await house.expectHeldTotals()
    }
}
