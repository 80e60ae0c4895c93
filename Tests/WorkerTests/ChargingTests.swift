import Billing
import Ledger
import Storage
import Stripe
import Testing

import struct Billing.Charge
import struct Billing.Customer

@testable import Worker

@Suite struct ChargingTests {
    @Test func `what accrued is charged, paid, and in the books with its fee`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", of: account)
        try await house.use(12_345_678, by: "ada", of: account)
        let charge = try await house.charge(ada, of: account)
        #expect(charge.amount == 1_234 && charge.status == .pending)
        try await house.settle()
        #expect(try await house.current(charge).status == .paid)
        let balance = try await house.balance(ada, of: account)
        #expect(balance.accrued.micros == 5_678)
        #expect(balance.pending.isZero && balance.paid.micros == 12_340_000)
        let fees = try await house.database.read { tx in
            try tx.journal.balance(of: LedgerAccount(book: account.book, .processorFees), account.currency)
        }
        #expect(fees.isPositive)
        try await house.checkBooks()
    }

    @Test func `below the minimum nothing is charged and everything stays accrued`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", of: account)
        try await house.use(499_999, by: "ada", of: account)
        await #expect(throws: WorkerError.self) { try await house.charge(ada, of: account) }
        #expect(try await house.balance(ada, of: account).accrued.micros == 499_999)
    }

    @Test(
        arguments: [
            ("jpy", 500_999_999, 500), ("usd", 5_009_999, 500), ("kwd", 5_019_999, 5_010), ("isk", 599_000_000, 59_900),
        ] as [(String, Int64, Int64)])
    func `each currency goes to Stripe in its own minor units and steps`(
        currency: String, micros: Int64, minor: Int64
    ) async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount(currency)
        let ada = try await house.customer("ada", of: account)
        try await house.use(micros, by: "ada", of: account)
        let charge = try await house.charge(ada, of: account)
        try await house.settle()
        #expect(charge.amount == minor)
        #expect(try await house.paymentIntents(of: account).map(\.amount) == [minor])
        let left = try await house.balance(ada, of: account).accrued.micros
        let charged = try house.worker.context.currencies.money(minor: minor, account.currency).micros
        #expect(left + charged == micros)
    }

    @Test func `a decline leaves the charge failed with advice, and the next try confirms the same payment`()
        async throws
    {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", card: "pm_card_chargeCustomerFail", of: account)
        try await house.use(9_000_000, by: "ada", of: account)
        let charge = try await house.charge(ada, of: account)
        try await house.settle()
        let failed = try await house.current(charge)
        #expect(failed.status == .failed && failed.reason != nil)
        // By its code, `generic_decline`, it would be the bank's affair.
        #expect(failed.adviceCode == "try_again_later" && house.worker.charging.advice(on: failed) == .tryLater)
        #expect(try await house.balance(ada, of: account).pending.micros == 9_000_000)

        try await house.giveCard("pm_card_visa", to: ada, of: account)
        let again = try await house.charge(ada, of: account)
        #expect(again.id == charge.id && again.attempt == 2 && again.adviceCode == nil)
        try await house.settle()
        #expect(try await house.current(charge).status == .paid)
        #expect(try await house.paymentIntents(of: account).count == 1)
        try await house.checkBooks()
    }

    @Test func `authentication gives the customer a link, and finishing pays the same payment`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", card: "pm_card_authenticationRequired", of: account)
        try await house.use(9_000_000, by: "ada", of: account)
        let charge = try await house.charge(ada, of: account)
        try await house.settle()
        let waiting = try await house.current(charge)
        #expect(waiting.status == .requiresAction)
        #expect(
            house.worker.charging.paymentPage(of: waiting)?.hasPrefix("https://bill.example/pay/\(charge.id)") == true)

        let finishing = PaymentFinishing(context: house.worker.context)
        guard case .redirect(let url) = try await finishing.begin(charge.id, token: charge.payToken) else {
            return #expect(Bool(false), "no page to go to")
        }
        guard case .redirect(let same) = try await finishing.begin(charge.id, token: charge.payToken) else {
            return #expect(Bool(false), "no page the second time")
        }
        #expect(url == same)
        try await house.send(["decision": "complete"], to: url)
        #expect(try await finishing.refresh(charge.id, token: charge.payToken).status == .paid)
        try await house.settle()
        #expect(try await house.current(charge).status == .paid)
        #expect(try await house.paymentIntents(of: account).count == 1)
        try await house.checkBooks()
    }

    @Test func `for a merchant who has disconnected a payment link asks nothing of Stripe`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", card: "pm_card_authenticationRequired", of: account)
        try await house.use(9_000_000, by: "ada", of: account)
        let charge = try await house.charge(ada, of: account)
        try await house.settle()
        try await house.database.write { tx in try tx.accounts.setStanding(account.id, .disconnected, reason: nil) }
        let before = house.wire.calls.count
        let step = try await house.worker.finishing.begin(charge.id, token: charge.payToken)
        #expect(step == .settled(try await house.current(charge)))
        #expect(house.wire.calls.count == before)
    }

    @Test func `a run that falls due while charges are off is made up for when they are on again`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount(cycle: .monthly)
        let ada = try await house.customer("ada", of: account)
        try await house.use(9_000_000, by: "ada", of: account)
        try await house.database.write { tx in try tx.accounts.setStanding(account.id, .restricted, reason: nil) }
        house.clock.advance(seconds: 31 * 86_400)
        try await house.runCharges()
        #expect(try await house.balance(ada, of: account).paid.isZero)
        try await house.database.write { tx in try tx.accounts.setStanding(account.id, .connected, reason: nil) }
        try await house.runCharges()
        #expect(try await house.balance(ada, of: account).paid.micros == 9_000_000)
    }

    @Test func `a run does not try a declined card again by itself`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount(cycle: .daily)
        let ada = try await house.customer("ada", card: "pm_card_chargeCustomerFail", of: account)
        try await house.use(9_000_000, by: "ada", of: account)
        let charge = try await house.charge(ada, of: account)
        try await house.settle()
        for _ in 0..<3 {
            try await house.use(5_000_000, by: "ada", of: account)
            house.clock.advance(seconds: 86_400)
            try await house.runCharges()
        }
        let failed = try await house.current(charge)
        #expect(failed.status == .failed && failed.attempt == 1)
        #expect(!house.wire.calls.contains { $0.hasSuffix("/confirm") })
    }

    @Test func `after a refusal a customer rests, however much more is used`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount(threshold: 500)
        let ada = try await house.customer("ada", of: account)
        try await house.database.write { tx in
            _ = try house.worker.customers.update(
                "ada", CustomerDetails(paymentMethod: "pm_gone"), account: account, by: .commandLine, in: tx)
        }
        for _ in 0..<3 {
            try await house.use(5_000_000, by: "ada", of: account)
            try await house.runCharges()
        }
        #expect(house.wire.calls.filter { $0 == "POST /v1/payment_intents" }.count == 1)
        try await house.giveCard("pm_card_visa", to: ada, of: account)
        house.clock.advance(seconds: 12 * 3_600)
        try await house.use(5_000_000, by: "ada", of: account)
        try await house.runCharges()
        #expect(try await house.balance(ada, of: account).paid.micros == 20_000_000)
    }

    @Test func `a wallet that was filled while the charge stood pays what a canceled charge gives back`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", of: account)
        try await house.use(9_000_000, by: "ada", of: account)
        let charge = try await house.charge(ada, of: account)
        try await house.fillWallet(ada, of: account, micros: 20_000_000)
        _ = try await house.database.write { tx in try house.worker.charging.cancel(charge, account: account, in: tx) }
        let balance = try await house.balance(ada, of: account)
        #expect(balance.accrued.isZero && balance.wallet.micros == 11_000_000)
        try await house.checkBooks()
    }

    @Test func `a payment link with a wrong token opens nothing`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", of: account)
        try await house.use(9_000_000, by: "ada", of: account)
        let charge = try await house.charge(ada, of: account)
        let finishing = PaymentFinishing(context: house.worker.context)
        await #expect(throws: WorkerError.notFound("payment")) {
            try await finishing.refresh(charge.id, token: charge.payToken + "x")
        }
    }

    @Test func `one customer has one open charge`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", of: account)
        try await house.use(9_000_000, by: "ada", of: account)
        _ = try await house.charge(ada, of: account)
        try await house.use(9_000_000, by: "ada", of: account)
        await #expect(throws: WorkerError.self) { try await house.charge(ada, of: account) }
    }

    @Test func `a charge that was never sent is canceled at once and owed as before`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", of: account)
        try await house.use(9_000_000, by: "ada", of: account)
        let charge = try await house.charge(ada, of: account)
        let canceled = try await house.database.write { tx in
            try house.worker.charging.cancel(charge, account: account, in: tx)
        }
        #expect(canceled.status == .canceled)
        try await house.settle()
        #expect(try await house.paymentIntents(of: account).isEmpty)
        #expect(try await house.balance(ada, of: account).accrued.micros == 9_000_000)
        try await house.checkBooks()
    }

    @Test func `a charge that Stripe may have seen is not canceled behind its back`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", of: account)
        try await house.use(9_000_000, by: "ada", of: account)
        let charge = try await house.charge(ada, of: account)
        house.wire.fail(.after)
        _ = try await house.worker.outbox.step()
        await #expect {
            try await house.database.write { tx in
                try house.worker.charging.cancel(charge, account: account, in: tx)
            }
        } throws: { ($0 as? WorkerError)?.code == "charge_in_flight" }
        #expect(try await house.balance(ada, of: account).accrued.isZero)
    }

    @Test func `a failed charge is canceled at Stripe before its amount is owed again`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", card: "pm_card_chargeCustomerFail", of: account)
        try await house.use(9_000_000, by: "ada", of: account)
        let charge = try await house.charge(ada, of: account)
        try await house.settle()
        let failed = try await house.current(charge)
        _ = try await house.database.write { tx in try house.worker.charging.cancel(failed, account: account, in: tx) }
        #expect(try await house.current(charge).status == .failed)
        try await house.settle()
        #expect(try await house.current(charge).status == .canceled)
        #expect(try await house.paymentIntents(of: account).map(\.status) == [.canceled])
        #expect(try await house.balance(ada, of: account).accrued.micros == 9_000_000)
        try await house.checkBooks()
    }

    @Test func `reaching the threshold charges at once, and a run charges everybody who owes enough`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount(threshold: 500, cycle: .daily)
        let ada = try await house.customer("ada", of: account)
        let bob = try await house.customer("bob", of: account)
        try await house.use(5_000_000, by: "ada", of: account)
        try await house.use(4_000_000, by: "bob", of: account)
        try await house.runCharges()
        #expect(try await house.balance(ada, of: account).paid.micros == 5_000_000)
        #expect(try await house.balance(bob, of: account).paid.isZero)
        house.clock.advance(seconds: 86_400)
        try await house.runCharges()
        #expect(try await house.balance(bob, of: account).paid.micros == 4_000_000)
        try await house.checkBooks()
    }

    @Test func `what reached the threshold before there was a card is charged when there is one`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount(threshold: 500)
        try await house.use(5_000_000, by: "ada", of: account)
        try await house.runCharges()
        let topUp = try await house.worker.topUps.open(
            NewTopUp(customer: "ada", amount: 100, successURL: "https://app.example", cancelURL: nil), account: account)
        try await house.use(9_000_000, by: "ada", of: account)
        try await house.runCharges()
        try await house.send(["card_number": "4242424242424242"], to: try #require(topUp.url))
        try await house.settle()
        try await house.runCharges()
        let ada = try #require(
            try await house.database.read { tx in try tx.customers.find(externalID: "ada", account: account.id) })
        #expect(try await house.balance(ada, of: account).paid.micros == 13_000_000)
        try await house.checkBooks()
    }

    @Test func `the wallet pays before the card does`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", of: account)
        try await house.fillWallet(ada, of: account, micros: 3_000_000)
        try await house.use(10_000_000, by: "ada", of: account)
        let before = try await house.balance(ada, of: account)
        #expect(before.wallet.isZero && before.accrued.micros == 7_000_000)
        let charge = try await house.charge(ada, of: account)
        #expect(charge.amount == 700)
    }
}

