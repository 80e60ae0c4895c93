import Billing
import Ledger
import Storage
import Stripe
import StripeSandbox
import Testing

@testable import Worker

@Suite struct ReconciliationTests {
    @Test func `books that Stripe agrees with are clean, and a second run finds nothing new`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", of: account)
        #expect(try await house.pay(12_345_678, by: ada, of: account).status == .paid)
        house.clock.advance(seconds: 3_600)
        let first = try await house.reconcile()
        #expect(try await house.discrepancies(first) == [])
        #expect(first.record.status == .clean && first.unexplained.isEmpty)
        #expect(first.summary.accounts == 1 && first.summary.bookRows > 0)
        let before = try await house.database.read { tx in try tx.books.lastSequence() }
        let second = try await house.reconcile()
        #expect(second.record.status == .clean)
        #expect(
            second.summary.balanceTransactions == 0 && second.summary.eventsFound == 0 && second.summary.healed == 0)
        #expect(try await house.database.read { tx in try tx.books.lastSequence() } == before)
        try await house.expectSoundBooks()
    }

    @Test func `a payment whose webhook was never delivered is found in the list of events`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", of: account)
        let topUp = try await house.openTopUp(2_000, by: ada, of: account)
        try await house.control("/_sandbox/checkout_sessions/\(try #require(topUp.checkoutSession))/pay")
        _ = await house.intercept()
        #expect(try await house.current(topUp).status == .open)
        let run = try await house.reconcile(scope: .events)
        #expect(run.summary.eventsFound > 0 && run.summary.healed == 1)
        #expect(try await house.current(topUp).status == .paid)
        #expect(try await house.balance(ada, of: account).wallet.micros == 20_000_000)
        try await house.expectSoundBooks()
    }

    @Test func `an event that Stripe lists late, behind what was read already, is found`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", of: account)
        let topUp = try await house.openTopUp(2_000, by: ada, of: account)
        try await house.control("/_sandbox/checkout_sessions/\(try #require(topUp.checkoutSession))/pay")
        _ = await house.intercept()
        let reached = house.clock.now.secondsSince1970 + house.worker.context.policy.sweepOverlapSeconds - 1
        try await house.database.write { tx in
            try tx.reconciliations.setPosition(reached, of: EventSweep.stream, account: account.id)
        }
        #expect(try await house.reconcile(scope: .events).summary.eventsFound > 0)
        #expect(try await house.current(topUp).status == .paid)
    }

    @Test func `a payment that Stripe made no event of is found by asking for what is open`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", of: account)
        let topUp = try await house.openTopUp(2_000, by: ada, of: account)
        try await house.control("/_sandbox/event_faults", ["fault": "never", "count": "100"])
        try await house.control("/_sandbox/checkout_sessions/\(try #require(topUp.checkoutSession))/pay")
        #expect(try await house.reconcile(scope: .events).summary.eventsFound == 0)
        #expect(try await house.current(topUp).status == .open)
        let run = try await house.reconcile(scope: .openObjects)
        #expect(run.summary.healed == 1)
        #expect(try await house.current(topUp).status == .paid)
        try await house.expectSoundBooks()
    }

    @Test func `a charge that succeeded with no event at all is found`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", card: "pm_card_authenticationRequired", of: account)
        let charge = try await house.pay(9_000_000, by: ada, of: account)
        #expect(charge.status == .requiresAction)
        try await house.control("/_sandbox/event_faults", ["fault": "never", "count": "100"])
        try await house.finishOnSession(charge, of: account)
        // The sweep of what is open finds it; the nightly one would from the balance, too.
        #expect(try await house.reconcile(scope: .openObjects).summary.healed == 1)
        #expect(try await house.current(charge).status == .paid)
        let run = try await house.reconcile()
        #expect(run.record.status == .clean && run.summary.eventsFound == 0)
        try await house.expectSoundBooks()
    }

    @Test func `a payment of ours in the Stripe balance that the books lack is posted from there`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", of: account)
        let topUp = try await house.openTopUp(2_000, by: ada, of: account)
        try await house.control("/_sandbox/event_faults", ["fault": "never", "count": "100"])
        try await house.control("/_sandbox/checkout_sessions/\(try #require(topUp.checkoutSession))/pay")
        // Whoever wrote this top-up off was wrong.
        try await house.database.write { tx in
            var given = topUp
            given.status = .expired
            try tx.topUps.update(given)
        }
        let run = try await house.reconcile()
        #expect(try await house.current(topUp).status == .paid)
        #expect(run.record.status == .clean && run.unexplained.isEmpty)
        #expect(try await house.balance(ada, of: account).wallet.micros == 20_000_000)
        try await house.expectSoundBooks()
    }

    @Test func `the fee of a payment that came by webhook is booked within minutes, not at night`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", of: account)
        let topUp = try await house.openTopUp(2_000, by: ada, of: account)
        try await house.finishFirstRuns()
        try await house.control("/_sandbox/checkout_sessions/\(try #require(topUp.checkoutSession))/pay")
        for delivery in await house.intercept()
        where String(decoding: delivery.body, as: UTF8.self).contains("payment_intent.succeeded") {
            _ = try await house.receive(delivery)
        }
        try await house.drain()
        #expect(try await house.current(topUp).status == .paid)
        #expect(try await house.booked(.processorFees, of: account) == 0)
        house.clock.advance(seconds: house.worker.context.policy.eventSweepSeconds)
        while try await house.worker.reconciliation.dueStep() {}
        #expect(try await house.booked(.processorFees, of: account) > 0)
        let calls = house.wire.calls.count
        house.clock.advance(seconds: house.worker.context.policy.eventSweepSeconds)
        while try await house.worker.reconciliation.dueStep() {}
        #expect(house.wire.calls.dropFirst(calls).allSatisfy { $0 == "GET /v1/events" })
    }

    @Test func `a payout goes to the bank, and comes back when the bank refuses it`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", of: account)
        _ = try await house.pay(50_000_000, by: ada, of: account)
        let fees = try await house.booked(.processorFees, of: account)
        house.clock.advance(seconds: 3 * 86_400)
        try await house.control("/_sandbox/accounts/\(await house.platformID())/payout")
        #expect(try await house.reconcile().record.status == .clean)
        #expect(try await house.booked(.bank, of: account) == 50_000_000 - fees)
        #expect(try await house.booked(.stripeBalance, of: account) == 0)
        try await house.expectSoundBooks()
    }

    @Test func `a payment that is settled in another currency goes through exchange, and both currencies balance`()
        async throws
    {
        let house = try await TestHouse()
        let account = try await house.platformAccount("jpy")
        let ada = try await house.customer("ada", of: account)
        #expect(try await house.pay(5_000_000_000, by: ada, of: account).status == .paid)
        house.clock.advance(seconds: 3_600)
        let run = try await house.reconcile()
        #expect(run.record.status == .clean)
        #expect(try await house.booked(.stripeBalance, of: account, "jpy") == 0)
        #expect(try await house.booked(.exchange, of: account, "jpy") == 5_000_000_000)
        let dollars = try await house.booked(.exchange, of: account, "usd")
        let fees = try await house.booked(.processorFees, of: account, "usd")
        #expect(dollars < 0 && fees > 0)
        #expect(try await house.booked(.stripeBalance, of: account, "usd") == -dollars - fees)
        try await house.expectSoundBooks()
    }

    @Test func `what the platform earns on a connected account is income in its own book`() async throws {
        let house = try await TestHouse()
        let platform = try await house.platformAccount()
        let merchant = try await house.connectedByOAuth()
        _ = try await house.database.write { tx in
            var change = AccountChange()
            change.applicationFeeFixed = 45
            return try house.worker.accounts.update(merchant.id, change, by: .commandLine, in: tx)
        }
        let account = try await house.current(merchant)
        let ada = try await house.customer("ada", of: account)
        #expect(try await house.pay(9_000_000, by: ada, of: account).status == .paid)
        let run = try await house.reconcile()
        #expect(run.record.status == .clean)
        #expect(try await house.booked(.applicationFees, of: account) == 450_000)
        #expect(try await house.booked(.platformFees, of: platform) == -450_000)
        #expect(try await house.booked(.outside, of: platform) == 0)
        try await house.expectSoundBooks()
    }

    @Test func `a sale that is none of Bursar's is booked as outside, and is no discrepancy`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        _ = try await house.sellOutside(700, of: account)
        let run = try await house.reconcile()
        #expect(run.record.status == .clean && run.summary.balanceTransactions == 1)
        #expect(try await house.booked(.outside, of: account) == -(try await house.booked(.stripeBalance, of: account)))
        try await house.expectSoundBooks()
    }

    @Test func `a payment that claims to be ours and is not is on suspense, and every run says so`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        _ = try await house.sellOutside(
            700, of: account, metadata: ["bursar_charge": "bchg_01m7wh80g86cq643dzvmxxqkfb"])
        for _ in 1...2 {
            let run = try await house.reconcile()
            #expect(run.record.status == .discrepancies)
            #expect(run.unexplained.map(\.micros) == [7_000_000])
            #expect(try await house.discrepancies(run).map(\.kind) == [.unknownPayment])
        }
        #expect(try await house.booked(.suspense, of: account) == -7_000_000)
        try await house.expectSoundBooks()
    }

    @Test func `a movement of a refund that Stripe itself does not know is on suspense`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", of: account)
        let charge = try await house.pay(9_000_000, by: ada, of: account)
        let refund = try await house.refund(try #require(charge.paymentIntent), 400, of: account)
        _ = await house.intercept()
        house.wire.refuse("/v1/refunds/\(refund)")
        try await house.database.write { tx in
            let now = house.clock.now.secondsSince1970
            try tx.reconciliations.setPosition(now + 9_000, of: EventSweep.stream, account: account.id)
        }
        let run = try await house.reconcile()
        let found = try await house.discrepancies(run)
        #expect(found.map(\.kind) == [.refund] && found.map(\.amount.micros) == [-4_000_000])
        #expect(run.unexplained.map(\.micros) == [4_000_000])
        try await house.expectSoundBooks()
    }

    @Test func `a payment that Stripe does not know is named`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", of: account)
        let charge = try await house.pay(9_000_000, by: ada, of: account)
        try await house.database.write { tx in
            try tx.execute("DELETE FROM balance_transactions")
            try tx.execute("UPDATE charges SET payment_intent = 'pi_nobody' WHERE id = $1", charge.id.text)
            try tx.execute(
                "UPDATE journal_entries SET reference = 'stripe:pi_nobody:succeeded' WHERE reference LIKE '%:succeeded'"
            )
        }
        house.clock.advance(seconds: 3_600)
        let found = try await house.discrepancies(try await house.reconcile())
        #expect(
            found.contains {
                $0.kind == .missingAtStripe && $0.object == charge.id.text && $0.amount.micros == -9_000_000
            })
    }

    @Test func `sweeps start on their own schedule, the full one once a day, and none while it is under way`()
        async throws
    {
        let house = try await TestHouse()
        _ = try await house.platformAccount()
        let room = house.worker.reconciliation
        var runs = Set<ReconciliationRecord.ID>()
        func started(_ scope: ReconciliationRecord.Scope) async throws -> Bool {
            let latest = try await house.database.read { tx in try tx.reconciliations.latest(scope) }
            return latest.map { runs.insert($0.id).inserted } ?? false
        }
        // At nine in the morning everything is due for the first time.
        #expect(try await room.dueStep())
        for scope in ReconciliationRecord.Scope.allCases { #expect(try await started(scope)) }
        #expect(try await room.dueStep())
        for scope in ReconciliationRecord.Scope.allCases { #expect(try await !started(scope)) }
        while try await room.dueStep() {}
        house.clock.advance(seconds: 299)
        #expect(try await !room.dueStep())
        house.clock.advance(seconds: 1)
        try await house.finishFirstRuns()
        #expect(try await started(.events))
        #expect(try await !started(.openObjects))
        house.clock.advance(seconds: 3_300)
        try await house.finishFirstRuns()
        #expect(try await started(.openObjects))
        // 02:59 of the next day, and then 03:00.
        house.clock.advance(seconds: 17 * 3_600 - 60)
        try await house.finishFirstRuns()
        #expect(try await !started(.full))
        house.clock.advance(seconds: 60)
        try await house.finishFirstRuns()
        #expect(try await started(.full))
    }

    @Test func `old sweeps are forgotten, and full runs are kept`() async throws {
        let house = try await TestHouse()
        _ = try await house.platformAccount()
        try await house.finishFirstRuns()
        for _ in 0..<3 {
            house.clock.advance(seconds: Reconciliation.sweepsKeptSeconds)
            try await house.finishFirstRuns()
        }
        let kept = try await house.database.read { tx in
            try tx.query("SELECT scope FROM reconciliations ORDER BY id").map { try $0.text("scope") }
        }
        #expect(kept.filter { $0 == "full" }.count == 4)
        #expect(kept.filter { $0 == "events" }.count == 2)
    }
}
