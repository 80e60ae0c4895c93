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

    @Test func `the log is exported as lines and as JSON`() async throws {
        let office = try await TestOffice()
        try await office.openShop()
        let csv = try await office.run("audit", "export")
        #expect(csv.out.hasPrefix("id,at,account,actor"))
        #expect(csv.out.contains(",currency,,usd\r\n"))
        let json = try await office.run("audit", "export", "--json")
        #expect(try (JSONSerialization.jsonObject(with: Data(json.out.utf8)) as? [Any])?.count == 1)
        #expect(try await office.run("audit", "export", "--format", "xml").status != 0)
    }

    @Test func `an account's terms are set by flags and by a file, and shown`() async throws {
        let office = try await TestOffice()
        try await office.openShop()
        let file = FileManager.default.temporaryDirectory.appending(path: "terms-\(UInt64.random(in: 0 ... .max)).json")
        try Data(#"{"hold_seconds": 60, "time_zone": "Europe/Berlin"}"#.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let set = try await office.run(
            "accounts", "set", "Shop", "--terms", file.path, "--time-zone", "Asia/Tokyo", "--model-markup", "gpt-5=25")
        #expect(set.status == 0, "\(set.err)")
        #expect(set.out.contains("Asia/Tokyo"))
        #expect(set.out.contains("markups.models.gpt-5"))
        let cleared = try await office.run("accounts", "set", "Shop", "--time-zone", "none", "--json")
        let terms = try #require(try cleared.json["terms"] as? [String: Any])
        #expect(terms["time_zone"] == nil)
        #expect(terms["hold_seconds"] as? Int == 60)
        let wrong = try await office.run("accounts", "set", "Shop", "--hold-seconds", "0")
        #expect(wrong.status != 0)
        #expect(wrong.err.contains("hold_seconds"))
    }
}
