import Billing
import Ledger
import Storage
import Testing

import struct Billing.Customer

@testable import Worker

@Suite struct ClawbackTests {
    private struct Shop {
        let house: TestHouse
        var account: ConnectedAccount
        let ada: Customer
        let topUp: TopUp

        func balance() async throws -> CustomerBalance { try await house.balance(ada, of: account) }

        func customer() async throws -> Customer {
            try #require(try await house.database.read { tx in try tx.customers.find(ada.id) })
        }
    }

    /// A wallet of 20 USD, of which `spent` micros are.
    private func shop(spent: Int64 = 0, terms: BillingTerms = BillingTerms()) async throws -> Shop {
        let house = try await TestHouse()
        var account = try await house.platformAccount()
        account.terms = terms
        try await house.database.write { [account] tx in try tx.accounts.updateSettings(account) }
        let ada = try await house.customer("ada", of: account)
        let topUp = try await house.paidTopUp(2_000, by: ada, of: account)
        if spent > 0 { try await house.use(spent, by: "ada", of: account) }
        return Shop(house: house, account: account, ada: ada, topUp: topUp)
    }

    @Test func `usage that is corrected pays what is owed of a top-up that was taken back`() async throws {
        let shop = try await shop()
        let (house, account) = (shop.house, shop.account)
        try await house.use(12_000_000, by: "ada", of: account, id: "big")
        _ = try await house.ask(of: .topUp(shop.topUp.id), account)
        try await house.settle()
        #expect(try await shop.balance().receivable.micros == 12_000_000)
        try await house.database.write { [worker = house.worker] tx in
            let event = try #require(
                try tx.usage.find(account: account.id, source: UsageReport.defaultSource, eventID: "big"))
            let new = NewCorrection(reason: "never made")
            _ = try worker.metering.correct(event.id, new, account: account, by: .commandLine, in: tx)
        }
        let balance = try await shop.balance()
        #expect(balance.receivable.isZero && balance.wallet.isZero)
        try await house.expectReconciled(account)
    }

    @Test func `a refunded top-up takes back what is unspent of its lot, and what was spent is owed`() async throws {
        let shop = try await shop(spent: 12_000_000)
        let (house, account) = (shop.house, shop.account)
        _ = try await house.ask(of: .topUp(shop.topUp.id), account)
        var balance = try await shop.balance()
        #expect(balance.frozen.micros == 8_000_000 && balance.wallet.micros == 8_000_000, "while it is under way")
        try await house.settle()
        balance = try await shop.balance()
        #expect(balance.wallet.isZero && balance.frozen.isZero && balance.receivable.micros == 12_000_000)
        #expect(balance.accrued.isZero, "what is owed for usage is apart from it")
        #expect(try await house.booked(.receivable, of: account) == 12_000_000)
        #expect(try await house.booked(.revenue, of: account) == -12_000_000)
        try await house.expectReconciled(account)

        let second = try await house.paidTopUp(3_000, by: shop.ada, of: account)
        balance = try await shop.balance()
        #expect(balance.wallet.micros == 18_000_000 && balance.receivable.isZero, "the next credit pays it")
        #expect(try await house.lot(of: second).lot.remainingMicros == 18_000_000)
        try await house.expectReconciled(account)
    }

    @Test func `a partial refund takes the unspent part first`() async throws {
        let shop = try await shop(spent: 12_000_000)
        for (amount, left, owed) in [(500, 3, 0), (500, 0, 2), (300, 0, 5)] as [(Int64, Int64, Int64)] {
            _ = try await shop.house.ask(NewRefund(amount: amount), of: .topUp(shop.topUp.id), shop.account)
            try await shop.house.settle()
            let balance = try await shop.balance()
            #expect(balance.wallet.micros == left * 1_000_000 && balance.receivable.micros == owed * 1_000_000)
        }
        try await shop.house.expectReconciled(shop.account)
    }

    @Test func `other credit is left alone but for what is owed`() async throws {
        let shop = try await shop(spent: 12_000_000)
        try await shop.house.give(50_000_000, to: "ada", of: shop.account)
        _ = try await shop.house.ask(of: .topUp(shop.topUp.id), shop.account)
        try await shop.house.settle()
        let balance = try await shop.balance()
        #expect(balance.wallet.micros == 38_000_000 && balance.receivable.isZero)
        try await shop.house.expectReconciled(shop.account)
    }

    @Test func `no other credit is touched as long as the payment's own is there`() async throws {
        let shop = try await shop()
        let gift = NewGrant(amountMicros: 50_000_000, kind: .promotional, reason: "welcome")
        let lot = try await shop.house.database.write { [worker = shop.house.worker] tx in
            try worker.grants.give(gift, to: shop.ada, account: shop.account, by: .commandLine, in: tx)
        }
        _ = try await shop.house.ask(NewRefund(amount: 1_500), of: .topUp(shop.topUp.id), shop.account)
        try await shop.house.settle()
        #expect(try await shop.house.lot(of: shop.topUp).lot.remainingMicros == 5_000_000)
        let left = try await shop.house.database.read { tx in try tx.wallets.find(lot.lot.id)?.lot.remainingMicros }
        #expect(left == 50_000_000)
        try await shop.house.expectReconciled(shop.account)
    }

    @Test func `a refund that fails gives the lots back as they were`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", of: account)
        let topUp = try await house.paidTopUp(2_000, by: ada, of: account, card: "4000000000005126")
        try await house.use(12_000_000, by: "ada", of: account)
        _ = try await house.ask(of: .topUp(topUp.id), account)
        try await house.settle()
        #expect(try await house.balance(ada, of: account).receivable.micros == 12_000_000)
        house.clock.advance(seconds: 3_600)
        try await house.settle()
        let balance = try await house.balance(ada, of: account)
        #expect(balance.receivable.isZero && balance.wallet.micros == 8_000_000)
        #expect(try await house.lot(of: topUp).lot.remainingMicros == 8_000_000)
        try await house.expectReconciled(account)
    }

    @Test(arguments: [BillingTerms.OnClawback.keep, .block])
    func `who had spent what is taken back is blocked or not, by the account's choice`(
        choice: BillingTerms.OnClawback
    ) async throws {
        var terms = BillingTerms()
        terms.onClawback = choice
        let shop = try await shop(spent: 5_000_000, terms: terms)
        _ = try await shop.house.ask(NewRefund(amount: 1_500), of: .topUp(shop.topUp.id), shop.account)
        try await shop.house.settle()
        func status() async throws -> Customer.Status? {
            try await shop.house.database.read { tx in try tx.customers.find(shop.ada.id)?.status }
        }
        #expect(try await status() == .active, "nothing that was spent was taken back")
        _ = try await shop.house.ask(NewRefund(amount: 500), of: .topUp(shop.topUp.id), shop.account)
        try await shop.house.settle()
        #expect(try await status() == (choice == .block ? .blocked : .active))
    }

    enum Payment: CaseIterable { case disputeWon, refundFailed, grant, correction }

    @Test(arguments: Payment.allCases)
    func `who was blocked for what they owed of it is let in again when it is paid`(payment: Payment) async throws {
        var terms = BillingTerms()
        terms.onClawback = .block
        let (shop, refund, dispute) = try await blocked(terms, payment)
        let house = shop.house
        #expect(try await shop.customer().blockedReason == DebtBlock.takenBack)
        switch payment {
        case .disputeWon: try await house.move(try #require(dispute), "win")
        case .refundFailed:
            try await house.control("/_sandbox/refunds/\(try #require(refund))/settle", ["outcome": "failed"])
        case .grant:
            try await house.give(4_999_999, to: "ada", of: shop.account)
            #expect(try await shop.customer().status == .blocked, "one millionth is owed yet")
            try await house.give(1, to: "ada", of: shop.account)
        case .correction:
            try await house.database.write { [worker = house.worker] tx in
                let event = try #require(
                    try tx.usage.find(
                        account: shop.account.id, source: UsageReport.defaultSource, eventID: "big"))
                let new = NewCorrection(reason: "never made")
                _ = try worker.metering.correct(event.id, new, account: shop.account, by: .commandLine, in: tx)
            }
        }
        try await house.settle()
        #expect(try await shop.balance().receivable.isZero)
        let ada = try await shop.customer()
        #expect(ada.status == .active && ada.blockedReason == nil && ada.blockedAt == nil)
        try await house.expectReconciled(shop.account)
    }

    /// Ada has spent 5 USD of a top-up that was taken back, and is blocked.
    private func blocked(
        _ terms: BillingTerms, _ payment: Payment
    ) async throws -> (Shop, refund: String?, dispute: String?) {
        let shop = try await shop(terms: terms)
        try await shop.house.use(5_000_000, by: "ada", of: shop.account, id: "big")
        let intent = try #require(shop.topUp.paymentIntent)
        var (refund, dispute): (String?, String?)
        if payment == .disputeWon {
            dispute = try await shop.house.dispute(intent, of: shop.account)
        } else {
            refund = try await shop.house.refund(intent, 2_000, of: shop.account)
        }
        try await shop.house.settle()
        return (shop, refund, dispute)
    }

    @Test func `who is blocked for a reason of its own stays so when what they owed is paid`() async throws {
        var terms = BillingTerms()
        terms.onClawback = .block
        let (shop, _, dispute) = try await blocked(terms, .disputeWon)
        try await shop.house.database.write { [worker = shop.house.worker] tx in
            _ = try worker.customers.block(
                "ada", reason: "shares the password", account: shop.account, by: .commandLine, in: tx)
        }
        try await shop.house.move(try #require(dispute), "win")
        try await shop.house.settle()
        #expect(try await shop.balance().receivable.isZero)
        #expect(try await shop.customer().blockedReason == "shares the password")
    }

    @Test func `a prepaid customer who owes holds nothing until it is paid`() async throws {
        var terms = BillingTerms.paidAhead
        terms.alertPercents = []
        let shop = try await shop(spent: 12_000_000, terms: terms)
        _ = try await shop.house.ask(of: .topUp(shop.topUp.id), shop.account)
        #expect(
            try await shop.house.hold(1_000_000, by: "ada", of: shop.account) == nil, "frozen while it is under way")
        try await shop.house.settle()
        #expect(try await shop.balance().available?.micros == -12_000_000)
        #expect(try await shop.house.hold(1, by: "ada", of: shop.account) == nil)
        _ = try await shop.house.paidTopUp(2_000, by: shop.ada, of: shop.account)
        #expect(try await shop.house.hold(8_000_000, by: "ada", of: shop.account) != nil)
        #expect(try await shop.house.hold(1, by: "ada", of: shop.account) == nil)
    }
}
