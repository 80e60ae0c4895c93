import Billing
import Ledger
import Storage
import Stripe
import StripeSandbox
import Testing

import struct Billing.Charge
import struct Billing.Customer

@testable import Worker

@Suite struct InboxTests {
    /// A house with a charge of 9 USD that is paid at Stripe, whose webhooks have not been handed on.
    private func paidAtStripe() async throws -> (TestHouse, ConnectedAccount, Charge) {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", of: account)
        try await house.use(9_000_000, by: "ada", of: account)
        let charge = try await house.charge(ada, of: account)
        house.wire.fail(.after)
        _ = try await house.worker.outbox.step()
        #expect(try await house.current(charge).status == .pending)
        return (house, account, charge)
    }

    private func intent(
        _ status: String, of charge: Charge, id: String = "pi_of_the_test", error: String? = nil, amount: Int64? = nil
    ) -> String {
        let failure =
            error.map { #"{"type": "card_error", "code": "card_declined", "decline_code": "\#($0)"}"# } ?? "null"
        return """
            {"id": "\(id)", "object": "payment_intent", "amount": \(amount ?? charge.amount),
             "currency": "\(charge.currency)", "status": "\(status)", "last_payment_error": \(failure),
             "metadata": {"bursar_charge": "\(charge.id)"}}
            """
    }

    /// A payment that carries nothing of Bursar's.
    private let foreignIntent = """
        {"id": "pi_9", "object": "payment_intent", "amount": 5, "currency": "usd", "status": "succeeded", "metadata": {}
        }
        """

    @Test func `twenty copies of one event at once are one event and one entry`() async throws {
        let (house, _, charge) = try await paidAtStripe()
        let webhooks = await house.intercept()
        let paid = try #require(
            webhooks.first { String(decoding: $0.body, as: UTF8.self).contains("payment_intent.succeeded") })
        let stored = try await withThrowingTaskGroup(of: Inbox.Receipt.self) { group in
            for _ in 0..<20 { group.addTask { try await house.post(paid.body) } }
            return try await group.reduce(into: 0) { sum, receipt in sum += receipt == .stored ? 1 : 0 }
        }
        #expect(stored == 1)
        try await house.drain()
        #expect(try await house.current(charge).status == .paid)
        try await house.checkBooks()
    }

    @Test(arguments: ["payment_intent.processing", "payment_intent.payment_failed", "payment_intent.canceled"])
    func `paid stays paid whatever comes later`(type: String) async throws {
        let (house, _, charge) = try await paidAtStripe()
        try await house.settle()
        let paid = try await house.current(charge)
        #expect(paid.status == .paid)
        let status = type == "payment_intent.canceled" ? "canceled" : "processing"
        let late = intent(status, of: charge, id: try #require(paid.paymentIntent))
        try await house.post(house.event("evt_late", type, object: late))
        try await house.drain()
        #expect(try await house.current(charge).status == .paid)
        #expect(try await house.stored("evt_late")?.state == .settled)
        try await house.checkBooks()
    }

    @Test func `webhooks in reverse order end as in order`() async throws {
        let (house, _, charge) = try await paidAtStripe()
        for webhook in await house.intercept().reversed() {
            try await house.post(webhook.body)
            try await house.drain()
        }
        #expect(try await house.current(charge).status == .paid)
        try await house.checkBooks()
    }

    @Test func `failed, then succeeded on the same PaymentIntent, is paid`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", card: "pm_card_chargeCustomerFail", of: account)
        try await house.use(9_000_000, by: "ada", of: account)
        let charge = try await house.charge(ada, of: account)
        try await house.settle()
        let failed = try await house.current(charge)
        #expect(failed.status == .failed)
        let succeeded = intent("succeeded", of: charge, id: try #require(failed.paymentIntent))
        try await house.post(house.event("evt_success", "payment_intent.succeeded", object: succeeded))
        try await house.drain()
        #expect(try await house.current(charge).status == .paid)
        try await house.checkBooks()
    }

    @Test func `a second payment of a charge is parked, and posts nothing`() async throws {
        let (house, account, charge) = try await paidAtStripe()
        try await house.settle()
        let other = intent("succeeded", of: charge, id: "pi_another")
        try await house.post(house.event("evt_second", "payment_intent.succeeded", object: other))
        try await house.drain()
        let event = try #require(try await house.stored("evt_second"))
        #expect(event.state == .parked && event.reason == "second_payment")
        let paid = try await house.database.read { tx in
            try tx.journal.balance(of: LedgerAccount(book: account.book, .stripeBalance), account.currency).micros
        }
        #expect(paid <= 9_000_000)
        try await house.checkBooks()
    }

    @Test func `a payment of a charge that is canceled here is parked and shown`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", of: account)
        try await house.use(9_000_000, by: "ada", of: account)
        let charge = try await house.charge(ada, of: account)
        _ = try await house.database.write { tx in try house.worker.charging.cancel(charge, account: account, in: tx) }
        try await house.post(
            house.event("evt_paid", "payment_intent.succeeded", object: intent("succeeded", of: charge)))
        try await house.drain()
        let event = try #require(try await house.stored("evt_paid"))
        #expect(event.state == .parked && event.reason == "paid_after_cancel")
        #expect(try await house.balance(ada, of: account).accrued.micros == 9_000_000)
    }

