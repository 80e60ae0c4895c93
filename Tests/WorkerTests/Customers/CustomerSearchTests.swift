import Billing
import Foundation
import Ledger
import Storage
import Testing

import struct Billing.Customer

@testable import Worker

@Suite struct CustomerSearchTests {
    private func add(
        _ name: String, _ house: TestHouse, _ account: ConnectedAccount, _ details: CustomerDetails = CustomerDetails()
    ) async throws -> Customer {
        house.clock.advance(milliseconds: 1)
        return try await house.database.write { [worker = house.worker] tx in
            try worker.customers.create(
                NewCustomer(externalID: name, details: details), account: account, by: .commandLine, in: tx)
        }
    }

    private func find(
        _ search: CustomerSearch, _ house: TestHouse, _ account: ConnectedAccount, after: Customer.ID? = nil,
        limit: Int = 100
    ) async throws -> [String] {
        try await house.database.read { [worker = house.worker] tx in
            try worker.customers.list(search, account: account, after: after, limit: limit, in: tx).map(\.externalID)
        }
    }

    @Test func `a customer is found by parts of name, e-mail and ids, whatever their case and accents`() async throws {
        let house = try await TestHouse()
        let account = try await house.addAccount("usd", mode: .none, stripeAccount: nil)
        let other = try await house.addAccount("usd", mode: .none, stripeAccount: nil)
        let bea = try await add(
            "user-17", house, account, CustomerDetails(name: "Béa O'Neil", email: "Bea@Example.com"))
        _ = try await add("user-18", house, account, CustomerDetails(name: "100%_sure"))
        _ = try await add("user-17", house, other, CustomerDetails(name: "Béa"))
        for text in [
            "user-17", "USER-17", "bea", "BÉA", "o'neil", "@example", "example.COM", bea.id.text,
            String(bea.id.text.suffix(8)), "ﾒｰﾙ",
        ] {
            let found = try await find(CustomerSearch(text: text), house, account)
            #expect(found == (text == "ﾒｰﾙ" ? [] : ["user-17"]), "\(text)")
        }
        #expect(try await find(CustomerSearch(text: "user-"), house, account) == ["user-18", "user-17"])
        // The signs of LIKE stand for themselves.
        #expect(try await find(CustomerSearch(text: "%"), house, account) == ["user-18"])
        #expect(try await find(CustomerSearch(text: "%_s"), house, account) == ["user-18"])
        #expect(try await find(CustomerSearch(text: "_"), house, account).count == 2)
        #expect(try await find(CustomerSearch(text: "!"), house, account).isEmpty)
    }

    @Test func `a changed name is found and the old one is not`() async throws {
        let house = try await TestHouse()
        let account = try await house.addAccount("usd", mode: .none, stripeAccount: nil)
        _ = try await add("a", house, account, CustomerDetails(name: "Lovelace"))
        try await house.database.write { [worker = house.worker] tx in
            _ = try worker.customers.update(
                "a", CustomerDetails(name: "King"), account: account, by: .commandLine, in: tx)
        }
        #expect(try await find(CustomerSearch(text: "king"), house, account) == ["a"])
        #expect(try await find(CustomerSearch(text: "lovelace"), house, account).isEmpty)
    }

    @Test func `filters of status, plan and organization hold together, and pages are stable`() async throws {
        let house = try await TestHouse()
        let account = try await house.addAccount("usd", mode: .none, stripeAccount: nil)
        try await house.database.write { [worker = house.worker] tx in
            _ = try worker.plans.create(NewPlan(slug: "pro"), account: account, by: .commandLine, in: tx)
        }
        var ids: [Customer.ID] = []
        for number in 0..<6 {
            var details = CustomerDetails()
            if number % 2 == 0 { details.plan = .set("pro") }
            if number < 4 { details.organization = .set("Engines") }
            ids.append(try await add("c\(number)", house, account, details).id)
        }
        try await house.database.write { [worker = house.worker] tx in
            _ = try worker.customers.block("c2", reason: nil, account: account, by: .commandLine, in: tx)
        }
        #expect(try await find(CustomerSearch(plan: "pro"), house, account) == ["c4", "c2", "c0"])
        #expect(
            try await find(CustomerSearch(status: .active, plan: "pro", organization: "Engines"), house, account)
                == ["c0"])
        #expect(try await find(CustomerSearch(text: "c", status: .blocked), house, account) == ["c2"])
        let first = try await find(CustomerSearch(organization: "Engines"), house, account, limit: 2)
        #expect(first == ["c3", "c2"])
        _ = try await add("made meanwhile", house, account)
        #expect(
            try await find(CustomerSearch(organization: "Engines"), house, account, after: ids[2], limit: 2)
                == ["c1", "c0"])
        await #expect(throws: WorkerError.notFound("plan")) {
            _ = try await find(CustomerSearch(plan: "none such"), house, account)
        }
    }

    @Test func `usage under our own id is the customer's, and never makes another`() async throws {
        let house = try await TestHouse()
        let account = try await house.addAccount("usd", mode: .none, stripeAccount: nil)
        let ada = try await add("ada", house, account)
        for _ in 0..<2 { try await house.use(1_000, by: ada.id.text, of: account, id: "once") }
        let balance = try await house.database.read { [worker = house.worker] tx in
            try worker.customers.balance(of: ada, account: account, in: tx)
        }
        #expect(balance.accrued.micros == 1_000)
        guard
            case .rejected(let refused) = try await house.use(
                1, by: "bcus_00000000000000000000000000", of: account)
        else {
            Issue.record("an id that nobody has became an external id")
            return
        }
        #expect(refused.kind == .notFound)
        let named = await #expect(throws: WorkerError.self) { _ = try await add(ada.id.text, house, account) }
        #expect(named?.field == "external_id")
        #expect(try await find(CustomerSearch(), house, account) == ["ada"])
    }

    @Test(arguments: [("time_zone", "CEST"), ("plan", "none such"), ("organization", "")])
    func `settings that cannot hold are refused by name`(field: String, value: String) async throws {
        let house = try await TestHouse()
        let account = try await house.addAccount("usd", mode: .none, stripeAccount: nil)
        var details = CustomerDetails()
        switch field {
        case "time_zone": details.timeZone = .set(value)
        case "plan": details.plan = .set(value)
        default: details.organization = .set(value)
        }
        let refused = await #expect(throws: WorkerError.self) { _ = try await add("a", house, account, details) }
        #expect(refused?.field == field)
    }
}
