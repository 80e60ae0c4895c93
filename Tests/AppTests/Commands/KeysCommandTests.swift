import Testing

@testable import App

/// Keys with bounds, by command.
struct KeysCommandTests {
    @Test func `a customer's key is made with a cap, and its secret shown once`() async throws {
        let office = try await TestOffice()
        try await office.openShop()
        try await office.run("customers", "create", "ada")
        let made = try await office.run(
            "keys", "create", "laptop", "--customer", "ada", "--max-spend", "20.50", "--model", "gpt-5*", "--model",
            "o4", "--expires", "2100-01-01T00:00:00Z")
        #expect(made.status == 0, "\(made.err)")
        let secret = try #require(made.out.firstMatch(of: /bursar_[\w-]{43}/)).output
        let id = try #require(made.out.firstMatch(of: /bkey_\w{26}/)).output
        let shown = try await office.run("keys", "show", String(id))
        #expect(shown.out.contains(/cap +20\.50 USD/))
        #expect(shown.out.contains(/models +gpt-5\*, o4/))
        #expect(shown.out.contains(/expires +2100-01-01/))
        #expect(!shown.out.contains(secret))
        let json = try await office.run("keys", "show", String(id), "--json").json
        #expect(json["max_spend"] as? Int == 20_500_000)
        let list = try await office.run("keys", "list", "--customer", "ada")
        #expect(list.out.contains(id))
        #expect(!list.out.contains(secret))
    }

    @Test func `an empty list says how to make a key, and a full one how to go on`() async throws {
        let office = try await TestOffice()
        try await office.openShop()
        #expect(try await office.run("keys", "list").out.contains("bursar keys create NAME"))
        for name in ["a", "b", "c"] { try await office.run("keys", "create", name) }
        let first = try await office.run("keys", "list", "--limit", "2")
        let next = try #require(first.err.firstMatch(of: /--after (bkey_\w+)/)).output.1
        let second = try await office.run("keys", "list", "--limit", "2", "--after", String(next), "--json")
        #expect(try (second.json["data"] as? [[String: Any]])?.map { $0["name"] as? String } == ["a"])
    }

    @Test func `a key is changed, rotated and revoked`() async throws {
        let office = try await TestOffice()
        try await office.openShop()
        let id = try await office.run("keys", "create", "a", "--max-spend", "5", "--json").text("id")
        let changed = try await office.run("keys", "change", id, "--max-spend", "none", "--model", "m", "--json")
        #expect(changed.status == 0, "\(changed.err)")
        #expect(try changed.json["max_spend"] is Int == false)
        #expect(try changed.json["allowed_models"] as? [String] == ["m"])
        #expect(try await office.run("keys", "change", id, "--model", "all", "--name", "b").out.contains(/name +b/))
        let rotated = try await office.run("keys", "rotate", id, "--overlap", "0", "--json")
        #expect(try rotated.text("replaces") == id)
        let again = try await office.run("keys", "rotate", id)
        #expect(again.status == 65)
        #expect(again.err.contains("make a new one"))
        let revoked = try await office.run("keys", "revoke", try rotated.text("id"))
        #expect(revoked.out.contains("opens nothing any more"))
        #expect(try await office.run("keys", "list").out.contains("revoked"))
    }

    @Test func `what was spent with a key is shown, of how much`() async throws {
        let office = try await TestOffice()
        try await office.openShop()
        let id = try await office.run("keys", "create", "a", "--max-spend", "20.00", "--json").text("id")
        let empty = try await office.run("keys", "usage", id)
        #expect(empty.out.contains("Nothing was used with it yet."))
        #expect(empty.out.contains(/remaining +20\.00 USD/))
        let folder = try TemporaryFolder()
        let line = #"{"id": "1", "customer": "ada", "cost_micros": 5000000, "model": "m", "key": "\#(id)"}"#
        let file = try folder.write(line, to: "one.ndjson")
        #expect(try await office.run("usage", "record", "--file", file).status == 0)
        let used = try await office.run("keys", "usage", id)
        #expect(used.out.contains(/spent +5\.00 USD, 25 % of the cap/), "\(used.out)")
        #expect(used.out.contains(/m +1 +0 +5\.00 USD/), "\(used.out)")
        #expect(try await office.run("keys", "usage", id, "--json").json["remaining_micros"] as? Int == 15_000_000)
    }

    @Test func `what cannot be is said before anything is made`() async throws {
        let office = try await TestOffice()
        try await office.openShop()
        #expect(try await office.run("keys", "create", "a", "--max-spend", "1,5").status == 64)
        #expect(try await office.run("keys", "create", "a", "--expires", "soon").status == 64)
        #expect(try await office.run("keys", "create", "a", "--model", "all", "--model", "m").status == 64)
        #expect(try await office.run("keys", "create", "a", "--customer", "nobody").status == 65)
        #expect(try await office.run("keys", "show", "nonsense").err.contains("bursar keys list"))
        #expect(try await office.run("keys", "list").out.contains("No keys yet"))
    }
}
