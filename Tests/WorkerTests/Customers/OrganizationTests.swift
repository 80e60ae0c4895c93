import Billing
import Ledger
import Storage
import Testing

@testable import Worker

@Suite struct OrganizationTests {
    @Test func `an organization owes and has what its customers do together`() async throws {
        let house = try await TestHouse()
        let account = try await house.addAccount("usd", mode: .none, stripeAccount: nil)
        let other = try await house.addAccount("usd", mode: .none, stripeAccount: nil)
        for (name, group, owner) in [
            ("a", "Engines", account), ("b", "Engines", account), ("c", "Looms", account), ("d", nil, account),
            ("e", "Engines", other),
        ] {
            var details = CustomerDetails()
            if let group { details.organization = .set(group) }
            try await house.database.write { [worker = house.worker, details] tx in
                _ = try worker.customers.create(
                    NewCustomer(externalID: name, details: details), account: owner, by: .commandLine, in: tx)
            }
            try await house.use(1_000, by: name, of: owner)
        }
        try await house.database.read { [worker = house.worker] tx in
            let first = try worker.organizations.list(account: account, limit: 1, in: tx)
            #expect(first.map(\.name) == ["Engines"])
            let second = try worker.organizations.list(account: account, after: "Engines", limit: 9, in: tx)
            #expect(second.map(\.name) == ["Looms"])
            let engines = try worker.organizations.get("Engines", account: account, in: tx)
            #expect(engines.customers == 2)
            #expect(engines.accrued.micros == 2_000)
            #expect((engines.wallet.micros, engines.held.micros, engines.pending.micros) == (0, 0, 0))
            #expect(throws: WorkerError.notFound("organization")) {
                _ = try worker.organizations.get("engines", account: account, in: tx)
            }
        }
    }
}
