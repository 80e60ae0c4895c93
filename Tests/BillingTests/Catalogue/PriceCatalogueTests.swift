import Billing
import Foundation
import Ledger
import Testing

@Suite struct PriceCatalogueTests {
    private func price(
        _ provider: String, _ model: String, _ input: String, aliases: [String] = [], from: String? = nil,
        cached: String? = nil, brief: String? = nil, hour: String? = nil, version: String = "v1"
    ) throws -> CataloguePrice {
        var prices = UnitPrices([.inputTokens: try UnitPrice(perMillion: input)])
        prices[.cacheReadTokens] = try cached.map { try UnitPrice(perMillion: $0) }
        prices[.cacheWrite5mTokens] = try brief.map { try UnitPrice(perMillion: $0) }
        prices[.cacheWrite1hTokens] = try hour.map { try UnitPrice(perMillion: $0) }
        let day = try from.map { try #require(CivilDate($0)) }
        return CataloguePrice(
            provider: provider, model: model, aliases: aliases, from: day ?? CataloguePrice.always, prices: prices,
            version: version, source: "a test")
    }

    private func catalogue(_ prices: CataloguePrice..., version: String = "v1") -> PriceCatalogue {
        PriceCatalogue(version: version, source: "a test", prices: prices)
    }

    private func found(
        _ catalogue: PriceCatalogue, _ provider: String?, _ model: String, on day: String = "2026-06-01"
    ) throws -> String {
        let instant = Instant(startOf: try #require(CivilDate(day)))
        do throws(BillingError) {
            let price = try catalogue.price(provider: provider, model: model, at: instant)
            return "\(price.fullName) \(price.prices[.inputTokens]?.perMillion ?? "") \(price.version)"
        } catch {
            return error.code
        }
    }

    @Test func `a model is found by its name, its alias and its full name, with or without the provider`() throws {
        let catalogue = catalogue(
            try price("openai", "gpt", "1", aliases: ["gpt", "gpt-2026"]), try price("azure", "gpt", "2"),
            try price("azure", "eu/gpt", "3"), try price("x", "shared", "4"), try price("y", "shared", "5"))
        #expect(try found(catalogue, nil, "gpt") == "openai/gpt 1 v1")
        #expect(try found(catalogue, nil, "gpt-2026") == "openai/gpt 1 v1")
        #expect(try found(catalogue, nil, "azure/gpt") == "azure/gpt 2 v1")
        #expect(try found(catalogue, "azure", "gpt") == "azure/gpt 2 v1")
        #expect(try found(catalogue, "azure", "azure/gpt") == "azure/gpt 2 v1")
        #expect(try found(catalogue, "azure", "eu/gpt") == "azure/eu/gpt 3 v1")
        #expect(try found(catalogue, nil, "eu/gpt") == "azure/eu/gpt 3 v1")
        #expect(try found(catalogue, "y", "shared") == "y/shared 5 v1")
        #expect(try found(catalogue, nil, "shared") == "ambiguous_model")
        #expect(try found(catalogue, "azure", "gpt-2026") == "unknown_model")
        #expect(try found(catalogue, nil, "") == "unknown_model")
    }

    @Test func `the price of the day holds, until the day before the next`() throws {
        let catalogue = catalogue(
            try price("p", "m", "2", from: "2026-03-01"), try price("p", "m", "1", from: "2026-01-01"))
        #expect(try found(catalogue, nil, "m", on: "2025-12-31") == "unknown_model")
        #expect(try found(catalogue, nil, "m", on: "2026-02-28") == "p/m 1 v1")
        #expect(try found(catalogue, nil, "m", on: "2026-03-01") == "p/m 2 v1")
    }

    @Test func `an account's own prices go before the public ones, from their day on`() throws {
        let catalogue = catalogue(try price("p", "m", "1"), try price("q", "n", "1")).overridden(by: [
            try price("p", "m", "9", from: "2026-03-01", version: "own"), try price("p", "own", "7", version: "own"),
        ])
        #expect(try found(catalogue, nil, "m", on: "2026-02-28") == "p/m 1 v1")
        #expect(try found(catalogue, nil, "m", on: "2026-03-01") == "p/m 9 own")
        #expect(try found(catalogue, "p", "own") == "p/own 7 own")
        #expect(try found(catalogue, nil, "n") == "q/n 1 v1")
    }

    @Test func `a newer catalogue holds from its day, and takes no model and no old price away`() throws {
        let older = catalogue(try price("p", "m", "1"), try price("p", "gone", "5"))
        let newer = catalogue(try price("p", "m", "2", from: "2026-05-01", version: "v2"), version: "v2")
        let both = older.followed(by: newer)
        #expect(both.version == "v2" && both.prices.count == 3)
        #expect(try found(both, nil, "m", on: "2026-04-30") == "p/m 1 v1")
        #expect(try found(both, nil, "m", on: "2026-05-01") == "p/m 2 v2")
        #expect(try found(both, nil, "gone") == "p/gone 5 v1")
        let again = both.followed(by: catalogue(try price("p", "m", "3", from: "2026-05-01", version: "v3")))
        #expect(again.prices.count == 3)
        #expect(try found(again, nil, "m") == "p/m 3 v3")
    }

    @Test func `each fault of a catalogue is found, with a sentence that names the model and the figures`() throws {
        let faulty = catalogue(
            try price("p", "twice", "1", from: "2026-01-01"), try price("p", "twice", "2", from: "2026-01-01"),
            CataloguePrice(provider: "p", model: "empty", prices: .none, version: "v1", source: "a test"),
            try price("p", "cache", "1", cached: "1.5"), try price("p", "hour", "1", brief: "2", hour: "1.9"),
            try price("p", "a", "1", aliases: ["name"]), try price("q", "b", "1", aliases: ["name"]),
            try price("p", "jump", "1", from: "2026-01-01"), try price("p", "jump", "10", from: "2026-02-01"))
        let findings = faulty.findings()
        #expect(
            Set(findings.map(\.kind)) == Set(CatalogueFinding.Kind.allCases).subtracting([.otherModel, .lostPrice]))
        #expect(findings.count == 6)
        #expect(
            findings.first { $0.kind == .dearCache }?.description
                == "p/cache: a million cached tokens cost 1.5, fresh ones only 1")
        #expect(findings.first { $0.kind == .sharedName }?.detail.contains("p/a and q/b") == true)
        #expect(faulty.findings(confirmed: ["p/jump"]).count == 5)
        let sound = catalogue(
            try price("p", "m", "1", from: "2026-01-01", cached: "1", brief: "2", hour: "2"),
            try price("p", "m", "9.9", from: "2026-01-02"))
        #expect(sound.findings() == [])
    }

