import Billing
import Ledger
import Storage
import Stripe
import Testing

@testable import Worker

@Suite struct RefusedRowTests {
    @Test func `one account whose rows the schema refuses does not hold up the others`() async throws {
        let house = try await TestHouse()
        let sound = try await house.platformAccount()
        let ada = try await house.customer("ada", card: "pm_usBankAccount_success", of: sound)
        try await house.use(9_000_000, by: "ada", of: sound)
        let charge = try await house.charge(ada, of: sound)
        try await house.settle()
        let intent = try #require(try await house.current(charge).paymentIntent)
        try await house.control("/_sandbox/payment_intents/\(intent)/settle", ["outcome": "succeeded"])
        _ = await house.intercept()
        // The payment would take pending below zero.
        try await house.database.write { tx in
            try tx.execute("UPDATE ledger_accounts SET balance = 0 WHERE kind = 'pending'")
        }
        let run = try await house.database.write { tx in
            try house.worker.reconciliation.start(scope: .openObjects, in: tx)
        }
        for _ in 0..<20 where try await house.worker.reconciliation.step() {}
        let result = try await house.database.read { tx in try house.worker.reconciliation.get(run.id, in: tx) }
        #expect(result.record.status == .incomplete)
        #expect(result.notChecked.map(\.reason) == ["storage_constraint"])
    }
}
