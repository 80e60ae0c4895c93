import Billing
import Ledger
import Storage
import Stripe
import StripeSandbox
import Testing

import struct Billing.Charge
import struct Billing.Customer

@testable import Worker

@Suite struct OutboxTests {
    /// A charge of 9 USD that is written down and not sent.
    private func written(_ card: String = "pm_card_visa") async throws -> (
        TestHouse, ConnectedAccount, Customer, Charge
    ) {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", card: card, of: account)
        try await house.use(9_000_000, by: "ada", of: account)
        return (house, account, ada, try await house.charge(ada, of: account))
    }

    /// Sends the waiting command as the worker does, and dies before anything of the answer is written.
    private func sendAndDie(_ house: TestHouse) async throws {
        let now = house.clock.now
        let command = try await house.database.write { tx in
            let command = try tx.outbox.claim(at: now, leaseEnd: now.adding(seconds: 120))
            if let command { try tx.outbox.markSent(command.id, at: now) }
            return command
        }
        let request = try FrozenRequest.request(try #require(command).request)
        _ = try await #require(house.worker.context.stripe).client.send(request)
    }

    private func expectOnePayment(_ house: TestHouse, _ account: ConnectedAccount, _ charge: Charge) async throws {
        #expect(try await house.current(charge).status == .paid)
        let intents = try await house.paymentIntents(of: account)
        #expect(intents.count == 1)
        let entries = try await house.database.read { tx in
            try tx.query("SELECT reference FROM journal_entries WHERE reference LIKE 'stripe:pi_%'").count
        }
        #expect(entries == 1)
        try await house.checkBooks()
    }

    @Test func `killed between written and sent, a restart sends it once`() async throws {
        let (house, account, _, charge) = try await written()
        let restarted = house.restarted()
        while try await restarted.outbox.step() {}
        try await house.settle()
        try await expectOnePayment(house, account, charge)
    }

    @Test func `killed between sent and posted, a restart repeats the same key and posts once`() async throws {
        let (house, account, _, charge) = try await written()
        try await sendAndDie(house)
        let restarted = house.restarted()
        #expect(try await restarted.outbox.step() == false, "the lease still hides the command")
        house.clock.advance(seconds: 121)
        while try await restarted.outbox.step() {}
        try await house.settle()
        try await expectOnePayment(house, account, charge)
    }

    @Test func `after a timeout that followed the payment, the same key finds the one payment`() async throws {
        let (house, account, _, charge) = try await written()
        house.wire.fail(.after, .after)
        while try await house.worker.outbox.step() {}
        #expect(try await house.current(charge).status == .pending)
        for _ in 0..<5 {
            house.clock.advance(seconds: 60)
            while try await house.worker.outbox.step() {}
        }
        #expect(try await house.current(charge).status == .paid)
        try await house.settle()
        try await expectOnePayment(house, account, charge)
    }

    @Test(arguments: [23 * 3600, 24 * 3600 + 60, 48 * 3600] as [Int64])
    func `after 23 hours the payment is looked up before anything is sent`(seconds: Int64) async throws {
        let (house, account, _, charge) = try await written()
        try await sendAndDie(house)
        _ = await house.intercept()
        house.clock.advance(seconds: seconds)
        let before = house.wire.calls.count
        while try await house.worker.outbox.step() {}
        #expect(house.wire.calls[before] == "GET /v1/payment_intents")
        #expect(!house.wire.calls[before...].contains("POST /v1/payment_intents"))
        try await expectOnePayment(house, account, charge)
    }

    @Test func `a payment is found though our clock was a day ahead when its charge was written`() async throws {
        let (house, account, _, charge) = try await written()
        try await sendAndDie(house)
        _ = await house.intercept()
        try await house.database.write { tx in
            _ = try tx.execute("UPDATE charges SET created_at = created_at + 86400000")
        }
        house.clock.advance(seconds: 13 * 3600)
        while try await house.worker.outbox.step() {}
        try await expectOnePayment(house, account, charge)
    }

    @Test func `a payment is made once though our clock was a day ahead when it was sent`() async throws {
        let (house, account, _, charge) = try await written()
        try await sendAndDie(house)
        _ = await house.intercept()
        // Stripe has forgotten the key, and by our clock it is an hour old.
        try await house.database.write { tx in
            _ = try tx.execute("UPDATE outbox SET first_sent_at = first_sent_at + 86400000")
        }
        house.clock.advance(seconds: 25 * 3600)
        while try await house.worker.outbox.step() {}
        try await expectOnePayment(house, account, charge)
    }

    @Test func `after 23 hours without a payment at Stripe the command starts anew under a new key`() async throws {
        let (house, account, _, charge) = try await written()
        house.wire.fail(.before)
        while try await house.worker.outbox.step() {}
        house.clock.advance(seconds: 25 * 3600)
        while try await house.worker.outbox.step() {}
        try await expectOnePayment(house, account, charge)
    }

    @Test func `a payment is found again though the customer has become another one at Stripe`() async throws {
        let (house, account, _, charge) = try await written()
        try await sendAndDie(house)
        _ = await house.intercept()
        try await house.database.write { [house] tx in
            _ = try house.worker.customers.update(
                "ada", CustomerDetails(stripeCustomer: "cus_another"), account: account, by: .commandLine, in: tx)
        }
        house.clock.advance(seconds: 25 * 3600)
        while try await house.worker.outbox.step() {}
        try await expectOnePayment(house, account, charge)
    }

    @Test func `among several payments of a customer the charge's own is found`() async throws {
        let (house, account, ada, charge) = try await written()
        try await sendAndDie(house)
        _ = await house.intercept()
        // The merchant's own sale to the same customer, newer and of the same amount.
        let other = try await #require(house.worker.context.stripe).client.send(
            Stripe.PaymentIntent.create(
                amount: charge.amount, currency: "usd", customer: ada.stripeCustomer,
                metadata: ["order": "7"], in: .platform, idempotencyKey: "other"))
        house.clock.advance(seconds: 25 * 3600)
        while try await house.worker.outbox.step() {}
        let paid = try await house.current(charge)
        #expect(paid.status == .paid && paid.paymentIntent != nil && paid.paymentIntent != other.id)
        #expect(try await house.paymentIntents(of: account).count == 2)
        try await house.checkBooks()
    }

