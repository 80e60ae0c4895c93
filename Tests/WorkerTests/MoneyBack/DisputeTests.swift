import Billing
import Ledger
import Storage
import Stripe
import Testing

import struct Billing.Customer
import struct Billing.Dispute

@testable import Worker

@Suite struct DisputeTests {
    /// A prepaid customer with a wallet of 20 USD, of which 12 are spent.
    private func shop(spent: Int64 = 12_000_000) async throws -> (TestHouse, ConnectedAccount, Customer, TopUp) {
        let house = try await TestHouse()
        var account = try await house.platformAccount()
        account.terms = .paidAhead
        try await house.database.write { [account] tx in try tx.accounts.updateSettings(account) }
        let ada = try await house.customer("ada", of: account)
        let topUp = try await house.paidTopUp(2_000, by: ada, of: account)
        if spent > 0 { try await house.use(spent, by: "ada", of: account) }
        return (house, account, ada, topUp)
    }

    @Test func `an inquiry moves no money, and freezes what it is about until it is closed`() async throws {
        let (house, account, ada, topUp) = try await shop()
        let before = try await house.booked(.stripeBalance, of: account)
        let inquiry = try await house.dispute(topUp.paymentIntent, of: account, isInquiry: true)
        try await house.settle()
        var balance = try await house.balance(ada, of: account)
        #expect(balance.wallet.micros == 8_000_000 && balance.frozen.micros == 8_000_000)
        #expect(balance.available?.micros == 0)
        #expect(try await house.hold(1, by: "ada", of: account) == nil, "what is frozen cannot be held")
        try await house.use(3_000_000, by: "ada", of: account)
        balance = try await house.balance(ada, of: account)
        #expect(balance.wallet.micros == 8_000_000 && balance.accrued.micros == 3_000_000, "nor spent")
        #expect(try await house.dispute(inquiry).status == .warningNeedsResponse)

        try await house.move(inquiry, "close")
        try await house.settle()
        balance = try await house.balance(ada, of: account)
        #expect(balance.wallet.micros == 5_000_000 && balance.frozen.isZero && balance.accrued.isZero)
        #expect(try await house.dispute(inquiry).status == .warningClosed)
        #expect(try await house.booked(.stripeBalance, of: account) == before)
        try await house.expectReconciled(account)
    }

    @Test func `an inquiry that nobody told of for a month is found in Stripe's list of disputes`() async throws {
        let (house, account, ada, topUp) = try await shop()
        let inquiry = try await house.dispute(topUp.paymentIntent, of: account, isInquiry: true)
        _ = await house.intercept()
        house.clock.advance(seconds: 31 * 86_400)
        try await house.expectReconciled(account)
        #expect(try await house.dispute(inquiry).status == .warningNeedsResponse)
        #expect(try await house.balance(ada, of: account).frozen.micros == 8_000_000)
    }

    @Test func `a dispute of a payment that came in while its merchant was away is no poison, and is found later`()
        async throws
    {
        let house = try await TestHouse()
        let account = try await house.connectedMerchant()
        let ada = try await house.customer("ada", card: "pm_usBankAccount_success", of: account)
        try await house.use(9_000_000, by: "ada", of: account)
        let charge = try await house.charge(ada, of: account)
        try await house.settle()
        let intent = try #require(try await house.current(charge).paymentIntent)
        try await house.database.write { tx in try tx.accounts.setStanding(account.id, .disconnected, reason: nil) }
        try await house.control("/_sandbox/payment_intents/\(intent)/settle", ["outcome": "succeeded"])
        _ = await house.intercept()
        let dispute = try await house.dispute(intent, of: account)
        try await house.settle()
        #expect(
            try await house.database.read { tx in
                try tx.query("SELECT type FROM inbox WHERE state = 'parked'").map { try $0.text("type") }
            } == [])

