import Billing
import Ledger
import Storage
import Testing

import struct Billing.Charge
import struct Billing.Customer

@testable import Worker

@Suite struct DebtBlockTests {
    private struct Shop {
        let house: TestHouse
        let account: ConnectedAccount
        let ada: Customer
        /// Of 5 USD, all spent.
        let topUp: TopUp
        /// Of 9 USD, declined.
        let charge: Charge

        func reason() async throws -> String? {
            try await house.database.read { tx in try tx.customers.find(ada.id) }?.blockedReason
        }

        func takeBack() async throws {
            _ = try await house.ask(of: .topUp(topUp.id), account)
            try await house.settle()
            #expect(try await house.balance(ada, of: account).receivable.micros == 5_000_000)
        }

        func giveUp() async throws {
            try await house.pass(days: 2)
            #expect(try await house.current(charge).dunning.endedAt != nil)
        }

        func payCharge() async throws {
            try await house.setCard("pm_card_visa", of: ada, account)
            try await house.dun()
            #expect(try await house.current(charge).status == .paid)
        }

        func payBack() async throws { try await house.give(5_000_000, to: "ada", of: account) }

        var givenUp: String { "charge \(charge.id) was not paid" }
    }

    private func shop() async throws -> Shop {
        let house = try await TestHouse()
        var account = try await house.platformAccount()
        account.terms.onClawback = .block
        account.terms.dunning = DunningTerms(retryDays: [2], atEnd: .block)
        try await house.database.write { [account] tx in try tx.accounts.updateSettings(account) }
        let ada = try await house.customer("ada", of: account)
        let topUp = try await house.paidTopUp(500, by: ada, of: account)
        try await house.use(5_000_000, by: "ada", of: account)
        try await house.setCard("pm_card_visa_chargeDeclinedInsufficientFunds", of: ada, account)
        try await house.use(9_000_000, by: "ada", of: account)
        let charge = try await house.charge(ada, of: account)
        try await house.settle()
        return Shop(
            house: house, account: account, ada: ada, topUp: topUp, charge: try await house.current(charge))
    }

    @Test func `who owes a charge that was given up, and then a payment that was taken back, owes both`() async throws {
        let shop = try await shop()
        try await shop.giveUp()
        #expect(try await shop.reason() == shop.givenUp)
        try await shop.takeBack()
        #expect(try await shop.reason() == shop.givenUp)
        try await shop.payCharge()
        #expect(try await shop.reason() == DebtBlock.takenBack)
        try await shop.payBack()
        #expect(try await shop.reason() == nil)
        try await shop.house.expectReconciled(shop.account)
    }

    @Test func `who owes a payment that was taken back, and then a charge that was given up, owes both`() async throws {
        let shop = try await shop()
        try await shop.takeBack()
        #expect(try await shop.reason() == DebtBlock.takenBack)
        try await shop.giveUp()
        #expect(try await shop.reason() == DebtBlock.takenBack)
        try await shop.payBack()
        #expect(try await shop.reason() == shop.givenUp)
        try await shop.payCharge()
        #expect(try await shop.reason() == nil)
        try await shop.house.expectReconciled(shop.account)
    }

    @Test func `who is kept out for a payment that was taken back may pay it by a top-up, and is let in`() async throws
    {
        let shop = try await shop()
        try await shop.takeBack()
        _ = try await shop.house.paidTopUp(700, by: shop.ada, of: shop.account)
        let balance = try await shop.house.balance(shop.ada, of: shop.account)
        #expect(balance.receivable.isZero && balance.wallet.micros == 2_000_000)
        #expect(try await shop.reason() == nil)
        try await shop.house.database.write { [worker = shop.house.worker] tx in
            _ = try worker.customers.block(
                "ada", reason: "shares the password", account: shop.account, by: .commandLine, in: tx)
        }
        await #expect { try await shop.house.openTopUp(700, by: shop.ada, of: shop.account) } throws: {
            ($0 as? WorkerError)?.code == "customer_blocked"
        }
    }
}