    @Test func `a command that two workers renew has one successor`() async throws {
        let (house, _, _, charge) = try await written()
        let command = try #require(try await house.database.read { tx in try tx.outbox.waiting(for: charge.id) })
        let successors = (0..<2).map { _ in
            OutboxCommand(
                id: .make(house.worker.context.seams), account: command.account, subject: command.subject,
                kind: command.kind, request: command.request, createdAt: house.clock.now)
        }
        for successor in successors {
            try await house.database.write { tx in _ = try tx.outbox.replace(command.id, with: successor) }
        }
        let waiting = try await house.database.read { tx in
            try tx.query("SELECT id FROM outbox WHERE state = 'waiting'").map { try $0.text("id") }
        }
        #expect(waiting == [successors[0].id.text])
    }

    @Test func `a payment that Stripe made and never tried can be tried again, and is not made twice`() async throws {
        let (house, account, ada, charge) = try await written()
        house.wire.fail(.before)
        while try await house.worker.outbox.step() {}
        _ = try await #require(house.worker.context.stripe).client.send(
            Stripe.PaymentIntent.create(
                amount: charge.amount, currency: "usd", customer: ada.stripeCustomer,
                metadata: ["bursar_charge": charge.id.text], in: .platform, idempotencyKey: "half"))
        house.clock.advance(seconds: 25 * 3600)
        while try await house.worker.outbox.step() {}
        #expect(try await house.current(charge).status == .failed)
        _ = try await house.charge(ada, of: account)
        try await house.settle()
        try await expectOnePayment(house, account, charge)
    }

    @Test func `a late word of the last try neither ends the next one nor starts another`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", card: "pm_card_chargeCustomerFail", of: account)
        try await house.use(9_000_000, by: "ada", of: account)
        let charge = try await house.charge(ada, of: account)
        while try await house.worker.outbox.step() {}
        let late = await house.intercept()
        try await house.giveCard("pm_card_visa", to: ada, of: account)
        _ = try await house.charge(ada, of: account)
        for webhook in late { try await house.post(webhook.body) }
        try await house.drain()
        #expect(try await house.current(charge).status == .pending)
        await #expect(throws: WorkerError.self) { try await house.charge(ada, of: account) }
        try await house.settle()
        try await expectOnePayment(house, account, charge)
    }

    @Test func `a payment under way that can no longer be canceled stays pending`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", card: "pm_usBankAccount_success", of: account)
        try await house.use(9_000_000, by: "ada", of: account)
        let charge = try await house.charge(ada, of: account)
        try await house.settle()
        let processing = try await house.current(charge)
        #expect(processing.status == .pending && processing.paymentIntent != nil)
        _ = try await house.database.write { [house] tx in
            try house.worker.charging.cancel(processing, account: account, in: tx)
        }
        try await house.settle()
        #expect(try await house.current(charge).status == .pending)
        try await house.control(
            "/_sandbox/payment_intents/\(try #require(processing.paymentIntent))/settle", ["outcome": "succeeded"])
        try await house.settle()
        try await expectOnePayment(house, account, charge)
    }

    @Test func `of an answer, a webhook and a restart only the first posts`() async throws {
        let (house, account, _, charge) = try await written()
        try await sendAndDie(house)
        try await house.settle()
        #expect(try await house.current(charge).status == .paid, "the webhook came first")
        house.clock.advance(seconds: 121)
        while try await house.worker.outbox.step() {}
        try await expectOnePayment(house, account, charge)
    }

    @Test func `an account that disconnects gets no call, and goes on when it is connected again`() async throws {
        let (house, account, ada, charge) = try await written()
        try await house.database.write { tx in try tx.accounts.setStanding(account.id, .disconnected, reason: nil) }
        let before = house.wire.calls.count
        #expect(try await house.worker.outbox.step() == false)
        #expect(house.wire.calls.count == before)
        await #expect(throws: WorkerError.self) { try await house.charge(ada, of: account) }
        #expect(try await house.balance(ada, of: account).pending.micros == 9_000_000)
        try await house.database.write { tx in try tx.accounts.setStanding(account.id, .connected, reason: nil) }
        try await house.settle()
        try await expectOnePayment(house, account, charge)
    }

    @Test func `an answer that contradicts the books is parked, not repeated for ever`() async throws {
        let (house, account, _, charge) = try await written()
        try await house.database.write { tx in
            try tx.execute("UPDATE charges SET amount = amount + 1 WHERE id = $1", charge.id.text)
        }
        for _ in 0..<5 {
            while try await house.worker.outbox.step() {}
            house.clock.advance(seconds: 600)
        }
        #expect(try await house.database.read { tx in try tx.outbox.parkedCount() } == 1)
        #expect(try await house.current(charge).reason == "amount_differs")
        #expect(house.wire.calls.filter { $0 == "POST /v1/payment_intents" }.count == 1)
        #expect(try await house.paymentIntents(of: account).count == 1)
    }

    @Test func `Stripe learns where the customer comes back to, unless nobody can reach us`() async throws {
        let (house, _, _, charge) = try await written()
        let command = try #require(try await house.database.read { tx in try tx.outbox.waiting(for: charge.id) })
        #expect(try FrozenRequest.request(command.request).form.contains("return_url=https%3A%2F%2Fbill.example%2Fpay"))
    }

    @Test func `what Stripe refuses for good ends the charge, and its amount is owed as before`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", of: account)
        try await house.database.write { tx in
            guard var customer = try tx.customers.find(ada.id) else { return }
            customer.paymentMethod = "pm_gone"
            try tx.customers.update(customer)
        }
        try await house.use(9_000_000, by: "ada", of: account)
        let charge = try await house.charge(ada, of: account)
        try await house.settle()
        let ended = try await house.current(charge)
        #expect(ended.status == .canceled && ended.reason == "resource_missing")
        #expect(try await house.balance(ada, of: account).accrued.micros == 9_000_000)
        try await house.checkBooks()
    }

    @Test(arguments: [
        "timeout-before", "timeout-after", "reset-before", "reset-after", "cut-body", "429", "lock-timeout", "409",
        "500-before", "500-after", "503-before", "503-after", "html-200-before", "html-200-after",
    ])
    func `whatever goes wrong with the call, there is one payment and one entry in the end`(fault: String) async throws
    {
        let (house, account, _, charge) = try await written()
        try await house.breakNext("POST /v1/payment_intents", fault, count: 2)
        for _ in 0..<40 where try await house.current(charge).status != .paid {
            try await house.settle()
            house.clock.advance(seconds: 900)
        }
        try await house.settle()
        try await expectOnePayment(house, account, charge)
    }
}

extension TestHouse {
    /// The next `count` calls of that operation go wrong as `fault` says.
    func breakNext(_ operation: String, _ fault: String, count: Int) async throws {
        try await control("/_sandbox/faults", ["operation": operation, "fault": fault, "count": "\(count)"])
    }
}