    @Test func `a long context is looked at like the usual prices`() throws {
        let usual = try price("p", "m", "2", cached: "1")
        let long = CataloguePrice.LongContext(
            above: try Quantity("100"), prices: UnitPrices([.cacheReadTokens: try UnitPrice(perMillion: "3")]))
        let price = CataloguePrice(
            provider: "p", model: "m", prices: usual.prices, longContext: long, version: "v1", source: "a test")
        #expect(price.findings.map(\.kind) == [.dearCache])
    }

    /// Requests up to 100 tokens by `usual`, longer ones by `long`, each the price of a fresh token.
    private func price(_ usual: String, long: String?, above: String = "100", cached: String? = nil) throws
        -> CataloguePrice
    {
        let price = try price("p", "m", usual, cached: cached)
        let longContext = try long.map {
            CataloguePrice.LongContext(
                above: try Quantity(above), prices: UnitPrices([.inputTokens: try UnitPrice(perMillion: $0)]))
        }
        return CataloguePrice(
            provider: "p", model: "m", prices: price.prices, longContext: longContext, version: "v1", source: "a test")
    }

    @Test func `a jump is one of what a request costs: in a long context, by a substitute, or between two lengths`()
        throws
    {
        func jumps(_ before: CataloguePrice, _ after: CataloguePrice) -> [String] {
            CatalogueFinding.jumps(from: before, to: after).map(\.detail)
        }
        let long = jumps(try price("1", long: "2"), try price("1", long: "20"))
        #expect(long.first?.hasPrefix("input_tokens of a long context goes from 2 USD a million to 20") == true)
        #expect(jumps(try price("1", long: nil), try price("1", long: "10")).count == 1)
        #expect(jumps(try price("1", long: "10"), try price("1", long: nil)).count == 1)
        // What is read from the cache costs what is fresh where it has no price of its own.
        let cached = jumps(try price("1", long: nil, cached: "0.1"), try price("1", long: nil))
        #expect(cached.first?.hasPrefix("cache_read_tokens goes from 0.1") == true)
        #expect(jumps(try price("1", long: "5", above: "200"), try price("2", long: "10", above: "100")).count == 1)
        #expect(jumps(try price("1", long: "5", above: "200"), try price("1", long: "9", above: "100")) == [])
        #expect(jumps(try price("1", long: "2", cached: "0.5"), try price("9", long: "19", cached: "4")) == [])
    }

