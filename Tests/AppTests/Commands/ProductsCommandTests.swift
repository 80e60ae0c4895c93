import Foundation
import Testing

@testable import App

/// Meters and products, by command.
struct ProductsCommandTests {
    private func shop() async throws -> TestOffice {
        let office = try await TestOffice()
        try await office.openShop()
        let made = try await office.run("meters", "create", "pages", "--aggregation", "sum", "--field", "pages")
        #expect(made.status == 0, "\(made.err)")
        #expect(made.out.contains(/counts +sum of pages/))
        return office
    }

    @Test func `a product of one metric is made with flags, used, explained and corrected`() async throws {
        let office = try await shop()
        let made = try await office.run(
            "products", "create", "reader", "--meter", "pages", "--band", "first=10:0.02", "--band",
            "rest=*:0.01:500000")
        #expect(made.status == 0, "\(made.err)")
        #expect(made.out.contains(/first +up to 10, 0\.02 each/))
        #expect(made.out.contains("without end, 0.01 each, 500000 micros on entering"))
        let used = try await office.run(
            "usage", "record", "--id", "1", "--customer", "ada", "--product", "reader", "--quantity", "pages=12")
        #expect(used.status == 0, "\(used.err)")
        let events = try await office.run("usage", "list", "ada", "--json").json["data"] as? [[String: Any]]
        #expect(events?.first?["price_micros"] as? Int == 720_000)
        let id = try #require(events?.first?["usage_event"] as? String)
        let explained = try await office.run("explain", id)
        #expect(explained.out.contains("pages went from 0 to 12 (graduated):"), "\(explained.out)")
        #expect(explained.out.contains("after: rest: 2 × 0.01 + 500000 = 520000 micros of USD"))
        let stretch = ["--from", "2020-01-01", "--to", "2029-01-01"]
        let read = try await office.run(["meters", "readings", "pages"] + stretch + ["--group-by", "customer"])
        #expect(read.out.contains(/ada +12 +1/), "\(read.out)\(read.err)")
        #expect(try await office.run("usage", "correct", id, "--reason", "twice").status == 0)
        let left = try await office.run(["meters", "readings", "pages"] + stretch + ["--json"])
        #expect(left.out.contains(#""value":0,"events":0"#), "\(left.out)")
        #expect(try await office.run("audit", "list", "--object", "usage_event").out.contains("corrected"))
    }

    @Test func `a product of several metrics comes from a file, in credits that the account has set`() async throws {
        let office = try await shop()
        #expect(try await office.run("meters", "create", "calls", "--aggregation", "count").status == 0)
        let folder = try TemporaryFolder()
        let file = folder.path(of: "studio.json")
        let metrics = #"""
            [{"meter": "pages", "mode": "volume", "bands": [{"name": "all", "unit_rate": "0.5"}]},
             {"meter": "calls", "unit": "credits", "mode": "volume", "bands": [{"name": "all", "unit_rate": 2}]}]
            """#
        try metrics.write(toFile: file, atomically: true, encoding: .utf8)
        let made = try await office.run("products", "create", "studio", "--metrics", file)
        #expect(made.status == 0, "\(made.err)")
        let set = try await office.run("accounts", "set", "Shop", "--credit-value", "2020-01-01=10000")
        #expect(set.status == 0, "\(set.err)")
        let event = ["usage", "record", "--id", "1", "--customer", "ada", "--product", "studio"]
        #expect(try await office.run(event + ["--quantity", "pages=3"]).status == 0)
        let events = try await office.run("usage", "list", "ada", "--json").json["data"] as? [[String: Any]]
        #expect(events?.first?["price_micros"] as? Int == 1_520_000)
        #expect(try await office.run("accounts", "set", "Shop", "--credit-value", "none").status == 0)
        let refused = try await office.run(
            "usage", "record", "--id", "2", "--customer", "ada", "--product", "studio", "--quantity", "pages=3")
        #expect(refused.status == 1 && (refused.out + refused.err).contains("credit_values"), "\(refused)")
    }

    @Test func `a check of quotas is rated by the product that it names`() async throws {
        let office = try await shop()
        #expect(
            try await office.run("products", "create", "reader", "--meter", "pages", "--band", "all=*:0.5").status == 0)
        let line = ["quota", "check", "ada", "--product", "reader", "--quantity", "pages=3", "--metadata", "a=b"]
        let check = try await office.run(line + ["--json"])
        #expect(check.status == 0 && check.out.contains("1500000"), "\(check)")
        let wrong = try await office.run("quota", "check", "ada", "--product", "raeder", "--quantity", "pages=3")
        #expect(wrong.status != 0 && wrong.err.contains("sells no product raeder"), "\(wrong)")
    }

    @Test func `empty lists say what to do, and full ones how to go on`() async throws {
        let office = try await TestOffice()
        try await office.openShop()
        #expect(try await office.run("meters", "list").out.contains("bursar meters create SLUG"))
        #expect(try await office.run("products", "list").out.contains("bursar products create SLUG"))
        for slug in ["a", "b", "c"] {
            #expect(try await office.run("meters", "create", slug, "--aggregation", "count").status == 0)
            let made = try await office.run("products", "create", slug, "--meter", slug, "--band", "all=*:1")
            #expect(made.status == 0, "\(made.err)")
        }
        for thing in ["meters", "products"] {
            let first = try await office.run(thing, "list", "--limit", "2")
            let next = try #require(first.err.firstMatch(of: /--after (\w+)/)).output.1
            let second = try await office.run(thing, "list", "--limit", "2", "--after", String(next), "--json")
            #expect(try (second.json["data"] as? [[String: Any]])?.count == 1)
        }
        #expect(try await office.run("products", "archive", "a").out.contains("archived"))
        #expect(try await office.run("meters", "archive", "a").out.contains("counts no more"))
        #expect(try await office.run("products", "restore", "a").err.contains("no meter a that counts"))
        #expect(try await office.run("meters", "restore", "a").status == 0)
        #expect(try await office.run("products", "restore", "a").out.contains("sold again"))
    }

    @Test func `what cannot be is refused, and says how to write it`() async throws {
        let office = try await shop()
        for (line, hint) in [
            (["meters", "create", "x", "--aggregation", "median"], "unique_count"),
            (["meters", "create", "x", "--aggregation", "sum"], "field"),
            (["meters", "create", "x", "--aggregation", "count", "--filter", "model"], "key=value"),
            (["products", "create", "x"], "--band"), (["products", "create", "x", "--meter", "pages"], "--band"),
            (["products", "create", "x", "--meter", "pages", "--band", "all"], "first=1000:0.02"),
            (["products", "create", "x", "--meter", "nope", "--band", "all=*:1"], "no meter nope"),
            (["products", "create", "x", "--meter", "pages", "--band", "all=5:1"], "metrics.0.bands"),
            (["products", "create", "x", "--metrics", "/nowhere/x.json"], "cannot be read"),
            (["meters", "readings", "pages", "--from", "2026-11-01", "--to", "2026-11-01"], "later than from"),
            (["meters", "readings", "x", "--from", "2026-11-01", "--to", "2026-12-01"], "meter"),
        ] {
            let refused = try await office.run(line)
            #expect(refused.status != 0 && refused.err.contains(hint), "\(line) \(refused)")
        }
    }
}
