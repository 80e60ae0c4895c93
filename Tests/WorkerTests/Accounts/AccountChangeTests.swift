import Billing
import Foundation
import Ledger
import Storage
import Testing

@testable import Worker

@Suite struct AccountChangeTests {
    private func update(
        _ house: OnboardingHouse, _ account: ConnectedAccount, _ fill: (inout AccountChange) -> Void
    ) async throws -> ConnectedAccount {
        var change = AccountChange()
        fill(&change)
        return try await house.database.write { [change, worker = house.worker] tx in
            try worker.accounts.update(account.id, change, by: .commandLine, in: tx)
        }
    }

    @Test func `what is not named stays, and what is cleared is gone`() async throws {
        let house = try await OnboardingHouse()
        let account = try await house.create(
            NewAccount(
                name: "Ada", email: "ada@example.com", country: "US", currency: "usd", stripe: "connect",
                markupPercent: 10, chargeThreshold: 500))
        #expect(try await update(house, account) { _ in } == account)
        let changed = try await update(house, account) {
            $0.name = "Grace"
            $0.email = .clear
            $0.chargeThreshold = .clear
            $0.topUpMinimum = .set(1_000)
            $0.markupPercent = 20
        }
        var expected = account
        expected.name = "Grace"
        expected.email = nil
        expected.chargeThreshold = nil
        expected.topUpMinimum = 1_000
        expected.markup = Percent(partsPerMillion: 200_000)
        #expect(changed == expected)
        #expect(try await house.current(account) == expected)
    }

    @Test func `setting a cycle says when its first run falls due, and repeating it does not put the run off`()
        async throws
    {
        let house = try await OnboardingHouse()
        let account = try await house.merchant()
        let daily = try await update(house, account) { $0.cycle = "daily" }
        #expect(daily.nextRunAt == Instant(rfc3339: "2026-11-03T00:00:00Z"))
        house.clock.advance(seconds: 86_400)
        #expect(try await update(house, account) { $0.cycle = "daily" }.nextRunAt == daily.nextRunAt)
        let due = try await house.database.write { [now = house.clock.now] tx in
            try tx.accounts.setStanding(account.id, .connected, reason: nil)
            return try tx.accounts.nextDue(at: now)
        }
        #expect(due?.id == account.id)
        #expect(try await update(house, account) { $0.cycle = "off" }.nextRunAt == nil)
    }

    @Test func `currency and Stripe mode are for good`() async throws {
        let house = try await OnboardingHouse()
        let account = try await house.merchant()
        await expectRefusal("immutable_field", field: "currency") {
            _ = try await update(house, account) { $0.currency = "eur" }
        }
        await expectRefusal("immutable_field", field: "stripe") {
            _ = try await update(house, account) { $0.stripe = "none" }
        }
        let same = try await update(house, account) {
            $0.currency = "USD"
            $0.stripe = "connect"
        }
        #expect(same == account)
    }

    @Test func `a change is measured against what stays`() async throws {
        let house = try await OnboardingHouse()
        let account = try await house.create(
            NewAccount(name: "Ada", currency: "usd", stripe: "connect", topUpMaximum: 5_000))
        await expectRefusal("invalid_field", field: "top_up_maximum") {
            _ = try await update(house, account) { $0.topUpMinimum = .set(5_001) }
        }
        let unbilled = try await house.merchant(stripe: "none")
        await expectRefusal("invalid_field", field: "application_fee_percent") {
            _ = try await update(house, unbilled) { $0.applicationFeePercent = 1 }
        }
        #expect(try await house.current(account) == account)
    }

    @Test func `a change of settings leaves what Stripe decides alone`() async throws {
        let house = try await OnboardingHouse()
        let account = try await house.merchant()
        try await house.database.write { tx in
            #expect(try tx.accounts.setStripeAccount(account.id, to: "acct_1"))
            try tx.accounts.updateSettings(account)
        }
        #expect(try await house.current(account).stripeAccount == "acct_1")
    }

    @Test func `an unknown account is not found`() async throws {
        let house = try await OnboardingHouse()
        var unknown = try await house.merchant()
        unknown = ConnectedAccount(
            id: .make(house.worker.context.seams), name: "", email: nil, country: nil, currency: unknown.currency,
            stripeMode: .none, status: .unbilled, createdAt: house.clock.now)
        await expectRefusal("not_found") { [unknown] in _ = try await update(house, unknown) { _ in } }
    }
}