        try await house.database.write { tx in try tx.accounts.setStanding(account.id, .connected, reason: nil) }
        try await house.expectReconciled(account)
        #expect(try await house.dispute(dispute).withdrawn == charge.amount)
    }

    @Test func `a dispute takes the money and its credit, and winning gives both back`() async throws {
        let (house, account, ada, topUp) = try await shop()
        let fees = try await house.booked(.processorFees, of: account)
        let dispute = try await house.dispute(topUp.paymentIntent, of: account)
        try await house.settle()
        var balance = try await house.balance(ada, of: account)
        #expect(balance.wallet.isZero && balance.frozen.isZero && balance.receivable.micros == 12_000_000)
        #expect(try await house.dispute(dispute).withdrawn == 2_000)
        #expect(try await house.booked(.processorFees, of: account) == fees + 15_000_000, "Stripe's fee, from its line")
        try await house.expectReconciled(account)

        try await house.move(dispute, "win")
        try await house.settle()
        balance = try await house.balance(ada, of: account)
        #expect(balance.wallet.micros == 8_000_000 && balance.receivable.isZero)
        let won = try await house.dispute(dispute)
        #expect(won.status == .won && won.withdrawn == 0)
        try await house.expectReconciled(account)
    }

    @Test func `a dispute that is lost stays taken, and one that is won after it was lost comes back`() async throws {
        let (house, account, ada, topUp) = try await shop()
        let dispute = try await house.dispute(topUp.paymentIntent, of: account)
        try await house.move(dispute, "lose")
        try await house.settle()
        #expect(try await house.dispute(dispute).status == .lost)
        #expect(try await house.balance(ada, of: account).receivable.micros == 12_000_000)
        await #expect { _ = try await house.ask(of: .topUp(topUp.id), account) } throws: {
            ($0 as? WorkerError)?.code == "payment_disputed"
        }
        try await house.move(dispute, "win")
        try await house.settle()
        #expect(try await house.dispute(dispute).status == .won)
        #expect(try await house.balance(ada, of: account).wallet.micros == 8_000_000)
        try await house.expectReconciled(account)
    }

    @Test func `several disputes of one charge, in amounts of their own, are each booked for itself`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", of: account)
        let charge = try await house.pay(9_000_000, by: ada, of: account)
        let first = try await house.dispute(charge.paymentIntent, of: account, amount: 400)
        let second = try await house.dispute(charge.paymentIntent, of: account, amount: 650)
        try await house.settle()
        #expect(try await house.booked(.chargebacks, of: account) == 10_500_000, "more than was paid, as Stripe says")
        try await house.move(first, "win")
        try await house.move(second, "lose")
        try await house.settle()
        #expect(try await house.booked(.chargebacks, of: account) == 6_500_000)
        #expect(try await house.booked(.revenue, of: account) == -9_000_000)
        #expect(try await house.dispute(first).amount == 400)
        #expect(try await house.dispute(second).amount == 650)
        try await house.expectReconciled(account)
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `whatever the order in which a dispute is told of, it comes out the same`(seed: UInt64) async throws {
        let (house, account, ada, topUp) = try await shop()
        let dispute = try await house.dispute(topUp.paymentIntent, of: account)
        try await house.move(dispute, "lose")
        if seed % 2 == 0 { try await house.move(dispute, "win") }
        var generator = Seeded(seed)
        let deliveries = await house.intercept()
        for delivery in (deliveries + deliveries.prefix(2)).shuffled(using: &generator)
        where !generator.happens(oneIn: 4) {
            _ = try await house.receive(delivery)
        }
        try await house.drain()
        try await house.expectReconciled(account, "seed \(seed)")
        let balance = try await house.balance(ada, of: account)
        #expect(balance.wallet.micros == (seed % 2 == 0 ? 8_000_000 : 0))
        #expect(balance.receivable.micros == (seed % 2 == 0 ? 0 : 12_000_000))
        #expect(try await house.dispute(dispute).status == (seed % 2 == 0 ? .won : .lost))
    }

    @Test func `a dispute of which no event came is found on the Stripe balance`() async throws {
        let (house, account, ada, topUp) = try await shop(spent: 0)
        let dispute = try await house.dispute(topUp.paymentIntent, of: account)
        _ = await house.intercept()
        try await house.database.write { tx in
            try tx.reconciliations.setPosition(
                house.clock.now.secondsSince1970 + 9_000, of: EventSweep.stream, account: account.id)
        }
        try await house.expectReconciled(account)
        #expect(try await house.balance(ada, of: account).wallet.isZero)
        // Nor does one come of how it ends; the next run asks for what is open, and reads the balance.
        try await house.move(dispute, "win")
        _ = await house.intercept()
        try await house.expectReconciled(account)
        #expect(try await house.balance(ada, of: account).wallet.micros == 20_000_000)
        #expect(try await house.dispute(dispute).status == .won)
    }

    @Test func `a new dispute is told of once`() async throws {
        let (house, account, ada, topUp) = try await shop()
        let dispute = try await house.dispute(topUp.paymentIntent, of: account, amount: 700)
        try await house.settle()
        try await house.move(dispute, "win")
        try await house.settle()
        let alerts = try await house.database.read { tx in
            try tx.alerts.list(account: account.id, customer: ada.id, kind: .dispute, after: nil, limit: 10)
        }
        #expect(alerts.map(\.measure) == [dispute])
        #expect(alerts.map(\.used) == [7_000_000] && alerts.map(\.cap) == [20_000_000])
    }

    @Test func `a dispute of a merchant who has disconnected is taken from its payload`() async throws {
        let (house, account, ada, topUp) = try await shop()
        let dispute = try await house.dispute(topUp.paymentIntent, of: account)
        let deliveries = await house.intercept()
        try await house.database.write { tx in _ = try tx.execute("UPDATE accounts SET status = 'disconnected'") }
        let calls = house.wire.calls.count
        for delivery in deliveries.reversed() { _ = try await house.receive(delivery) }
        try await house.drain()
        #expect(house.wire.calls.count == calls)
        #expect(try await house.balance(ada, of: account).receivable.micros == 12_000_000)
        #expect(try await house.dispute(dispute).withdrawn == 2_000)
    }

    @Test func `each time that less is disputed, what is free pays what is owed, under one status, too`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", of: account)
        let topUp = try await house.paidTopUp(2_000, by: ada, of: account)
        let inquiry = try await house.dispute(topUp.paymentIntent, of: account, isInquiry: true)
        try await house.settle()
        try await house.use(15_000_000, by: "ada", of: account)
        #expect(try await house.balance(ada, of: account).accrued.micros == 15_000_000, "all of it is frozen")
        for (disputed, owed) in [(1_600, 11), (1_800, 11), (1_600, 11), (1_100, 6), (300, 0)] as [(Int, Int64)] {
            try await house.tell(inquiry, of: account, amount: disputed)
            let balance = try await house.balance(ada, of: account)
            #expect(balance.accrued.micros == owed * 1_000_000, "\(disputed) are disputed")
        }
        try await house.expectSoundBooks()
    }

    @Test func `how a dispute goes on does not put off the search for the line of its money`() async throws {
        let (house, account, _, topUp) = try await shop()
        let dispute = try await house.dispute(topUp.paymentIntent, of: account)
        try await house.settle()
        house.clock.advance(seconds: 86_400)
        try await house.move(dispute, "lose")
        try await house.settle()
        let overdue = try await house.database.write { tx in
            try tx.execute("DELETE FROM balance_transactions WHERE amount < 0")
            return try tx.balanceTransactions.unmatched(
                account: account.id, before: house.clock.now.adding(seconds: -3_600), after: "", limit: 9)
        }
        #expect(overdue.filter { $0.kind == .dispute }.map(\.amount) == [-2_000], "\(overdue)")
    }
}