    @Test(arguments: [("10", true), ("9.99", false), ("0.1", true), ("0.11", false), ("1", false)])
    func `a price that jumps tenfold against the catalogue before is found, up and down`(price: String, isFound: Bool)
        throws
    {
        let (older, newer) = (catalogue(try self.price("p", "m", "1")), catalogue(try self.price("p", "m", price)))
        #expect(newer.findings(after: older).contains { $0.kind == .jump } == isFound)
        #expect(newer.findings(after: older, confirmed: ["p/m"]) == [])
    }

    @Test func `two catalogues differ by what is new, gone, dearer and cheaper`() throws {
        let older = catalogue(
            try price("p", "same", "1"), try price("p", "up", "2"), try price("p", "down", "3", cached: "1"),
            try price("p", "gone", "1"))
        let newer = catalogue(
            try price("p", "same", "1"), try price("p", "up", "2.5"), try price("p", "down", "2", cached: "1.5"),
            try price("p", "new", "1"))
        let day = CivilDate(daysSince1970: 20_000)
        let difference = CatalogueDifference(from: older, to: newer, on: day)
        #expect(difference.new.map(\.model) == ["new"] && difference.gone.map(\.model) == ["gone"])
        #expect(difference.unchanged == 1 && !difference.isEmpty)
        #expect(difference.dearer.map(\.model) == ["p/down", "p/up"])
        #expect(difference.dearer.map(\.percent?.partsPerMillion) == [500_000, 250_000])
        #expect(difference.cheaper.map(\.unit) == [.inputTokens])
        #expect(difference.cheaper.map(\.percent?.partsPerMillion) == [-333_333])
        #expect(CatalogueDifference(from: older, to: older, on: day).isEmpty)
    }
}

@Suite struct CatalogueFileTests {
    @Test func `the catalogue that is compiled in is sound, and knows the models that apps use`() throws {
        let standard = PriceCatalogue.standard
        #expect(standard.findings().map(\.description) == [])
        #expect(standard.version.hasPrefix("litellm-") && standard.source.contains("PyPI"))
        #expect(standard.prices.count > 300)
        let now = Instant(secondsSince1970: 1_790_000_000)
        let known = [
            ("gpt-5", "openai"), ("claude-sonnet-4-5", "anthropic"), ("gemini-2.5-pro", "gemini"),
            ("azure/gpt-4o", "azure"), ("mistral-large-latest", "mistral"), ("deepseek-chat", "deepseek"),
        ]
        for (model, provider) in known {
            let price = try standard.price(provider: nil, model: model, at: now)
            #expect(price.provider == provider && price.prices[.inputTokens] != nil, "\(model)")
        }
        let gpt = try standard.price(provider: "openai", model: "gpt-4o", at: now)
        #expect(gpt.prices[.inputTokens]?.perMillion == "2.5" && gpt.prices[.outputTokens]?.perMillion == "10")
        let long = try standard.price(provider: "gemini", model: "gemini-2.5-pro", at: now).longContext
        #expect(try long?.above == Quantity("200000"))
    }

    @Test func `every name of the catalogue that is compiled in means one model`() {
        let standard = PriceCatalogue.standard
        let day = CivilDate(daysSince1970: 20_000)
        let unclear = standard.names.filter { standard.meaning(of: $0, on: day).models.count != 1 }
        #expect(unclear == [])
    }

    @Test func `a catalogue that is written reads back the same, byte for byte`() throws {
        let text = try CatalogueFile.text(.standard)
        let read = try CatalogueFile.read(Data(text.utf8))
        #expect(read.prices == PriceCatalogue.standard.prices)
        #expect(try CatalogueFile.text(read) == text)
        #expect(text.utf8.count < 200_000)
    }

    @Test(arguments: [
        "{}", "[]", "", #"{"version": "1", "source": "s", "prices": [{"provider": "p"}]}"#,
        #"{"version":"1","source":"s","prices":[{"provider":"p","model":"m","per_million":{"input_tokens":"-1"}}]}"#,
        #"{"version":"1","source":"s","prices":[{"provider":"p","model":"m","from":"2026-13-01"}]}"#,
    ])
    func `what is no catalogue is refused`(text: String) {
        #expect(throws: DecodingError.self) { try CatalogueFile.read(Data(text.utf8)) }
    }
}
