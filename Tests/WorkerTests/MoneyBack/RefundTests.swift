import Billing
import Foundation
import Ledger
import Storage
import Stripe
import StripeSandbox
import Testing

import struct Billing.Charge
import struct Billing.Customer
import struct Billing.Refund

@testable import Worker

@Suite struct RefundTests {
    private func paid(_ micros: Int64 = 9_000_000, card: String = "pm_card_visa") async throws -> (
        house: TestHouse, account: ConnectedAccount, charge: Charge
    ) {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", card: card, of: account)
        let charge = try await house.pay(micros, by: ada, of: account)
        #expect(charge.status == .paid)
        return (house, account, charge)
    }

    @Test func `for a merchant who has left nothing is written down that would lie there until they come back`()
        async throws
    {
        let (house, account, charge) = try await paid()
        var left = account
        left.status = .disconnected
        let gone = left
        await #expect {
            _ = try await house.ask(of: .charge(charge.id), gone)
        } throws: {
            ($0 as? WorkerError)?.code == "account_disconnected"
        }
        #expect(try await house.current(charge).refunded == 0)
        left.status = .restricted
        #expect(try await house.ask(of: .charge(charge.id), left).status == .pending)
    }

    @Test func `a charge that is refunded is deducted from revenue, which stays the price of the usage`() async throws {
        let (house, account, charge) = try await paid()
        let asked = try await house.ask(of: .charge(charge.id), account)
        #expect(asked.status == .pending && asked.amount == 900 && asked.stripeRefund == nil)
        #expect(try await house.current(charge).refunded == 900, "what is under way is not there to be refunded")
        try await house.settle()
        let refund = try await house.current(asked)
        #expect(refund.status == .succeeded && refund.stripeRefund != nil && refund.isPosted)
        #expect(try await house.booked(.refunds, of: account) == 9_000_000)
        #expect(try await house.booked(.revenue, of: account) == -9_000_000)
        #expect(try await house.refundsAtStripe(of: account).first?.metadata?["bursar_refund"] == refund.id.text)
        try await house.expectReconciled(account)
    }

    @Test func `several refunds of one charge come to no more than was paid`() async throws {
        let (house, account, charge) = try await paid()
        for amount in [300, 500] as [Int64] {
            _ = try await house.ask(NewRefund(amount: amount), of: .charge(charge.id), account)
        }
        for (amount, code) in [(101, "amount_too_large"), (0, "amount_too_large"), (-5, "amount_too_large")]
            as [(Int64, String)]
        {
            await #expect {
                _ = try await house.ask(NewRefund(amount: amount), of: .charge(charge.id), account)
            } throws: {
                ($0 as? WorkerError)?.code == code && ($0 as? WorkerError)?.field == "amount"
            }
        }
        try await house.settle()
        #expect(try await house.ask(of: .charge(charge.id), account).amount == 100, "all that is left")
        try await house.settle()
        await #expect { _ = try await house.ask(of: .charge(charge.id), account) } throws: {
            ($0 as? WorkerError)?.code == "nothing_to_refund"
        }
        #expect(try await house.refunds(of: account).map(\.status) == [.succeeded, .succeeded, .succeeded])
        #expect(try await house.booked(.refunds, of: account) == 9_000_000)
        try await house.expectReconciled(account)
    }

    @Test func `two processes that refund at once give back no more than was paid`() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "refunds-\(UUID().uuidString).sqlite")
        defer { try? FileManager.default.removeItem(at: file) }
        let house = try await TestHouse(database: Database.open(.sqlite(path: file.path)))
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", of: account)
        let charge = try await house.pay(9_000_000, by: ada, of: account)
        let other = try Database.open(.sqlite(path: file.path))
        let accepted = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<24 {
                group.addTask { [worker = house.worker, database = house.database] in
                    do {
                        _ = try await (number % 2 == 0 ? database : other).write { tx in
                            try worker.refunds.create(
                                NewRefund(amount: 200), of: .charge(charge.id), account: account, by: .commandLine,
                                in: tx)
                        }
                        return true
                    } catch is WorkerError {
                        return false
                    }
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(accepted == 4, "four times 2.00 of 9.00")
        try await house.settle()
        #expect(try await house.refundsAtStripe(of: account).map(\.amount) == [200, 200, 200, 200])
        try await house.expectReconciled(account)
    }

    @Test func `only what is paid can be refunded, by the account whose it is`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", of: account)
        let topUp = try await house.openTopUp(2_000, by: ada, of: account)
        await #expect { _ = try await house.ask(of: .topUp(topUp.id), account) } throws: {
            ($0 as? WorkerError)?.code == "payment_not_paid"
        }
        let other = try await house.connectedMerchant()
        await #expect { _ = try await house.ask(of: .topUp(topUp.id), other) } throws: {
            ($0 as? WorkerError)?.kind == .notFound
        }
        let charge = try await house.pay(9_000_000, by: ada, of: account)
        await #expect {
            _ = try await house.ask(NewRefund(refundApplicationFee: true), of: .charge(charge.id), account)
        } throws: { ($0 as? WorkerError)?.field == "refund_application_fee" }
    }

    @Test func `what two refunds want of one payment is taken by the first, in the write itself`() async throws {
        let (house, _, charge) = try await paid()
        let taken = try await house.database.write { tx in
            try [600, 301, 300, 1].map { try tx.refunds.reserve($0, of: .charge(charge.id)) }
        }
        #expect(taken == [true, false, true, false])
        #expect(try await house.current(charge).refunded == 900)
    }

    @Test func `a refund is made once though our clock was a day ahead when it was sent`() async throws {
        let (house, account, charge) = try await paid()
        let refund = try await house.ask(NewRefund(amount: 400), of: .charge(charge.id), account)
        house.wire.fail(.after)
        _ = try await house.worker.outbox.step()
        try await house.database.write { tx in
            _ = try tx.execute("UPDATE outbox SET first_sent_at = first_sent_at + 86400000 WHERE state = 'waiting'")
        }
        house.clock.advance(seconds: 25 * 3600)
        while try await house.worker.outbox.step() {}
        #expect(try await house.current(refund).stripeRefund != nil)
        #expect(try await house.refundsAtStripe(of: account).map(\.amount) == [400])
        try await house.settle()
        try await house.expectReconciled(account)
    }

    @Test func `a refund of which Stripe says another amount than the books is refused`() async throws {
        let (house, account, charge) = try await paid()
        let refund = try await house.ask(NewRefund(amount: 400), of: .charge(charge.id), account)
        try await house.settle()
        let known = try await house.current(refund)
        let told = """
            {"id": "\(known.stripeRefund ?? "")", "object": "refund", "amount": 500, "currency": "usd",
             "status": "failed"}
            """
        let other = try JSONDecoder().decode(Stripe.Refund.self, from: Data(told.utf8))
        await #expect {
            try await house.database.write { [worker = house.worker] tx in
                let owner = try #require(try PaymentOwner.find(.charge(charge.id), in: tx))
                try RefundOutcome(context: worker.context, tx: tx).apply(other, to: owner)
            }
        } throws: {
            ($0 as? WorkerError)?.code == "amount_differs"
        }
        #expect(try await house.current(refund) == known)
        try await house.expectReconciled(account)
    }

    // MARK: What becomes of it

    @Test func `a refund that fails later brings the money back to the books`() async throws {
        let (house, account, charge) = try await paid(card: "pm_card_refundFail")
        let refund = try await house.ask(NewRefund(amount: 400), of: .charge(charge.id), account)
        try await house.settle()
        #expect(try await house.current(refund).status == .succeeded)
        #expect(try await house.booked(.refunds, of: account) == 4_000_000)
        house.clock.advance(seconds: 3_600)
        try await house.settle()
        let failed = try await house.current(refund)
        #expect(failed.status == .failed && failed.failureReason == "expired_or_canceled_card")
        #expect(try await house.booked(.refunds, of: account) == 0)
        #expect(try await house.current(charge).refunded == 0, "it can be refunded once more")
        try await house.expectReconciled(account)
    }

    @Test(arguments: ["succeeded", "failed", "canceled"])
    func `a pending refund has left already, and ends as the bank says`(outcome: String) async throws {
        let (house, account, charge) = try await paid(card: "pm_card_pendingRefund")
        let refund = try await house.ask(of: .charge(charge.id), account)
        try await house.settle()
        let pending = try await house.current(refund)
        #expect(pending.status == .pending && pending.isPosted)
        try await house.expectReconciled(account)
        try await house.control("/_sandbox/refunds/\(try #require(pending.stripeRefund))/settle", ["outcome": outcome])
        try await house.settle()
        let ended = try await house.current(refund)
        #expect(ended.status.rawValue == outcome)
        #expect(try await house.booked(.refunds, of: account) == (ended.status.isVoid ? 0 : 9_000_000))
        try await house.expectReconciled(account)
    }

    @Test func `what Stripe refuses is over, and its money can be refunded again`() async throws {
        let (house, account, charge) = try await paid()
        try await house.refund(try #require(charge.paymentIntent), 900, of: account)
        let refund = try await house.ask(of: .charge(charge.id), account)
        while try await house.worker.outbox.step() {}
        let refused = try await house.current(refund)
        #expect(refused.status == .failed && refused.failureReason == "charge_already_refunded")
        try await house.settle()
        #expect(Set(try await house.refunds(of: account).map(\.status)) == [.succeeded, .failed])
        #expect(try await house.current(charge).refunded == 900)
        try await house.expectReconciled(account)
    }

    // MARK: Those that were made at Stripe

    @Test func `a refund made in Stripe's dashboard comes in by webhook, however often`() async throws {
        let (house, account, charge) = try await paid()
        try await house.refund(try #require(charge.paymentIntent), 250, of: account)
        try await house.refund(try #require(charge.paymentIntent), 150, of: account)
        let deliveries = await house.intercept()
        for delivery in deliveries.reversed() + deliveries { _ = try await house.receive(delivery) }
        try await house.drain()
        let refunds = try await house.refunds(of: account)
        #expect(refunds.map(\.origin) == [.stripe, .stripe] && refunds.map(\.amount).sorted() == [150, 250])
        #expect(try await house.booked(.refunds, of: account) == 4_000_000)
        #expect(try await house.current(charge).refunded == 400)
        try await house.expectReconciled(account)
    }

    @Test func `a refund of which no event came is found on the Stripe balance`() async throws {
        let (house, account, charge) = try await paid()
        try await house.refund(try #require(charge.paymentIntent), 250, of: account)
        _ = await house.intercept()
        try await house.database.write { tx in
            try tx.reconciliations.setPosition(
                house.clock.now.secondsSince1970 + 9_000, of: EventSweep.stream, account: account.id)
        }
        try await house.expectReconciled(account)
        #expect(try await house.refunds(of: account).map(\.amount) == [250])
    }

    @Test func `a refund is heard of before its top-up is, and the top-up is paid first`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", of: account)
        let topUp = try await house.openTopUp(2_000, by: ada, of: account)
        try await house.send(["card_number": "4242424242424242"], to: try #require(topUp.url))
        let intent = try #require(try await house.paymentIntents(of: account).first)
        try await house.refund(intent.id, 500, of: account)
        for delivery in await house.intercept().reversed() { _ = try await house.receive(delivery) }
        try await house.drain()
        #expect(try await house.current(topUp).status == .paid)
        #expect(try await house.balance(ada, of: account).wallet.micros == 15_000_000)
        try await house.expectReconciled(account)
    }

    @Test func `a refund of another shop's sale on the same account is none of Bursar's`() async throws {
        let (house, account, _) = try await paid()
        try await house.refund(try await house.sellOutside(700, of: account), 700, of: account)
        try await house.settle()
        #expect(try await house.refunds(of: account) == [])
        try await house.expectReconciled(account)
    }

    // MARK: The platform's fee

    @Test(arguments: [true, false])
    func `the platform keeps its fee, or returns it in proportion, as Stripe says that it was`(isReturned: Bool)
        async throws
    {
        let house = try await TestHouse()
        let account = try await house.connectedMerchant()
        let platform = try await house.platformAccount()
        let ada = try await house.customer("ada", of: account)
        let topUp = try await house.paidTopUp(2_000, by: ada, of: account)
        #expect(try await house.booked(.applicationFees, of: account) == 2_000_000)
        let refund = try await house.ask(
            NewRefund(amount: 500, refundApplicationFee: isReturned), of: .topUp(topUp.id), account)
        try await house.settle()
        #expect(try await house.current(refund).status == .succeeded)
        #expect(try await house.booked(.applicationFees, of: account) == (isReturned ? 1_500_000 : 2_000_000))
        try await house.expectReconciled(account)
        #expect(try await house.booked(.platformFees, of: platform) == (isReturned ? -1_500_000 : -2_000_000))
    }
}
