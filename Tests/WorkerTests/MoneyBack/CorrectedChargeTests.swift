import Billing
import Ledger
import Storage
import Testing

import struct Billing.Charge
import struct Billing.Customer

@testable import Worker

/// Charges whose usage was corrected, and whose money goes back.
@Suite struct CorrectedChargeTests {
    /// Ada has paid 5.00 with her card for two events, of 2.00 and of 3.00.
    private struct Paid {
        let house: TestHouse
        let account: ConnectedAccount
        let shop: MeterHouse
        let ada: Customer
        let charge: Charge

        init() async throws {
            house = try await TestHouse()
            account = try await house.platformAccount()
            ada = try await house.customer("ada", of: account)
            shop = MeterHouse(house: house, of: account.id)
            try await house.use(2_000_000, by: "ada", of: account, id: "two")
            charge = try await house.pay(3_000_000, by: ada, of: account)
            #expect(charge.amount == 500)
        }

        func correct(_ micros: Int64) async throws {
            let event = try #require(
                try await shop.events().first { $0.kind == .usage && $0.priceMicros == micros })
            _ = try await shop.correct(event.id)
        }

        func refund(_ amount: Int64) async throws {
            _ = try await house.ask(NewRefund(amount: amount), of: .charge(charge.id), account)
            try await house.settle()
        }

        /// Of the wallet, owed, deducted by refunds, deducted by disputes.
        func standing() async throws -> [Int64] {
            let balance = try await house.balance(ada, of: account)
            return [
                balance.wallet.micros, balance.accrued.micros + balance.receivable.micros,
                try await house.booked(.refunds, of: account), try await house.booked(.chargebacks, of: account),
            ]
        }
    }

    @Test func `a wallet that loses the credit of a corrected charge tells that it is low`() async throws {
        let paid = try await Paid()
        var account = paid.account
        account.terms.lowBalanceMicros = 1_000_000
        try await paid.house.database.write { [account] tx in try tx.accounts.updateSettings(account) }
        try await paid.correct(3_000_000)
        #expect(try await paid.standing()[0] == 3_000_000)
        try await paid.refund(500)
        #expect(try await paid.standing()[0] == 0)
        #expect(try await paid.house.alerts(of: paid.account).map(\.kind) == [.lowBalance])
    }

    @Test func `a refund and a correction of the same usage give its price back once, whichever comes first`()
        async throws
    {
        let (first, second) = (try await Paid(), try await Paid())
        try await first.refund(200)
        try await first.correct(2_000_000)
        try await second.correct(2_000_000)
        #expect(try await second.standing() == [2_000_000, 0, 0, 0])
        try await second.refund(200)
        for paid in [first, second] {
            #expect(try await paid.standing() == [0, 0, 0, 0])
            try await paid.correct(3_000_000)
            #expect(try await paid.standing() == [3_000_000, 0, 0, 0])
            try await paid.house.expectReconciled(paid.account)
        }
    }

    @Test func `all of a charge goes back once, however much of its usage was corrected before`() async throws {
        let paid = try await Paid()
        try await paid.correct(2_000_000)
        try await paid.refund(500)
        #expect(try await paid.standing() == [0, 0, 3_000_000, 0])
        try await paid.correct(3_000_000)
        #expect(try await paid.standing() == [0, 0, 0, 0])
        try await paid.house.expectReconciled(paid.account)
    }

    @Test func `credit of a correction that was spent is owed when more is refunded than the usage that stands`()
        async throws
    {
        let paid = try await Paid()
        try await paid.correct(2_000_000)
        try await paid.house.use(2_000_000, by: "ada", of: paid.account)
        try await paid.refund(300)
        #expect(try await paid.standing() == [0, 0, 3_000_000, 0])
        try await paid.refund(200)
        #expect(try await paid.standing() == [0, 2_000_000, 3_000_000, 0])
        try await paid.house.expectReconciled(paid.account)
    }

    @Test func `what a refund under way may take of a correction's credit is frozen until it is over`() async throws {
        let paid = try await Paid()
        try await paid.correct(2_000_000)
        let refund = try await paid.house.ask(NewRefund(amount: 500), of: .charge(paid.charge.id), paid.account)
        #expect(try await paid.house.balance(paid.ada, of: paid.account).frozen.micros == 2_000_000)
        // Credit that is made while it is under way is frozen as well.
        try await paid.correct(3_000_000)
        #expect(try await paid.house.balance(paid.ada, of: paid.account).frozen.micros == 5_000_000)
        try await paid.house.settle()
        #expect(try await paid.house.current(refund).status == .succeeded)
        #expect(try await paid.standing() == [0, 0, 0, 0])
        try await paid.house.control(
            "/_sandbox/refunds/\(try #require(try await paid.house.current(refund).stripeRefund))/settle",
            ["outcome": "failed"])
        try await paid.house.settle()
        #expect(try await paid.standing() == [5_000_000, 0, 0, 0])
        #expect(try await paid.house.balance(paid.ada, of: paid.account).frozen.micros == 0)
        try await paid.house.expectReconciled(paid.account)
    }

    @Test func `money of a dispute that is won comes again as credit, where its usage was corrected meanwhile`()
        async throws
    {
        let paid = try await Paid()
        let dispute = try await paid.house.dispute(paid.charge.paymentIntent, of: paid.account, amount: 500)
        try await paid.house.settle()
        #expect(try await paid.standing() == [0, 0, 0, 5_000_000])
        try await paid.correct(3_000_000)
        #expect(try await paid.standing() == [0, 0, 0, 2_000_000])
        try await paid.house.move(dispute, "win")
        try await paid.house.settle()
        #expect(try await paid.standing() == [3_000_000, 0, 0, 0])
        try await paid.house.expectReconciled(paid.account)
    }

    @Test func `a wallet whose credit goes back with a refund does not fill itself from the card`() async throws {
        let paid = try await Paid()
        try await paid.correct(3_000_000)
        try await paid.house.database.write { [worker = paid.house.worker, paid] tx in
            _ = try worker.autoTopUps.set(
                AutoTopUpPolicy(thresholdMicros: 1_000_000, amountMicros: 5_000_000), for: paid.ada,
                account: paid.account, by: .commandLine, in: tx)
        }
        try await paid.refund(300)
        let state = try await paid.house.database.read { [ada = paid.ada] tx in try tx.autoTopUps.state(of: ada.id) }
        #expect(state.stopReason == .chargeRefunded)
        #expect(try await paid.standing() == [0, 0, 0, 0])
    }
}
