import Foundation
import Testing

@testable import App

@Suite struct PeopleCommandTests {
    @Test func `plans are made, listed, changed and archived`() async throws {
        let office = try await TestOffice()
        try await office.openShop()
        #expect(try await office.run("plans", "list").out.hasPrefix("No plans here."))
        let made = try await office.run(
            "plans", "create", "free", "--default", "--month-requests", "1000", "--requests-per-minute", "10",
            "--allowed-models", "gpt-5-mini,claude-*", "--bands", "80=notify,100=block")
        #expect(made.status == 0, "\(made.err)")
        #expect(made.out.contains("limits.month.requests"))
        let set = try await office.run("plans", "set", "free", "--requests-per-minute", "none", "--json")
        let terms = try #require(try set.json["terms"] as? [String: Any])
        let limits = try #require(terms["limits"] as? [String: Any])
        #expect(limits["requests_per_minute"] == nil)
        #expect((limits["month"] as? [String: Any])?["requests"] as? Int == 1_000)
        #expect(try await office.run("plans", "archive", "free").status != 0)
        #expect(try await office.run("plans", "set", "free", "--no-default").status == 0)
        #expect(try await office.run("plans", "archive", "free").status == 0)
        #expect(try await office.run("plans", "list", "--archived").out.contains("free"))
        #expect(try await office.run("plans", "restore", "free").status == 0)
        #expect(try await office.run("plans", "show", "free").status == 0)
        let wrong = try await office.run("plans", "create", "x", "--overage", "shout")
        #expect(wrong.status != 0)
        #expect(wrong.err.contains("terms.overage"))
    }

    @Test func `a wallet that would fill itself says that it waits for a card`() async throws {
        let office = try await TestOffice()
        try await office.openShop()
        try await office.run("customers", "create", "ada")
        let set = ["ada", "--below", "5.00", "--amount", "20.00"]
        #expect(try await office.run("customers", "auto-top-up", set).out.contains(/waits for +a saved card/))
        #expect(
            try await office.run("customers", "auto-top-up", ["ada", "--json"]).json["needs_card"] as? Bool == true)
        try await office.customer("bob")
        let bobs = try await office.run("customers", "auto-top-up", ["bob", "--below", "5.00", "--amount", "20.00"])
        #expect(bobs.status == 0 && !bobs.out.contains("waits for"), "\(bobs)")
    }

    @Test func `customers get settings, are searched, blocked, unblocked and exported`() async throws {
        let office = try await TestOffice()
        try await office.openShop()
        try await office.run("plans", "create", "pro")
        let made = try await office.run(
            "customers", "create", "user-17", "--name", "Béa", "--plan", "pro", "--time-zone", "Asia/Tokyo",
            "--organization", "Engines", "--prepaid", "true")
        #expect(made.status == 0, "\(made.err)")
        try await office.use(1_000, by: "user-17")
        let listed = try await office.run("customers", "list", "--search", "bea", "--plan", "pro")
        #expect(listed.out.contains("user-17") && listed.out.contains("pro"))
        #expect(try await office.run("customers", "list", "--search", "nobody").out.hasPrefix("No such customers."))
        #expect(try await office.run("customers", "list", "--status", "gone").status != 0)
        #expect(try await office.run("customers", "block", "user-17", "--reason", "chargeback").status == 0)
        #expect(try await office.run("customers", "show", "user-17").out.contains("blocked (chargeback)"))
        let used = try await office.run(
            "usage", "record", "--id", "2", "--customer", "user-17", "--cost-micros", "1")
        #expect(used.status != 0)
        #expect(used.out.contains("blocked"))
        #expect(try await office.run("customers", "unblock", "user-17").status == 0)
        let customers = try await office.run("customers", "export")
        #expect(customers.out.contains("user-17,Béa,"))
        let usage = try await office.run("usage", "export", "--format", "ndjson")
        #expect(usage.out.split(separator: "\n").count == 1)
        let cleared = try await office.run("customers", "update", "user-17", "--plan", "none", "--json")
        #expect(try cleared.json["plan"] is NSNull)
    }

    @Test func `organizations are listed and shown`() async throws {
        let office = try await TestOffice()
        try await office.openShop()
        #expect(try await office.run("organizations", "list").out.hasPrefix("No organizations yet."))
        try await office.run("customers", "create", "a", "--organization", "Engines")
        #expect(try await office.run("organizations", "list").out.contains("Engines"))
        let shown = try await office.run("organizations", "show", "Engines", "--json")
        #expect(try shown.json["customers"] as? Int == 1)
        #expect(try await office.run("organizations", "show", "Looms").status != 0)
    }
}
