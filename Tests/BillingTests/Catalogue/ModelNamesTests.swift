import Billing
import Ledger
import Testing

@Suite struct ModelNamesTests {
    private func meant(
        _ name: String, in catalogue: PriceCatalogue, provider: String? = nil, on day: Int64 = 10
    ) -> ModelMeaning {
        catalogue.meaning(of: name, provider: provider, on: CivilDate(daysSince1970: day))
    }

    private func input(_ name: String, in catalogue: PriceCatalogue, on day: Int64 = 10) throws -> String? {
        try catalogue.price(provider: nil, model: name, at: Instant(startOf: CivilDate(daysSince1970: day)))
            .prices[.inputTokens]?.perMillion
    }

    @Test func `a bare name keeps the model that had it first, whoever sells it later`() throws {
        let first = catalogue(try price("maker", "m", "1"))
        let later = first.followed(by: catalogue(try price("cloud", "m", "2"), try price("other", "m", "3")))
        #expect(meant("m", in: later) == .model("maker/m"))
        #expect(meant("m", in: later, provider: "cloud") == .model("cloud/m"))
        let together = catalogue(try price("maker", "m", "1"), try price("cloud", "m", "2"))
        #expect(meant("m", in: together) == .several(["cloud/m", "maker/m"]))
        let given = together.followed(by: catalogue(try price("maker", "m", "1", aliases: ["m"])))
        #expect(meant("m", in: given) == .model("maker/m"))
    }

    @Test func `a newer price without the alias reaches every name of the model`() throws {
        let first = catalogue(
            try price("openai", "gpt", "1", aliases: ["gpt", "best"]), try price("azure", "gpt", "3"))
        let later = first.followed(by: catalogue(try price("openai", "gpt", "2", from: 5)))
        for name in ["gpt", "best", "openai/gpt"] {
            #expect(try input(name, in: later, on: 4) == "1")
            #expect(try input(name, in: later, on: 5) == "2")
        }
        // On the same day, too, where the newer price takes the older one's place.
        let replaced = first.followed(by: catalogue(try price("openai", "gpt", "2")))
        #expect(try input("best", in: replaced) == "2")
        let own = catalogue().overridden(by: [
            try price("acme", "m1", "1", aliases: ["fast"], from: 1), try price("acme", "m1", "2", from: 5),
        ])
        #expect(try input("fast", in: own, on: 4) == "1")
        #expect(try input("fast", in: own, on: 5) == "2")
    }

    @Test func `an own price of one seller leaves the bare name to the one that it meant`() throws {
        let base = catalogue(try price("openai", "gpt", "1", aliases: ["gpt"]), try price("azure", "gpt", "3"))
        let seen = base.overridden(by: [try price("azure", "gpt", "4"), try price("mine", "gpt", "5")])
        #expect(try input("gpt", in: seen) == "1")
        #expect(try input("azure/gpt", in: seen) == "4")
        #expect(try input("gpt", in: seen.overridden(by: [try price("openai", "gpt", "7")])) == "7")
        #expect(
            meant("gpt", in: base.overridden(by: [try price("mine", "x", "5", aliases: ["gpt"])])) == .model("mine/x"))
    }

    @Test func `a public model that comes later leaves a name to the account that had it first`() throws {
        let mine = catalogue(try price("p", "a", "1")).overridden(by: [try price("mine", "m", "5")])
        let later = mine.followed(by: catalogue(try price("p", "m", "1", aliases: ["m"]), try price("q", "m", "2")))
        #expect(meant("m", in: later) == .model("mine/m"))
        let withdrawn = later.overridden(by: [
            CataloguePrice(provider: "mine", model: "m", prices: .none, version: "1", source: "a test")
        ])
        #expect(meant("m", in: withdrawn) == .model("p/m"))
    }

    @Test func `a name that is given away means the other from that day on`() throws {
        let first = catalogue(try price("p", "m", "1", aliases: ["name"]))
        let later = first.followed(by: catalogue(try price("q", "n", "2", aliases: ["name"], from: 5)))
        #expect(meant("name", in: later, on: 4) == .model("p/m"))
        #expect(meant("name", in: later, on: 5) == .model("q/n"))
        #expect(
            first.moves(of: first.names, to: later, from: CataloguePrice.always).map(\.description)
                == ["name means p/m, and would mean q/n"])
    }

    private func catalogue(_ prices: CataloguePrice...) -> PriceCatalogue {
        PriceCatalogue(version: "v", source: "a test", prices: prices)
    }

    private func price(
        _ provider: String, _ model: String, _ input: String, aliases: [String] = [], from: Int64? = nil
    ) throws -> CataloguePrice {
        CataloguePrice(
            provider: provider, model: model, aliases: aliases,
            from: from.map { CivilDate(daysSince1970: $0) } ?? CataloguePrice.always,
            prices: UnitPrices([.inputTokens: try UnitPrice(perMillion: input)]), version: "v", source: "a test")
    }
}
