import Billing
import Ledger
import Storage
import Stripe
import Testing

@testable import Worker

@Suite struct DunningTests {
    private static let noFunds = "pm_card_visa_chargeDeclinedInsufficientFunds"
    private static let stolen = "pm_card_visa_chargeDeclinedStolenCard"

    @Test func `a card without funds is tried by the schedule, the same payment each time, and then given up`()
        async throws
    {
        let house = try await TestHouse()
        let start = house.clock.now
        let (account, _, charge) = try await house.dunned(Self.noFunds)
        #expect(charge.dunning.nextAttemptAt == start.adding(seconds: TestHouse.day))
        for _ in 0..<20 { try await house.pass(days: 1) }
        let over = try await house.current(charge)
        #expect(over.status == .failed && over.attempt == 5 && over.dunning.endReason == .retriesUsed)
        #expect(over.dunning.nextAttemptAt == nil)
        let attempts = try await house.attempts(of: charge)
        #expect(attempts.map(\.origin) == [.charge, .schedule, .schedule, .schedule, .schedule])
        #expect(attempts.map { ($0.at.secondsSince1970 - start.secondsSince1970) / TestHouse.day } == [0, 1, 4, 9, 16])
        #expect(attempts.allSatisfy { $0.outcome == .declined && $0.code == "insufficient_funds" })
        #expect(try await house.paymentIntents(of: account).count == 1)
        let alerts = try await house.alerts(of: account)
        #expect(alerts.map(\.kind) == Array(repeating: .chargeFailed, count: 5) + [.chargeGivenUp])
        #expect(alerts.last?.charge?.reason == "retries_used" && alerts.last?.used == 5 && alerts.last?.cap == 5)
        #expect(alerts.first?.charge?.url == house.worker.charging.paymentPage(of: over))
        try await house.checkBooks()
    }

    @Test func `a stolen card is never tried again, and another card at once`() async throws {
        let house = try await TestHouse()
        let (account, ada, charge) = try await house.dunned(Self.stolen)
        #expect(charge.dunning.nextAttemptAt == nil)
        #expect(charge.dunning.givesUpAt == house.clock.now.adding(seconds: 30 * TestHouse.day))
        for _ in 0..<10 { try await house.pass(days: 1) }
        #expect(try await house.current(charge).attempt == 1)
        let alerts = try await house.alerts(of: account)
        #expect(alerts.map(\.kind) == [.chargeNeedsCustomer] && alerts.first?.charge?.url != nil)
        try await house.setCard("pm_card_visa", of: ada, account)
        try await house.dun()
        #expect(try await house.current(charge).status == .paid)
        #expect(try await house.attempts(of: charge).map(\.outcome) == [.declined, .paid])
        #expect(try await house.attempts(of: charge).last?.origin == .newMethod)
        #expect(try await house.paymentIntents(of: account).count == 1)
        try await house.checkBooks()
    }

    @Test func `another card pays what waits for authentication, too`() async throws {
        let house = try await TestHouse()
        let (account, ada, charge) = try await house.dunned("pm_card_authenticationRequired")
        #expect(charge.status == .requiresAction && charge.dunning.wait == .customer)
        try await house.setCard("pm_card_visa", of: ada, account)
        try await house.dun()
        #expect(try await house.current(charge).status == .paid)
        #expect(try await house.paymentIntents(of: account).count == 1)
    }

    @Test func `a customer who does nothing is given up, and who pays by the link later has paid`() async throws {
        let house = try await TestHouse()
        let (account, ada, charge) = try await house.dunned(
            "pm_card_authenticationRequired", DunningTerms(giveUpDays: 20, atEnd: .block))
        for _ in 0..<21 { try await house.pass(days: 1) }
        let over = try await house.current(charge)
        #expect(over.dunning.endReason == .customerAbsent && over.status == .requiresAction)
        let (blocked, log) = try await house.database.read { [worker = house.worker] tx in
            (
                try tx.customers.find(ada.id),
                try worker.auditLog.list(AuditFilter(objectID: ada.id.text), limit: 1, in: tx)
            )
        }
        #expect(blocked?.status == .blocked && blocked?.blockedReason == "charge \(charge.id) was not paid")
        #expect(log.first?.actor == "worker" && log.first?.action == "blocked")
        #expect(try await house.alerts(of: account).map(\.kind) == [.chargeNeedsCustomer, .chargeGivenUp])

        try await house.finishOnSession(over, of: account)
        try await house.settle()
        let paid = try await house.current(charge)
        #expect(paid.status == .paid && paid.dunning.endedAt == over.dunning.endedAt)
        #expect(try await house.database.read { tx in try tx.customers.find(ada.id) }?.status == .active)
        try await house.checkBooks()
    }

