import Foundation
import Testing

@testable import App

@Suite struct AuditCommandTests {
    @Test func `the log says who did what, and filters by thing`() async throws {
        let office = try await TestOffice()
        let none = try await office.run("audit", "list")
        #expect(none.status == 0)
        #expect(none.out.hasPrefix("No such changes."))
        try await office.openShop()
        try await office.run("accounts", "update", "Shop", "--markup-percent", "20")
        let table = try await office.run("audit", "list", "--account", "Shop")
        #expect(table.out.contains("markup_percent: 0 → 20"))
        #expect(table.out.contains("command_line"))
        let page = try await office.run("audit", "list", "--object", "account", "--limit", "1", "--json")
        let entries = try #require(try page.json["data"] as? [[String: Any]])
        #expect(entries.count == 1)
        #expect(try page.json["has_more"] as? Bool == true)
        let last = try #require(entries.first?["id"] as? String)
        let next = try await office.run("audit", "list", "--after", last, "--json")
        #expect((try next.json["data"] as? [Any])?.count == 1)
        #expect(try await office.run("audit", "list", "--from", "yesterday").status != 0)
        #expect(try await office.run("audit", "list", "--account", "Nobody").status != 0)
    }
}