    @Test func `an event of one merchant says nothing about another's charge`() async throws {
        let (house, _, charge) = try await paidAtStripe()
        _ = try await house.addAccount("usd", mode: .connect, stripeAccount: "acct_other")
        let foreign = intent("succeeded", of: charge)
        try await house.post(
            house.event("evt_foreign", "payment_intent.succeeded", object: foreign, account: "acct_other"),
            to: .connect)
        while try await house.worker.inbox.step() {}
        let event = try #require(try await house.stored("evt_foreign"))
        #expect(event.state == .parked && event.reason == "unknown_charge")
        #expect(try await house.current(charge).status == .pending)
    }

    @Test(arguments: ["payment_intent.processing", "payment_intent.payment_failed", "checkout.session.completed"])
    func `an event of a merchant who has disconnected asks nothing of Stripe`(type: String) async throws {
        let (house, account, charge) = try await paidAtStripe()
        try await house.database.write { tx in try tx.accounts.setStanding(account.id, .disconnected, reason: nil) }
        let before = house.wire.calls.count
        let session =
            #"{"id": "cs_1", "object": "checkout.session", "status": "complete", "payment_status": "unpaid", "#
            + #""metadata": {"bursar_top_up": "btop_unknown"}}"#
        let object = type.hasPrefix("checkout") ? session : intent("processing", of: charge)
        try await house.post(house.event("evt_1", type, object: object))
        try await house.drain()
        #expect(house.wire.calls.count == before)
        #expect(try await house.current(charge).status == .pending)
    }

    @Test func `an event that one worker has taken is nobody else's until the lease ends`() async throws {
        let house = try await TestHouse()
        try await house.post(house.event("evt_1", "payment_intent.created", object: foreignIntent))
        let now = house.clock.now
        func claim(at instant: Instant) async throws -> String? {
            try await house.database.write { tx in
                try tx.inbox.claim(at: instant, leaseEnd: instant.adding(seconds: 120))?.id
            }
        }
        #expect(try await claim(at: now) == "evt_1")
        #expect(try await claim(at: now.adding(seconds: 119)) == nil)
        #expect(try await claim(at: now.adding(seconds: 120)) == "evt_1")
    }

    @Test func `nothing that is not rightly signed is stored`() async throws {
        let house = try await TestHouse()
        let body = house.event("evt_1", "payment_intent.created", object: #"{"id": "pi_1"}"#)
        let good = house.signature(body)
        let old = house.signature(body, signedAt: house.clock.now.secondsSince1970 - 301)
        let bad: [String?] = [
            nil, "", old, good.replacing("v1=", with: "v0="), house.signature(body, secret: TestHouse.connectSecret),
            house.signature(body + [0x20]), String(good.dropLast()), "t=1", good.replacing("t=", with: "t=x"),
        ]
        for header in bad {
            await #expect(throws: WorkerError.self, "\(header ?? "none")") {
                try await house.worker.inbox.receive(.platform, signature: header, body: body)
            }
        }
        #expect(try await house.stored("evt_1") == nil)
        #expect(try await house.worker.inbox.receive(.platform, signature: good, body: body) == .stored)
    }