    @Test func `after the end another card is tried once, and who pays with it is let in again`() async throws {
        let house = try await TestHouse()
        let (account, ada, charge) = try await house.dunned(Self.noFunds, DunningTerms(retryDays: [2], atEnd: .block))
        try await house.pass(days: 2)
        #expect(try await house.current(charge).dunning.endReason == .retriesUsed)
        house.clock.advance(seconds: 60)
        try await house.setCard(Self.stolen, of: ada, account)
        try await house.dun()
        let once = try await house.current(charge)
        #expect(once.status == .failed && once.attempt == 3 && once.dunning.dueAt == nil)
        for _ in 0..<40 { try await house.pass(days: 1) }
        #expect(try await house.current(charge).attempt == 3, "once, and no schedule begins anew")
        try await house.setCard("pm_card_visa", of: ada, account)
        try await house.dun()
        #expect(try await house.current(charge).status == .paid)
        #expect(try await house.attempts(of: charge).map(\.origin) == [.charge, .schedule, .newMethod, .newMethod])
        #expect(try await house.database.read { tx in try tx.customers.find(ada.id) }?.status == .active)
        let kinds = try await house.alerts(of: account).map(\.kind)
        #expect(kinds.count { $0 == .chargeFailed } == 3 && kinds.count { $0 == .chargeGivenUp } == 1)
        #expect(try await house.paymentIntents(of: account).count == 1)
        try await house.checkBooks()
    }

    @Test(arguments: [(noFunds, 3), (stolen, 1)])
    func `who is let in again after the end is charged once more, but never with a card that is spent`(
        card: String, tries: Int
    ) async throws {
        let house = try await TestHouse()
        let (account, ada, charge) = try await house.dunned(
            card, DunningTerms(retryDays: [2], giveUpDays: 5, atEnd: .block))
        for _ in 0..<6 { try await house.pass(days: 1) }
        #expect(try await house.current(charge).dunning.endedAt != nil)
        for _ in 0..<2 {
            try await house.database.write { [worker = house.worker] tx in
                _ = try worker.customers.unblock(ada.id.text, account: account, by: .commandLine, in: tx)
            }
            for _ in 0..<10 { try await house.pass(days: 1) }
        }
        let end = try await house.current(charge)
        #expect(end.attempt == tries && end.status == .failed && end.dunning.dueAt == nil)
        #expect(try await house.database.read { tx in try tx.customers.find(ada.id) }?.status == .active)
        try await house.checkBooks()
    }

    @Test func `at the end the payment is canceled where that is the rule, owed again, and not begun anew`()
        async throws
    {
        let house = try await TestHouse()
        let (account, ada, charge) = try await house.dunned(
            Self.noFunds, DunningTerms(retryDays: [2], atEnd: .cancel))
        try await house.pass(days: 2)
        let over = try await house.current(charge)
        #expect(over.status == .canceled && over.dunning.endReason == .retriesUsed)
        #expect(try await house.paymentIntents(of: account).map(\.status) == [.canceled])
        #expect(try await house.balance(ada, of: account).accrued.micros == 9_000_000)
        #expect(try await house.attempts(of: charge).map(\.outcome) == [.declined, .declined])
        house.clock.advance(seconds: 2 * TestHouse.day)
        try await house.database.write { tx in try tx.customers.markDue(ada.id) }
        try await house.runCharges()
        #expect(try await house.paymentIntents(of: account).count == 1)
        try await house.setCard("pm_card_visa", of: ada, account)
        try await house.database.write { tx in try tx.customers.markDue(ada.id) }
        try await house.runCharges()
        #expect(try await house.balance(ada, of: account).paid.micros == 9_000_000)
        try await house.checkBooks()
    }

    @Test func `a merchant who is away is left alone, and due when they are back`() async throws {
        let house = try await TestHouse()
        let (account, _, charge) = try await house.dunned(Self.noFunds)
        for standing in [ConnectedAccount.Status.disconnected, .restricted] {
            try await house.database.write { tx in try tx.accounts.setStanding(account.id, standing, reason: nil) }
            try await house.pass(days: 40)
            #expect(try await house.current(charge).attempt == 1)
        }
        try await house.database.write { tx in try tx.accounts.setStanding(account.id, .connected, reason: nil) }
        try await house.dun()
        #expect(try await house.current(charge).attempt == 2)
    }

