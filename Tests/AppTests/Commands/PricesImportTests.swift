import Foundation
import Testing

@testable import App

@Suite struct PricesImportTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func file(_ models: String...) throws -> String {
        try folder.write("{\(models.joined(separator: ","))}", to: "prices.json")
    }

    private func model(_ name: String, _ prices: String) -> String {
        #""\#(name)": {"litellm_provider": "openai", "mode": "chat", \#(prices)}"#
    }

    @Test func `a model that is dropped is named with the reason, and one that keeps its price comes first`()
        async throws
    {
        let office = try await TestOffice()
        let path = try file(
            model("gpt-5", #""input_cost_per_token": 1e-06, "cache_read_input_token_cost": 2e-06"#),
            model(
                "gpt-new",
                #""input_cost_per_token": 1e-06, "cache_creation_input_token_cost": 2e-06, "#
                    + #""cache_creation_input_token_cost_above_1hr": 1e-06"#),
            model("gpt-free", #""input_cost_per_token": 0"#), model("gpt-good", #""input_cost_per_token": 1e-06"#))
        let told = try await office.run("prices", "import", path, "--all")
        #expect(told.status == 1, "\(told.err)")
        #expect(told.out.contains("LEFT OUT") || told.out.contains("left out"))
        #expect(
            told.out.contains(
                "gpt-5: a million cached tokens cost 2, fresh ones only 1; it keeps the price that it has"))
        #expect(told.out.contains("gpt-new: a million tokens cost 1 written for an hour, for five minutes 2"))
        #expect(told.out.contains("3 left out, 0 names move"))
        let listed = try await office.run("prices", "import", path, "--json").json
        let leftOut = try #require(listed["left_out"] as? [[String: Any]])
        #expect(leftOut.compactMap { $0["model"] as? String } == ["openai/gpt-5", "openai/gpt-new", "openai/gpt-free"])
        #expect(leftOut.compactMap { $0["code"] as? String } == ["dear_cache", "cheap_hour"])
        #expect(leftOut.compactMap { $0["keeps_price"] as? Bool } == [true, false, false])
        #expect(listed["new"] as? [String] == ["openai/gpt-good"])
    }

    @Test func `models that the file does not have any more are named, and one that is left out only once`()
        async throws
    {
        let office = try await TestOffice()
        let path = try file(
            model("gpt-5", #""input_cost_per_token": 1e-06, "cache_read_input_token_cost": 2e-06"#),
            model("gpt-good", #""input_cost_per_token": 1e-06"#))
        let gone = try #require(
            try await office.run("prices", "import", path, "--json").json["gone"] as? [String])
        #expect(gone.contains("openai/gpt-5-mini") && !gone.contains("openai/gpt-5"))
        #expect(!gone.contains("openai/gpt-good"))
    }

    @Test
    func `the report shows what is planned, a long context that begins elsewhere, and what was confirmed in vain`()
        async throws
    {
        let office = try await TestOffice()
        let long = #""input_cost_per_token": 1e-06, "input_cost_per_token_above_"#
        let first = try file(
            model("gpt-long", long + #"200k_tokens": 2e-06"#), model("gpt-soon", #""input_cost_per_token": 1e-06"#))
        #expect(try await office.run("prices", "import", first, "--apply").status == 0)
        let dearer = try file(model("gpt-soon", #""input_cost_per_token": 3e-06"#))
        let later = try await office.run("prices", "import", dearer, "--from", "2100-01-01", "--apply")
        #expect(later.status == 0, "\(later.err)")
        let seller = #""vertex_ai/gpt-soon": {"litellm_provider": "vertex_ai", "mode": "chat", "#
        let second = try file(
            model("gpt-long", long + #"128k_tokens": 2e-06"#), seller + #""input_cost_per_token": 1e-06}"#,
            model("gpt-soon", #""input_cost_per_token": 2e-06"#))
        let told = try await office.run("prices", "import", second, "--all", "--confirm", "gpt-sono")
        #expect(told.status == 0, "\(told.err)")
        for line in [
            "openai/gpt-long: a long context begins above 128000 tokens, not 200000",
            "openai/gpt-soon: input_tokens 1 a million → 2 a million (100 %)",
            "openai/gpt-soon: input_tokens 2 a million → 3 a million (50 %), from 2100-01-01",
            "CONFIRMED, AND NOTHING TO CONFIRM\n  gpt-sono",
        ] { #expect(told.out.contains(line), "\(told.out)") }
        let json = try await office.run("prices", "import", second, "--json", "--confirm", "gpt-sono").json
        #expect(json["unknown_confirmations"] as? [String] == ["gpt-sono"])
        #expect((json["changed_thresholds"] as? [[String: Any]])?.count == 1)
        #expect((json["planned"] as? [[String: Any]])?.first?["from"] as? String == "2100-01-01")
    }

    @Test func `a file of which nothing can be taken in says why`() async throws {
        let office = try await TestOffice()
        let path = try file(model("gpt-5", #""input_cost_per_token": 1e-06, "cache_read_input_token_cost": 2e-06"#))
        let refused = try await office.run("prices", "import", path)
        #expect(refused.status != 0)
        #expect(refused.err.contains("none of the file's 1 models can be taken in"))
        #expect(refused.err.contains("a million cached tokens cost 2"))
        let other = try await office.run("prices", "import", try folder.write("{}", to: "other.json"))
        #expect(other.err.contains("is neither LiteLLM's"))
    }
}
