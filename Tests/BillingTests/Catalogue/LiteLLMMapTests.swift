import Billing
import Foundation
import Ledger
import Testing

@Suite struct LiteLLMMapTests {
    /// In the shape of LiteLLM's file, with its faults.
    private let text = #"""
        {"sample_spec": {"litellm_provider": "one of …", "input_cost_per_token": 0.0, "mode": "one of: chat"},
        "gpt-x": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 3e-06,
          "output_cost_per_token": 1.5e-05, "cache_read_input_token_cost": 7.5e-08, "max_tokens": 4096,
          "output_cost_per_reasoning_token": 2e-05, "input_cost_per_token_batches": 1.5e-06,
          "input_cost_per_token_above_200k_tokens": 6e-06, "cache_read_input_token_cost_above_200k_tokens": 1.5e-07,
          "search_context_cost_per_query": {"search_context_size_low": 0.03}},
        "azure/gpt-x": {"litellm_provider": "azure", "mode": "chat", "input_cost_per_token": 4e-06},
        "azure/eu/gpt-x": {"litellm_provider": "azure", "mode": "chat", "input_cost_per_token": 5e-06},
        "claude-x": {"litellm_provider": "anthropic", "mode": "chat", "input_cost_per_token": 1.6000000000000001e-06,
          "cache_creation_input_token_cost": 2e-06, "cache_creation_input_token_cost_above_1hr": 3.2e-06,
          "cache_creation_input_token_cost_above_1hr_above_200k_tokens": 6.4e-06},
        "us.claude-x": {"litellm_provider": "bedrock_converse", "mode": "chat", "input_cost_per_token": 1e-06},
        "vertex_ai/gem": {"litellm_provider": "vertex_ai-language-models", "mode": "chat",
          "input_cost_per_token": 1e-06, "output_cost_per_audio_token": 1e-05},
        "gem": {"litellm_provider": "vertex_ai", "mode": "chat", "input_cost_per_token": 2e-06},
        "hear": {"litellm_provider": "openai", "mode": "audio_transcription", "input_cost_per_second": 0.0001,
          "output_cost_per_second": 0.00005},
        "film": {"litellm_provider": "openai", "mode": "video_generation", "output_cost_per_second": 0.1},
        "draw": {"litellm_provider": "openai", "mode": "image_generation", "input_cost_per_image": 0.04},
        "see": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_image": 0.001},
        "free": {"litellm_provider": "ollama", "mode": "chat", "input_cost_per_token": 0.0},
        "below": {"litellm_provider": "x", "mode": "chat", "input_cost_per_token": -1e-06},
        "bands": {"litellm_provider": "x", "mode": "chat", "tiered_pricing": [{"input_cost_per_token": 1e-06}]},
        "steps": {"litellm_provider": "x", "mode": "chat", "input_cost_per_token": 1e-06,
          "input_cost_per_token_above_128k_tokens": 2e-06, "input_cost_per_token_above_256k_tokens": 3e-06},
        "dear-cache": {"litellm_provider": "x", "mode": "chat", "input_cost_per_token": 1e-06,
          "cache_read_input_token_cost": 1e-05},
        "nobody": {"mode": "chat", "input_cost_per_token": 1e-06}}
        """#

    private func map(_ choice: LiteLLMMap.Choice = .all) throws -> LiteLLMMap {
        try LiteLLMMap(Data(text.utf8), version: "litellm-1", source: "a test", choice: choice)
    }

    private func price(_ name: String) throws -> CataloguePrice {
        try map().catalogue.price(provider: nil, model: name, at: Instant(millisecondsSince1970: 0))
    }

    @Test func `prices are taken over exactly, each kind of token by its own`() throws {
        let gpt = try price("gpt-x")
        #expect(gpt.provider == "openai" && gpt.version == "litellm-1")
        let expected = [("input", "3"), ("output", "15"), ("cache_read", "0.075"), ("reasoning", "20")]
        for (unit, perMillion) in expected {
            #expect(try gpt.prices[UsageUnit("\(unit)_tokens")]?.perMillion == perMillion)
        }
        #expect(gpt.prices.units.count == 4)
        #expect(try gpt.longContext?.above == Quantity("200000"))
        #expect(gpt.longContext?.prices[.inputTokens]?.perMillion == "6")
        #expect(gpt.longContext?.prices[.cacheReadTokens]?.perMillion == "0.15")
        let claude = try price("claude-x")
        #expect(claude.prices[.inputTokens]?.perMillion == "1.6")
        #expect(claude.prices[.cacheWrite5mTokens]?.perMillion == "2")
        #expect(claude.prices[.cacheWrite1hTokens]?.perMillion == "3.2")
        #expect(claude.longContext?.prices[.cacheWrite1hTokens]?.perMillion == "6.4")
    }

    @Test func `seconds, images and other units go by what the model does`() throws {
        #expect(try price("hear").prices[.audioSeconds]?.description == "0.0001")
        #expect(try price("film").prices[.videoSeconds]?.description == "0.1")
        #expect(try price("draw").prices[.images]?.description == "0.04")
    }

    @Test func `a bare name means the one that the map calls by it, and the others are named with their provider`()
        throws
    {
        #expect(try price("azure/gpt-x").prices[.inputTokens]?.perMillion == "4")
        #expect(try price("gpt-x").aliases == ["gpt-x"])
        #expect(try price("us.claude-x").provider == "bedrock")
        #expect(try map().catalogue.findings() == [])
    }

    @Test func `a bare name that the map calls nobody by means the one that made the model, but no full name does`()
        throws
    {
        func entry(_ name: String, _ provider: String) -> String {
            #""\#(name)": {"litellm_provider": "\#(provider)", "mode": "chat", "input_cost_per_token": 1e-06}"#
        }
        let text = [
            entry("mistral/mistral-large", "mistral"), entry("azure/mistral-large", "azure"),
            entry("azure/llama", "azure"), entry("groq/llama", "groq"), entry("sonar/sonar/x", "sonar"),
            entry("router/sonar/x", "router"), entry("sonar/x", "sonar"),
        ].joined(separator: ",")
        let map = try LiteLLMMap(Data("{\(text)}".utf8), version: "1", source: "a test")
        let day = CivilDate(daysSince1970: 0)
        #expect(map.catalogue.meaning(of: "mistral-large", on: day) == .model("mistral/mistral-large"))
        #expect(map.catalogue.meaning(of: "llama", on: day) == .several(["azure/llama", "groq/llama"]))
        #expect(map.catalogue.meaning(of: "sonar/x", on: day) == .model("sonar/x"))
        #expect(map.catalogue.findings() == [])
    }

    @Test func `what cannot be priced safely is left out, and said`() throws {
        let map = try map()
        let reasons = Dictionary(uniqueKeysWithValues: map.leftOut.map { ($0.name, $0.reason) })
        #expect(
            Set(reasons.keys) == ["free", "below", "bands", "steps", "dear-cache", "nobody", "vertex_ai/gem", "see"])
        #expect(reasons["below"] == "input_cost_per_token is -0.000001, below zero")
        #expect(reasons["dear-cache"] == "a million cached tokens cost 10, fresh ones only 1")
        #expect(reasons["vertex_ai/gem"]?.contains("twice") == true)
        #expect(map.unusedPrices == ["input_cost_per_token_batches": 1])
    }

    @Test func `only what was chosen is taken`() throws {
        let map = try map(.init(providers: ["openai", "azure", "bedrock"], modes: ["chat"], regions: false))
        #expect(map.catalogue.prices.map(\.fullName) == ["azure/gpt-x", "openai/gpt-x"])
        #expect(map.leftOut.map(\.name) == ["nobody", "see"])
        #expect(map.notChosen == 13)
    }

    @Test func `prices hold from the day that is said`() throws {
        let day = try #require(CivilDate("2026-11-24"))
        let map = try LiteLLMMap(Data(text.utf8), version: "2", source: "a test", from: day)
        #expect(map.catalogue.prices.allSatisfy { $0.from == day })
    }

    @Test(arguments: ["", "[]", "{\"a\": 1}", "<html>"])
    func `what is no map is refused`(text: String) {
        #expect(throws: DecodingError.self) { try LiteLLMMap(Data(text.utf8), version: "1", source: "a test") }
    }
}