    @Test func `two processes try a charge that is due once`() async throws {
        let house = try await TestHouse()
        let (_, _, charge) = try await house.dunned(Self.noFunds)
        house.clock.advance(seconds: TestHouse.day)
        let other = house.restarted()
        async let first = house.worker.dunning.step()
        async let second = other.dunning.step()
        #expect(try await [first, second].count { $0 } == 1)
        try await house.settle()
        #expect(try await house.attempts(of: charge).count == 2)
        #expect(house.wire.calls.count { $0.hasSuffix("/confirm") } == 1)
    }

    @Test func `the same failure told again changes nothing`() async throws {
        let house = try await TestHouse()
        let (account, _, charge) = try await house.dunned(Self.noFunds)
        let intent = try #require(try await house.paymentIntents(of: account).first)
        house.clock.advance(seconds: 3_600)
        for _ in 0..<3 {
            try await house.database.write { [context = house.worker.context] tx in
                let current = try #require(try tx.charges.find(charge.id))
                try PaymentOutcome(context: context, tx: tx).apply(intent, to: current)
            }
        }
        #expect(try await house.current(charge).dunning == charge.dunning)
        #expect(try await house.alerts(of: account).count == 1)
    }

    @Test func `tries by hand count, end the schedule sooner, and stop at what the networks allow`() async throws {
        let house = try await TestHouse()
        let (account, ada, charge) = try await house.dunned(Self.noFunds, DunningTerms(retryDays: [1, 1]))
        for count in 2...15 {
            _ = try await house.charge(ada, of: account)
            try await house.settle()
            let now = try await house.current(charge)
            #expect(now.attempt == count && (now.dunning.endedAt != nil) == (count >= 3))
        }
        await #expect {
            _ = try await house.charge(ada, of: account)
        } throws: { ($0 as? WorkerError)?.code == "attempt_limit" }
        let step = try await house.worker.finishing.begin(charge.id, token: charge.payToken)
        #expect(step == .settled(try await house.current(charge)))
        #expect(try await house.attempts(of: charge).count == 15)
        house.clock.advance(seconds: 30 * TestHouse.day)
        _ = try await house.charge(ada, of: account)
        #expect(try await house.attempts(of: charge).count == 16)
    }

    @Test func `a charge that failed before there was dunning is picked up, and its time begins then`() async throws {
        let database = try Database.open(.memory)
        let before = Schema.migrations.prefix { $0.name != "dunning" }
        try await database.migrate(Array(before))
        let now = Instant(secondsSince1970: 1_700_000_000).millisecondsSince1970
        try await database.write { tx in
            try tx.execute(
                """
                INSERT INTO accounts (id, name, currency, stripe_mode, status, requirements_due, markup_ppm,
                    application_fee_ppm, application_fee_fixed, cycle, created_at)
                VALUES ('bacc_old', 'Old', 'usd', 'platform', 'connected', '[]', 0, 0, 0, 'off', $1)
                """, now)
            try tx.execute(
                """
                INSERT INTO customers (id, account, external_id, metadata, payment_method, price_carry, charge_due,
                    created_at) VALUES ('bcus_old', 'bacc_old', 'ada', '{}', 'pm_card_visa', 0, 0, $1)
                """, now)
            try tx.execute(
                """
                INSERT INTO charges (id, account, customer, amount, currency, application_fee, status, reason,
                    payment_intent, attempt, pay_token, created_at, updated_at)
                VALUES ('bchg_old', 'bacc_old', 'bcus_old', 900, 'usd', 0, 'failed', 'insufficient_funds', 'pi_old',
                    3, 'token', $1, $1)
                """, now)
        }
        let house = try await TestHouse(database: database)
        #expect(try await house.worker.dunning.step())
        #expect(try await !house.worker.dunning.step())
        let charge = try #require(try await database.read { tx in try tx.charges.find(.init(stored: "bchg_old")) })
        #expect(charge.attempt == 3 && charge.dunning.since == house.clock.now)
        // The try by hand that is known took the first place of the schedule.
        #expect(charge.dunning.nextAttemptAt == house.clock.now.adding(seconds: 3 * TestHouse.day))
        let account = try #require(try await database.read { tx in try tx.accounts.platform() })
        #expect(try await house.alerts(of: account).map(\.kind) == [.chargeFailed])
    }
}