extension TestHouse {
    func giveCard(_ card: String, to customer: Customer, of account: ConnectedAccount) async throws {
        let method = try await attach(card, to: try #require(customer.stripeCustomer), account: account)
        try await database.write { [worker] tx in
            _ = try worker.customers.update(
                customer.externalID, CustomerDetails(paymentMethod: method), account: account, by: .commandLine, in: tx)
        }
    }

    func runCharges() async throws {
        while try await ChargeRuns(context: worker.context).step() {}
        try await settle()
    }

    /// Money paid ahead, of which nothing was used for what had accrued.
    func fillWallet(_ customer: Customer, of account: ConnectedAccount, micros: Int64) async throws {
        let amount = Money(micros: micros, account.currency)
        let entry = try JournalEntry(
            Reference("test:\(random.next())"), book: account.book, at: clock.now, narration: "Wallet filled",
            [
                .debit(LedgerAccount(book: account.book, .stripeBalance), amount),
                try .credit(LedgerAccount(book: account.book, .wallet, customer: customer.id.text), amount),
            ])
        let lot = WalletLot(
            id: .make(worker.context.seams), kind: .paid, priority: 100, expiresAt: nil, remainingMicros: micros,
            createdAt: clock.now)
        try await database.write { tx in
            _ = try tx.journal.post(entry)
            try tx.wallets.insert(
                StoredLot(
                    account: account.id, customer: customer.id, lot: lot, amountMicros: micros, topUp: nil,
                    reason: nil))
        }
    }
}
