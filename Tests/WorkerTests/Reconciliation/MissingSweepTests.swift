import Billing
import Ledger
import Storage
import Stripe
import Testing

@testable import Worker

/// What the books have and Stripe's balance does not: of payments, refunds and disputes alike.
@Suite struct MissingSweepTests {
    private func paid() async throws -> (TestHouse, ConnectedAccount, String) {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", of: account)
        let charge = try await house.pay(9_000_000, by: ada, of: account)
        try await house.settle()
        return (house, account, try #require(charge.paymentIntent))
    }

    @Test func `a refund whose line never comes is missing at Stripe, after the grace`() async throws {
        let (house, account, intent) = try await paid()
        let id = try await house.refund(intent, 300, of: account)
        try await house.settle()
        try await house.database.write { tx in
            try tx.execute("UPDATE refunds SET stripe_refund = 're_never'")
            _ = try tx.execute(
                "UPDATE journal_entries SET reference = 'stripe:re_never:refunded' WHERE reference = $1",
                "stripe:\(id):refunded")
        }
        let young = try await house.reconcile()
        #expect(try await house.discrepancies(young).filter { $0.kind == .missingAtStripe } == [])
        #expect(young.legs.first { $0.name == .awaitingStripe }?.micros == -3_000_000)
        house.clock.advance(seconds: 3_600)
        let found = try await house.discrepancies(try await house.reconcile()).filter { $0.kind == .missingAtStripe }
        #expect(found.map(\.rows.reference) == ["stripe:re_never:refunded"])
        #expect(found.map(\.rows.expectedMicros) == [-3_000_000] && found.map(\.rows.foundMicros) == [0])
    }

    @Test func `a dispute whose line Stripe's list never has is missing at Stripe, after the grace`() async throws {
        let (house, account, intent) = try await paid()
        try await house.expectReconciled(account)
        _ = try await house.dispute(intent, of: account)
        try await house.settle()
        // The line has come with the dispute; the list is read from tomorrow on.
        let line = try await house.database.write { tx in
            try tx.reconciliations.setPosition(
                house.clock.now.secondsSince1970 + 86_400, of: BalanceSweep.stream, account: account.id)
            return try tx.first("SELECT id FROM balance_transactions WHERE part = 'dispute'")?.text("id")
        }
        #expect(try await house.discrepancies(try await house.reconcile()).filter { $0.kind == .missingAtStripe } == [])
        house.clock.advance(seconds: 3_600)
        let found = try await house.discrepancies(try await house.reconcile()).filter { $0.kind == .missingAtStripe }
        #expect(line != nil && found.map(\.rows.balanceTransaction) == [line])
        #expect(found.map(\.amount.micros) == [9_000_000 + 15_000_000])
    }

    @Test func `an inquiry of which no event came is found in Stripe's list of disputes`() async throws {
        let (house, account, intent) = try await paid()
        let inquiry = try await house.dispute(intent, of: account, isInquiry: true)
        _ = await house.intercept()
        try await house.database.write { tx in
            try tx.reconciliations.setPosition(
                house.clock.now.secondsSince1970 + 9_000, of: EventSweep.stream, account: account.id)
        }
        try await house.expectReconciled(account)
        #expect(try await house.dispute(inquiry).status == .warningNeedsResponse)
        #expect(try await house.dispute(inquiry).withdrawn == 0)
        try await house.move(inquiry, "close")
        _ = await house.intercept()
        try await house.expectReconciled(account)
        #expect(try await house.dispute(inquiry).status == .warningClosed)
    }
}