    @Test func `events of another world are parked, listed and replayable, and post nothing`() async throws {
        let (house, _, charge) = try await paidAtStripe()
        let object = intent("succeeded", of: charge)
        try await house.post(house.event("evt_live", "payment_intent.succeeded", object: object, livemode: true))
        try await house.post(
            house.event("evt_foreign", "payment_intent.succeeded", object: object, account: "acct_unknown"),
            to: .connect)
        try await house.post(house.event("evt_broken", "payment_intent.succeeded", object: #"{"id": 7}"#))
        try await house.post(
            house.event("evt_other", "payment_intent.succeeded", object: intent("succeeded", of: charge, amount: 1)))
        try await house.post(Array("no JSON at all".utf8))
        try await house.drain()
        let parked = try await house.database.read { tx in
            try house.worker.inbox.list(InboxFilter(state: .parked), after: nil, limit: 100, in: tx)
        }
        #expect(
            Set(parked.map { $0.reason ?? "" })
                == [
                    "livemode_mismatch", "unknown_account", "undecodable_event", "undecodable_object", "amount_differs",
                ])
        #expect(try await house.current(charge).status == .pending)

        try await house.database.write { tx in try house.worker.inbox.replay("evt_broken", by: .commandLine, in: tx) }
        #expect(try await house.stored("evt_broken")?.state == .received)
        try await house.drain()
        #expect(try await house.stored("evt_broken")?.state == .parked)
    }

    @Test func `an event that came before its account was known is worked off when it is`() async throws {
        let house = try await TestHouse()
        let object =
            """
            {"id": "pi_9", "object": "payment_intent", "amount": 5, "currency": "usd", "status": "succeeded",
             "metadata": {}}
            """
        try await house.post(
            house.event("evt_early", "payment_intent.succeeded", object: object, account: "acct_early"), to: .connect)
        try await house.drain()
        #expect(try await house.stored("evt_early")?.state == .parked)
        _ = try await house.addAccount("usd", mode: .connect, stripeAccount: "acct_early")
        try await house.database.write { tx in
            try house.worker.inbox.welcome(stripeAccount: "acct_early", in: tx)
        }
        try await house.drain()
        #expect(try await house.stored("evt_early")?.state == .settled)
    }

    @Test func `an event that was parked because its merchant had withdrawn is worked off when the merchant is back`()
        async throws
    {
        let house = try await TestHouse()
        _ = try await house.addAccount("usd", mode: .connect, stripeAccount: "acct_withdrawn")
        let object =
            """
            {"id": "pi_9", "object": "payment_intent", "amount": 5, "currency": "usd", "status": "processing",
             "metadata": {"bursar_charge": "bchg_01m6dqs9m0r2wx3qth1r3c26j1"}}
            """
        try await house.post(
            house.event("evt_between", "payment_intent.processing", object: object, account: "acct_withdrawn"),
            to: .connect)
        try await house.database.write { tx in
            try tx.inbox.close("evt_between", as: .parked, reason: "stripe_account_invalid")
        }
        try await house.database.write { tx in
            try house.worker.inbox.welcome(stripeAccount: "acct_withdrawn", in: tx)
        }
        #expect(try await house.stored("evt_between")?.state == .received)
    }

    @Test func `settled events are forgotten after 90 days, and parked ones never`() async throws {
        let house = try await TestHouse()
        _ = try await house.platformAccount()
        try await house.post(house.event("evt_settled", "payment_intent.succeeded", object: foreignIntent))
        try await house.post(house.event("evt_parked", "payment_intent.succeeded", object: "{}"))
        try await house.drain()
        house.clock.advance(seconds: 90 * 24 * 3600)
        #expect(try await house.worker.inbox.forgetStep() == false)
        house.clock.advance(seconds: 1)
        #expect(try await house.worker.inbox.forgetStep())
        #expect(try await house.stored("evt_settled") == nil)
        #expect(try await house.stored("evt_parked") != nil)
    }

    @Test func `an event at the wrong door is parked, and taken in at the right one`() async throws {
        let house = try await TestHouse()
        _ = try await house.platformAccount()
        let object = foreignIntent
        let event = house.event("evt_1", "payment_intent.succeeded", object: object)
        #expect(try await house.post(event, to: .connect) == .stored)
        try await house.drain()
        #expect(try await house.stored("evt_1")?.reason == "wrong_door")
        #expect(try await house.post(event, to: .connect) == .duplicate)
        #expect(try await house.post(event, to: .platform) == .stored)
        try await house.drain()
        #expect(try await house.stored("evt_1")?.state == .settled)
        #expect(try await house.post(event, to: .platform) == .duplicate)
    }

    @Test func `a poisoned event does not hold up the others`() async throws {
        let (house, _, charge) = try await paidAtStripe()
        for number in 0..<20 {
            try await house.post(house.event("evt_poison_\(number)", "payment_intent.succeeded", object: "{}"))
        }
        try await house.settle()
        #expect(try await house.current(charge).status == .paid)
    }

    @Test func `what is not Bursar's is settled and posts nothing`() async throws {
        let house = try await TestHouse()
        _ = try await house.platformAccount()
        let object =
            """
            {"id": "pi_9", "object": "payment_intent", "amount": 5, "currency": "usd", "status": "succeeded",
             "metadata": {}}
            """
        try await house.post(house.event("evt_shop", "payment_intent.succeeded", object: object))
        try await house.post(house.event("evt_new", "invoice.paid", object: object))
        try await house.drain()
        #expect(try await house.stored("evt_shop")?.reason == "not_ours")
        #expect(try await house.stored("evt_new")?.reason == "unhandled")
    }

    @Test func `without a Stripe key what has come waits for one`() async throws {
        let (house, _, charge) = try await paidAtStripe()
        for webhook in await house.intercept() { try await house.post(webhook.body) }
        let context = house.worker.context
        let keyless = BillingWorker(
            WorkerContext(
                database: context.database, seams: context.seams, pause: context.pause, stripe: nil,
                policy: context.policy, logger: context.logger))
        #expect(try await keyless.inbox.step() == false)
        try await house.drain()
        #expect(try await house.current(charge).status == .paid)
    }

    @Test func `an event waits while Stripe cannot be asked, and is settled when it can`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", card: "pm_card_chargeCustomerFail", of: account)
        try await house.use(9_000_000, by: "ada", of: account)
        let charge = try await house.charge(ada, of: account)
        house.wire.fail(.after)
        _ = try await house.worker.outbox.step()
        let webhooks = await house.intercept()
        let failed = try #require(
            webhooks.first { String(decoding: $0.body, as: UTF8.self).contains("payment_intent.payment_failed") })
        try await house.post(failed.body)
        house.wire.fail(.before)
        try await house.drain()
        #expect(try await house.current(charge).status == .pending)
        house.clock.advance(seconds: 5)
        try await house.drain()
        #expect(try await house.current(charge).status == .failed)
    }
}
