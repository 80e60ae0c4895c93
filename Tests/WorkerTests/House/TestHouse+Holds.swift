import Billing
import Ledger
import Storage
import Testing

import struct Billing.Customer

@testable import Worker

/// Requests that are asked for before they are made.
extension TestHouse {
    /// A merchant who bills without Stripe.
    func merchant(_ terms: BillingTerms = .paidAhead) async throws -> ConnectedAccount {
        var account = try await addAccount("usd", mode: .none, stripeAccount: nil)
        account.terms = terms
        try await database.write { [account] tx in try tx.accounts.updateSettings(account) }
        return account
    }

    /// Credit that does not expire.
    @discardableResult
    func give(_ micros: Int64, to name: String, of account: ConnectedAccount) async throws -> Customer {
        try await database.write { [worker] tx in
            let customer = try worker.customers.findOrMake(name, account: account, in: tx)
            let new = NewGrant(amountMicros: micros, kind: .paidOutside, reason: "a test")
            _ = try worker.grants.give(new, to: customer, account: account, by: .commandLine, in: tx)
            return customer
        }
    }

    func ask(_ new: NewAuthorization, of account: ConnectedAccount) async throws -> AuthorizationOutcome {
        try await database.write { [worker] tx in try worker.authorizations.authorize(new, account: account, in: tx) }
    }

    /// - Returns: `nil` when it is refused.
    func hold(
        _ micros: Int64, by customer: String, of account: ConnectedAccount, key: String? = nil, seconds: Int64? = nil
    ) async throws -> Hold? {
        let new = try NewAuthorization(
            customer: customer, key: key, estimate: UsageEstimate(amountMicros: micros), expiresIn: seconds)
        guard case .held(let granted) = try await ask(new, of: account) else { return nil }
        return granted.hold
    }

    @discardableResult
    func capture(_ hold: Hold, cost: Int64, of account: ConnectedAccount) async throws -> CapturedHold {
        var new = NewCapture()
        new.costMicros = cost
        return try await database.write { [worker, new] tx in
            try worker.authorizations.capture(hold.id, new, account: account, in: tx)
        }
    }

    @discardableResult
    func release(_ hold: Hold, of account: ConnectedAccount) async throws -> Hold {
        try await database.write { [worker] tx in try worker.authorizations.release(hold.id, account: account, in: tx) }
    }

    func stored(_ hold: Hold) async throws -> Hold {
        try #require(try await database.read { tx in try tx.holds.find(hold.id) })
    }

    /// What is held in total is what the open holds say, of each customer and of each subject of limits.
    func expectHeldTotals(_ comment: Comment? = nil) async throws {
        let faults = try await database.read { tx in
            try tx.query(
                """
                SELECT customer AS subject FROM customer_meters WHERE held_micros <> (
                    SELECT COALESCE(SUM(held_micros), 0) FROM authorizations
                    WHERE authorizations.customer = customer_meters.customer AND status = 'held')
                UNION ALL
                SELECT subject FROM limit_counters WHERE period = 'ever' AND held_requests * 1000000007
                    + held_spend_micros * 1009 + held_cost_micros * 31 + held_tokens <> (
                    SELECT COALESCE(SUM(1000000007 + held_micros * 1009 + held_cost_micros * 31 + held_tokens), 0)
                    FROM authorizations WHERE status = 'held' AND (
                        subject = 'customer:' || customer OR subject = 'account:' || account OR subject IN (
                            SELECT 'key:' || counted_as FROM api_keys WHERE api_keys.id = authorizations.api_key)))
                """
            ).map { try $0.text("subject") }
        }
        #expect(faults == [], comment)
    }
}

extension BillingTerms {
    static var paidAhead: BillingTerms {
        var terms = BillingTerms()
        terms.prepaid = true
        return terms
    }
}
