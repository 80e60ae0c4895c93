import Billing
import Ledger
import Storage
import Testing

import struct Billing.Customer

@testable import Worker

/// A wallet that becomes less without any use.
struct WalletAlertTests {
    private static let low: BillingTerms = {
        var terms = BillingTerms.paidAhead
        terms.lowBalanceMicros = 150
        return terms
    }()

    private func give(_ micros: Int64, for seconds: Int64?, in shop: QuotaShop) async throws {
        try await shop.house.database.write { [worker = shop.house.worker, account = shop.account] tx in
            let customer = try worker.customers.findOrMake("ada", account: account, in: tx)
            var new = NewGrant(amountMicros: micros, kind: .promotional, reason: "a test")
            new.expiresAt = seconds.map { shop.house.clock.now.adding(seconds: $0) }
            _ = try worker.grants.give(new, to: customer, account: account, by: .commandLine, in: tx)
        }
    }

    @Test func `credit that expires crosses percentages and the low balance, once`() async throws {
        let shop = try await QuotaShop(PlanTerms(), Self.low)
        try await give(100, for: nil, in: shop)
        try await give(900, for: 60, in: shop)
        #expect(try await shop.alerts() == [])
        shop.house.clock.advance(seconds: 60)
        while try await shop.house.worker.walletExpiry.step() {}
        let told = ["low_balance wallet 0", "wallet wallet 80"]
        #expect(try await shop.alerts() == told)
        try await shop.use(5)
        #expect(try await shop.alerts() == told, "usage tells nothing that was told")
        try await shop.use(95)
        #expect(try await shop.alerts() == (told + ["wallet wallet 100"]).sorted())
    }

    @Test func `it is told as well when usage is the first to find the credit gone`() async throws {
        let shop = try await QuotaShop(PlanTerms(), Self.low)
        try await give(1_000, for: 60, in: shop)
        shop.house.clock.advance(seconds: 61)
        try await shop.use(5)
        #expect(try await shop.alerts() == ["low_balance wallet 0", "wallet wallet 100"])
        #expect(try await !shop.house.worker.walletExpiry.step())
    }

    @Test func `a refund of a top-up tells once, when its credit is frozen or taken`() async throws {
        let house = try await TestHouse()
        var account = try await house.platformAccount()
        account.terms.lowBalanceMicros = 5_000_000
        try await house.database.write { [account] tx in try tx.accounts.updateSettings(account) }
        let ada = try await house.customer("ada", of: account)
        let topUp = try await house.paidTopUp(2_000, by: ada, of: account)
        func told() async throws -> [String] {
            try await house.database.read { [worker = house.worker, account] tx in
                try worker.alerts.list(account: account, after: nil, limit: 100, in: tx)
                    .map { "\($0.kind.rawValue) \($0.percent)" }.filter { !$0.hasPrefix("auto") }.sorted()
            }
        }
        #expect(try await told() == [])
        _ = try await house.ask(NewRefund(amount: 1_600), of: .topUp(topUp.id), account)
        try await house.settle()
        #expect(try await house.balance(ada, of: account).wallet.micros == 4_000_000)
        #expect(try await told() == ["low_balance 0", "wallet 80"])
        try await house.expectReconciled(account)
    }

    @Test func `a cap that is raised in mid-period is told of anew, at its new height`() async throws {
        func terms(_ cap: Int64) -> PlanTerms {
            PlanTerms(limits: Limits(month: .init(spendMicros: cap)), overage: .alert)
        }
        let shop = try await QuotaShop(terms(100))
        try await shop.use(60)
        try await shop.sell(terms(1_000))
        try await shop.use(400)
        #expect(try await shop.alerts() == ["limit month.spend_micros 50"])
        try await shop.use(50)
        try await shop.use(50)
        #expect(try await shop.alerts() == ["limit month.spend_micros 50", "limit month.spend_micros 50"])
    }
}
