import Billing
import Foundation
import Ledger
import Storage
import Testing

import struct Billing.Customer

@testable import Worker

@Suite struct CustomerBlockTests {
    private func block(_ name: String, _ house: TestHouse, _ account: ConnectedAccount) async throws -> Customer {
        try await house.database.write { [worker = house.worker] tx in
            try worker.customers.block(name, reason: "chargeback", account: account, by: .commandLine, in: tx)
        }
    }

    @Test func `a blocked customer uses nothing and buys nothing, and still owes`() async throws {
        let house = try await TestHouse()
        let account = try await house.addAccount("usd", mode: .platform, stripeAccount: nil)
        let customer = try await house.customer("ada", of: account)
        try await house.use(5_000_000, by: "ada", of: account)
        let blocked = try await block("ada", house, account)
        #expect((blocked.status, blocked.blockedReason) == (.blocked, "chargeback"))
        #expect(blocked.blockedAt == house.clock.now)
        for name in ["ada", customer.id.text] {
            guard case .rejected(let refused) = try await house.use(1, by: name, of: account) else {
                Issue.record("usage of a blocked customer was taken")
                continue
            }
            #expect(refused.code == "customer_blocked")
        }
        let topUp = await #expect(throws: WorkerError.self) {
            _ = try await house.worker.topUps.open(
                NewTopUp(customer: "ada", amount: 1_000, successURL: "https://shop.example/ok", cancelURL: nil),
                account: account)
        }
        #expect(topUp?.code == "customer_blocked")
        #expect(try await house.charge(customer, of: account).amount == 500)
        try await house.database.write { [worker = house.worker] tx in
            _ = try worker.customers.unblock("ada", account: account, by: .commandLine, in: tx)
        }
        guard case .accepted = try await house.use(1, by: "ada", of: account) else {
            Issue.record("usage after the unblocking was refused")
            return
        }
    }

    @Test func `the keys of a blocked customer open nothing until the customer is unblocked`() async throws {
        let house = try await TestHouse()
        let account = try await house.addAccount("usd", mode: .none, stripeAccount: nil)
        try await house.use(1, by: "ada", of: account)
        var new = NewKey(name: "end user")
        new.customer = "ada"
        let minted = try await house.database.write { [worker = house.worker, new] tx in
            try worker.keys.mint(new, account: account, by: .commandLine, in: tx)
        }
        _ = try await block("ada", house, account)
        let refused = await #expect(throws: WorkerError.self) {
            try await house.database.read { [worker = house.worker] tx in
                _ = try worker.keys.authenticate(minted.secret, in: tx)
            }
        }
        #expect(refused?.code == "customer_blocked")
    }

    @Test func `blocking and unblocking are in the log, and doing it twice is done once`() async throws {
        let house = try await TestHouse()
        let account = try await house.addAccount("usd", mode: .none, stripeAccount: nil)
        try await house.use(1, by: "ada", of: account)
        for _ in 0..<2 {
            house.clock.advance(milliseconds: 1)
            _ = try await block("ada", house, account)
        }
        house.clock.advance(milliseconds: 1)
        let free = try await house.database.write { [worker = house.worker] tx in
            try worker.customers.unblock("ada", account: account, by: .commandLine, in: tx)
        }
        #expect((free.blockedReason, free.blockedAt) == (nil, nil))
        let log = try await house.database.read { tx in
            try tx.auditLog.list(AuditFilter(object: "customer"), after: nil, limit: 10)
        }
        #expect(log.map(\.action) == ["unblocked", "blocked"])
        #expect(log.last?.changes.contains(AuditChange(field: "status", from: "active", to: "blocked")) == true)
    }
}
