import Billing
import Ledger
import Storage
import Stripe
import StripeSandbox
import Testing

import struct Billing.Charge
import struct Billing.Customer

@testable import Worker

@Suite struct TopUpsTests {
    private func opened(_ amount: Int64 = 2_000) async throws -> (TestHouse, ConnectedAccount, TopUp, Customer) {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let topUp = try await house.worker.topUps.open(
            NewTopUp(
                customer: "ada", amount: amount, successURL: "https://app.example/ok?s={CHECKOUT_SESSION_ID}",
                cancelURL: "https://app.example/no"), account: account)
        let ada = try #require(
            try await house.database.read { tx in try tx.customers.find(externalID: "ada", account: account.id) })
        return (house, account, topUp, ada)
    }

    private func current(_ topUp: TopUp, _ house: TestHouse) async throws -> TopUp {
        try #require(try await house.database.read { tx in try tx.topUps.find(topUp.id) })
    }

    @Test func `a paid top-up fills the wallet and saves the card for later charges`() async throws {
        let (house, account, topUp, ada) = try await opened()
        #expect(topUp.status == .open)
        try await house.send(["card_number": "4242424242424242"], to: try #require(topUp.url))
        try await house.settle()
        #expect(try await current(topUp, house).status == .paid)
        #expect(try await house.balance(ada, of: account).wallet.micros == 20_000_000)

        try await house.use(29_000_000, by: "ada", of: account)
        let charge = try await house.charge(ada, of: account)
        #expect(charge.amount == 900)
        try await house.settle()
        #expect(try await house.current(charge).status == .paid)
        try await house.checkBooks()
    }

    @Test func `what accrued before is paid from the new wallet money`() async throws {
        let (house, account, topUp, ada) = try await opened()
        try await house.use(5_000_001, by: "ada", of: account)
        try await house.send(["card_number": "4242424242424242"], to: try #require(topUp.url))
        try await house.settle()
        let balance = try await house.balance(ada, of: account)
        #expect(balance.accrued.isZero && balance.wallet.micros == 14_999_999)
        try await house.checkBooks()
    }

    @Test func `completed but unpaid is pending until the asynchronous result`() async throws {
        let (house, account, topUp, ada) = try await opened()
        try await house.send(["bank": "success"], to: try #require(topUp.url))
        try await house.settle()
        let pending = try await current(topUp, house)
        #expect(pending.status == .pending)
        #expect(try await house.balance(ada, of: account).wallet.isZero)
        try await house.control(
            "/_sandbox/payment_intents/\(try #require(pending.paymentIntent))/settle", ["outcome": "succeeded"])
        try await house.settle()
        #expect(try await current(topUp, house).status == .paid)
        #expect(try await house.balance(ada, of: account).wallet.micros == 20_000_000)
        try await house.checkBooks()
    }

    @Test func `a delayed payment that is refused leaves the top-up failed and the wallet empty`() async throws {
        let (house, account, topUp, ada) = try await opened()
        try await house.send(["bank": "insufficientFunds"], to: try #require(topUp.url))
        try await house.settle()
        let pending = try await current(topUp, house)
        try await house.control(
            "/_sandbox/payment_intents/\(try #require(pending.paymentIntent))/settle", ["outcome": "failed"])
        try await house.settle()
        #expect(try await current(topUp, house).status == .failed)
        #expect(try await house.balance(ada, of: account).wallet.isZero)
    }

    @Test func `a refusal that no event tells of is found by the sweep`() async throws {
        let (house, account, topUp, ada) = try await opened()
        try await house.send(["bank": "insufficientFunds"], to: try #require(topUp.url))
        try await house.settle()
        let intent = try #require(try await current(topUp, house).paymentIntent)
        try await house.control("/_sandbox/payment_intents/\(intent)/settle", ["outcome": "failed"])
        _ = await house.intercept()
        _ = try await house.database.write { [house] tx in
            try house.worker.reconciliation.start(scope: .openObjects, in: tx)
        }
        while try await house.worker.reconciliation.step() {}
        #expect(try await current(topUp, house).status == .failed)
        #expect(try await house.balance(ada, of: account).wallet.isZero)
    }

    @Test func `a bank debit takes the place of a card once it is paid`() async throws {
        let (house, account, topUp, ada) = try await opened()
        func method() async throws -> String? {
            try await house.database.read { tx in try tx.customers.find(ada.id)?.paymentMethod }
        }
        let known = try #require(try await house.database.read { tx in try tx.customers.find(ada.id) })
        try await house.giveCard("pm_card_visa", to: known, of: account)
        let card = try await method()
        try await house.send(["bank": "success"], to: try #require(topUp.url))
        try await house.settle()
        #expect(try await method() == card)
        let intent = try #require(try await current(topUp, house).paymentIntent)
        try await house.control("/_sandbox/payment_intents/\(intent)/settle", ["outcome": "succeeded"])
        try await house.settle()
        #expect(try await method() != card)
    }

    @Test func `a late word of a paid top-up does not bring an old card back`() async throws {
        let (house, account, topUp, ada) = try await opened()
        try await house.send(["card_number": "4242424242424242"], to: try #require(topUp.url))
        let webhooks = await house.intercept()
        for webhook in webhooks { try await house.post(webhook.body) }
        try await house.drain()
        let known = try #require(try await house.database.read { tx in try tx.customers.find(ada.id) })
        #expect(known.paymentMethod != nil)
        try await house.giveCard("pm_card_mastercard", to: known, of: account)
        let chosen = try await house.database.read { tx in try tx.customers.find(ada.id)?.paymentMethod }
        #expect(chosen != known.paymentMethod)
        try await house.database.write { [house] tx in
            _ = try house.worker.inbox.replay(InboxFilter(), by: .commandLine, in: tx)
        }
        try await house.drain()
        #expect(try await house.database.read { tx in try tx.customers.find(ada.id)?.paymentMethod } == chosen)
    }

    @Test(arguments: ["500-after", "timeout-after"])
    func `a customer whom Stripe failed to make, or has made under another name, does not block top-ups`(
        fault: String
    ) async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let wanted = NewTopUp(customer: "ada", amount: 500, successURL: "https://app.example", cancelURL: nil)
        try await house.breakNext("POST /v1/customers", fault, count: fault == "500-after" ? 1 : 3)
        _ = try? await house.worker.topUps.open(wanted, account: account)
        try await house.database.write { [house] tx in
            _ = try house.worker.customers.update(
                "ada", CustomerDetails(name: "Ada"), account: account, by: .commandLine, in: tx)
        }
        #expect(try await house.worker.topUps.open(wanted, account: account).status == .open)
    }

    @Test func `of the session's word and the payment's word only the first fills the wallet`() async throws {
        let (house, account, topUp, ada) = try await opened()
        try await house.send(["card_number": "4242424242424242"], to: try #require(topUp.url))
        let webhooks = await house.intercept()
        for webhook in webhooks + webhooks.reversed() {
            try await house.post(webhook.body)
            try await house.drain()
        }
        #expect(try await house.balance(ada, of: account).wallet.micros == 20_000_000)
        try await house.checkBooks()
    }

    /// A session of the top-up's as Stripe would write it down.
    private func session(
        of topUp: TopUp, paymentIntent: String?, amount: Int64? = nil
    ) throws -> Checkout.Session {
        let payment = paymentIntent.map { "\"\($0)\"" } ?? "null"
        let text = """
            {"id": "\(topUp.checkoutSession ?? "")", "object": "checkout.session", "status": "complete",
             "payment_status": "paid", "amount_total": \(amount ?? topUp.amount), "currency": "\(topUp.currency)",
             "payment_intent": \(payment), "metadata": {"bursar_top_up": "\(topUp.id)"}}
            """
        return try RawAnswer(status: 200, headers: [:], body: Array(text.utf8)).decoded(as: Checkout.Session.self)
    }

    @Test(
        arguments: [
            (nil, 2_000, "paid_without_payment"), ("pi_1", 1_999, "amount_differs"), ("pi_1", 2_001, "amount_differs"),
        ] as [(String?, Int64, String)])
    func `a paid session that names no payment or another amount fills no wallet`(
        payment: String?, amount: Int64, code: String
    ) async throws {
        let (house, account, topUp, ada) = try await opened()
        let told = try session(of: topUp, paymentIntent: payment, amount: amount)
        await #expect {
            try await house.database.write { [house] tx in
                try TopUpOutcome(context: house.worker.context, tx: tx).apply(told, to: topUp.id)
            }
        } throws: { ($0 as? WorkerError)?.code == code }
        #expect(try await current(topUp, house).status == .open)
        #expect(try await house.balance(ada, of: account).wallet.isZero)
    }

    @Test func `a second payment of a top-up is refused, and the wallet filled once`() async throws {
        let (house, account, topUp, ada) = try await opened()
        var refusals: [String?] = []
        for payment in ["pi_1", "pi_2", "pi_1"] {
            let told = try session(of: topUp, paymentIntent: payment)
            do {
                try await house.database.write { [house] tx in
                    _ = try TopUpOutcome(context: house.worker.context, tx: tx).apply(told, to: topUp.id)
                }
                refusals.append(nil)
            } catch {
                refusals.append((error as? WorkerError)?.code)
            }
        }
        #expect(refusals == [nil, "second_payment", nil])
        #expect(try await house.balance(ada, of: account).wallet.micros == 20_000_000)
        try await house.checkBooks()
    }

    @Test func `a session that nobody pays expires with its top-up`() async throws {
        let (house, account, topUp, ada) = try await opened()
        house.clock.advance(seconds: 25 * 3600)
        _ = await house.sandbox.now()
        try await house.settle()
        #expect(try await current(topUp, house).status == .expired)
        #expect(try await house.balance(ada, of: account).wallet.isZero)
    }

    @Test(
        arguments: [
            ("usd", 49, "amount_too_small"), ("usd", 100_000_000, "amount_too_large"),
            ("kwd", 5_001, "amount_off_step"),
            ("isk", 50, "amount_too_small"),
        ] as [(String, Int64, String)])
    func `an amount that cannot be charged is refused and nothing is written`(
        currency: String, amount: Int64, code: String
    ) async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount(currency)
        await #expect {
            try await house.worker.topUps.open(
                NewTopUp(customer: "ada", amount: amount, successURL: "https://app.example", cancelURL: nil),
                account: account)
        } throws: { ($0 as? WorkerError)?.code == code }
        #expect(
            try await house.database.read { tx in try tx.topUps.list(account: account.id, after: nil, limit: 1) }
                .isEmpty)
    }

    @Test func `a session whose answer was lost is the same session when it is asked for again`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        try await house.breakNext("POST /v1/checkout/sessions", "timeout-after", count: 1)
        let topUp = try await house.worker.topUps.open(
            NewTopUp(customer: "ada", amount: 500, successURL: "https://app.example", cancelURL: nil), account: account)
        #expect(topUp.status == .open)
        #expect(house.wire.calls.filter { $0 == "POST /v1/checkout/sessions" }.count == 2)
        let client = try #require(house.worker.context.stripe).client
        let sessions = try await client.send(Checkout.Session.list(limit: 10, in: .platform)).data
        #expect(sessions.map(\.id) == [topUp.checkoutSession])
    }

    @Test func `what is told again of a top-up does not make it younger`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", of: account)
        let topUp = try await house.paidTopUp(2_000, by: ada, of: account)
        house.clock.advance(seconds: 3_600)
        let sweep = BalanceSweep(context: house.worker.context, account: account)
        try await sweep.fetch(try #require(topUp.paymentIntent))
        #expect(try await house.current(topUp) == topUp)
    }
}
