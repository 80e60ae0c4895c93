import Billing
import Foundation
import Ledger
import Storage
import Testing

@testable import Worker

@Suite struct PricesTests {
    private static let map = """
        {"sample_spec": {"input_cost_per_token": 1},
         "gpt-5": {"litellm_provider": "openai", "mode": "chat",
            "input_cost_per_token": @INPUT@, "output_cost_per_token": 1e-05,
            "cache_read_input_token_cost": 2e-07},
         "gpt-of-tomorrow": {"litellm_provider": "openai", "mode": "chat",
            "input_cost_per_token": 2e-06, "output_cost_per_token": 8e-06}}
        """

    private func newer(_ house: TestHouse, input: String = "2.5e-06") throws -> PriceCatalogue {
        try house.worker.prices.read(
            Data(Self.map.replacing("@INPUT@", with: input).utf8), version: "next", source: "a test"
        ).catalogue
    }

    private func take(_ newer: PriceCatalogue, in house: TestHouse, from day: CivilDate? = nil) async throws {
        _ = try await house.worker.context.database.write { tx in
            let proposal = try house.worker.prices.propose(newer, from: day, in: tx)
            return try house.worker.prices.apply(
                proposal, version: newer.version, source: "a test", by: .commandLine, in: tx)
        }
    }

    private func price(
        of model: String, _ house: TestHouse, account: ConnectedAccount? = nil, worker: BillingWorker? = nil,
        at instant: Instant? = nil
    ) async throws -> String? {
        try await house.worker.context.database.read { tx in
            try (worker ?? house.worker).prices.catalogue(of: account?.id, in: tx).price(
                provider: "openai", model: model, at: instant ?? house.clock.now
            ).prices[.inputTokens]?.perMillion
        }
    }

    @Test func `a newer catalogue is shown first, and holds only when it is taken in, in every process`() async throws {
        let house = try await TestHouse()
        let other = house.restarted()
        let before = try await price(of: "gpt-5", house, worker: other)
        let newer = try newer(house)
        let proposal = try await house.worker.context.database.read { tx in
            try house.worker.prices.propose(newer, from: nil, in: tx)
        }
        #expect(proposal.difference.new.map(\.fullName) == ["openai/gpt-of-tomorrow"])
        #expect(Set(proposal.difference.dearer.map(\.model)) == ["openai/gpt-5"])
        #expect(try await price(of: "gpt-5", house) == before)
        try await take(newer, in: house)
        #expect(try await price(of: "gpt-5", house, worker: other) == "2.5")
        #expect(try await price(of: "gpt-5", house, worker: house.restarted()) == "2.5")
    }

    @Test func `a changed price holds from its day on, and what happened before is rated by the older one`()
        async throws
    {
        let house = try await TestHouse()
        let before = try await price(of: "gpt-5", house)
        let today = house.clock.now.day
        let day = CivilDate(daysSince1970: today.daysSince1970 + 7)
        try await take(try newer(house), in: house, from: day)
        let start = Instant(startOf: day)
        #expect(try await price(of: "gpt-5", house, at: start.adding(milliseconds: -1)) == before)
        #expect(try await price(of: "gpt-5", house, at: start) == "2.5")
    }

    @Test func `a price that jumps tenfold is held back until it is confirmed, and the others are taken in`()
        async throws
    {
        let house = try await TestHouse()
        let before = try await price(of: "gpt-5", house)
        let newer = try newer(house, input: "1.25e-03")
        let (held, confirmed) = try await house.worker.context.database.read { tx in
            (
                try house.worker.prices.propose(newer, from: nil, in: tx),
                try house.worker.prices.propose(newer, from: nil, confirmed: ["openai/gpt-5"], in: tx)
            )
        }
        #expect(held.heldBack == ["openai/gpt-5"])
        #expect(held.prices.map(\.fullName) == ["openai/gpt-of-tomorrow"])
        #expect(confirmed.findings.isEmpty)
        try await take(newer, in: house)
        #expect(try await price(of: "gpt-5", house) == before)
        #expect(try await price(of: "gpt-of-tomorrow", house) == "2")
    }

    @Test func `taking the same prices in twice changes nothing`() async throws {
        let house = try await TestHouse()
        try await take(try newer(house), in: house)
        let again = try await house.worker.context.database.read { [newer = try newer(house)] tx in
            try house.worker.prices.propose(newer, from: nil, in: tx)
        }
        #expect(again.prices.isEmpty && again.difference.isEmpty)
    }

    @Test func `a map of which no model can be taken in is refused with the reason`() async throws {
        let house = try await TestHouse()
        let map = #"""
            {"gpt-5": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1e-06,
                "cache_read_input_token_cost": 2e-06}}
            """#
        let error = #expect(throws: WorkerError.self) {
            try house.worker.prices.read(Data(map.utf8), version: "x", source: "x")
        }
        #expect(error?.code == "no_usable_price")
        #expect(error?.detail.contains("gpt-5: a million cached tokens cost 2, fresh ones only 1") == true)
    }

    @Test func `each price that an import changes is in the audit log, from what to what`() async throws {
        let house = try await TestHouse()
        let before = try #require(try await price(of: "gpt-5", house))
        try await take(try newer(house), in: house)
        let entries = try await house.worker.context.database.read { tx in
            try house.worker.auditLog.list(AuditFilter(object: "price"), limit: 100, in: tx)
        }
        let changed = entries.filter { $0.action == "changed" && $0.objectID == "openai/gpt-5" }
        #expect(changed.count == 1)
        let change = try #require(changed.first?.changes.first)
        #expect(change.from?.contains(#""input_tokens":"\#(before)""#) == true, "\(change)")
        #expect(change.to?.contains(#""input_tokens":"2.5""#) == true, "\(change)")
        #expect(!entries.contains { $0.objectID == "openai/gpt-of-tomorrow" })
    }

    @Test func `what is no map of prices, and a day that is over, are refused`() async throws {
        let house = try await TestHouse()
        for text in ["", "{}", "[]", #"{"a": 1}"#] {
            #expect(throws: WorkerError.self) {
                try house.worker.prices.read(Data(text.utf8), version: "x", source: "x")
            }
        }
        let newer = try newer(house)
        let yesterday = CivilDate(daysSince1970: house.clock.now.day.daysSince1970 - 1)
        await #expect(throws: WorkerError.self) {
            try await house.worker.context.database.read { tx in
                _ = try house.worker.prices.propose(newer, from: yesterday, in: tx)
            }
        }
    }

    @Test func `an account's own price goes before the public one, for that account alone, until it is withdrawn`()
        async throws
    {
        let house = try await TestHouse()
        let (ada, bob) = (try await house.addUnbilled("Ada"), try await house.addUnbilled("Bob"))
        let published = try await price(of: "gpt-5", house)
        let own = OwnPrice(
            provider: "openai", model: "gpt-5",
            prices: UnitPrices([
                .inputTokens: try UnitPrice(perMillion: "1"), .outputTokens: try UnitPrice(perMillion: "5"),
                .cacheReadTokens: try UnitPrice(perMillion: "0.1"),
            ]))
        try await house.set(own, ada)
        #expect(try await price(of: "gpt-5", house, account: ada) == "1")
        #expect(try await price(of: "gpt-5", house, account: bob) == published)
        // A newer catalogue leaves it in place.
        try await take(try newer(house), in: house)
        #expect(try await price(of: "gpt-5", house, account: ada) == "1")
        #expect(try await price(of: "gpt-5", house, account: bob) == "2.5")
        try await house.set(OwnPrice(provider: "openai", model: "gpt-5", prices: .none), ada)
        #expect(try await price(of: "gpt-5", house, account: ada) == "2.5")
    }

    @Test func `an own price that jumps tenfold, or costs more cached than fresh, is refused and leaves nothing`()
        async throws
    {
        let house = try await TestHouse()
        let ada = try await house.addUnbilled("Ada")
        func own(_ input: String, cached: String? = nil, confirmed: Bool = false) throws -> OwnPrice {
            var prices: [UsageUnit: UnitPrice] = [.inputTokens: try UnitPrice(perMillion: input)]
            if let cached { prices[.cacheReadTokens] = try UnitPrice(perMillion: cached) }
            return OwnPrice(provider: "mine", model: "m", prices: UnitPrices(prices), isConfirmed: confirmed)
        }
        try await house.set(try own("1"), ada)
        await #expect(throws: WorkerError.self) { try await house.set(try own("10"), ada) }
        house.clock.advance(milliseconds: 86_400_000)
        await #expect(throws: WorkerError.self) { try await house.set(try own("10"), ada) }
        await #expect(throws: WorkerError.self) { try await house.set(try own("1", cached: "2"), ada) }
        let imports = try await house.worker.context.database.read { tx in
            try tx.prices.imports(account: ada.id, limit: 10)
        }
        #expect(imports.count == 1)
        try await house.set(try own("10", confirmed: true), ada)
    }

    @Test func `an own price without a price for the cache is a jump of what is read from it, and asks`() async throws {
        let house = try await TestHouse()
        let ada = try await house.addUnbilled("Ada")
        let prices = UnitPrices([
            .inputTokens: try UnitPrice(perMillion: "1.25"), .outputTokens: try UnitPrice(perMillion: "10"),
        ])
        let error = await #expect(throws: WorkerError.self) {
            try await house.set(OwnPrice(provider: "openai", model: "gpt-5", prices: prices), ada)
        }
        #expect(error?.code == "price_jump" && error?.detail.contains("cache_read_tokens") == true)
        try await house.set(OwnPrice(provider: "openai", model: "gpt-5", prices: prices, isConfirmed: true), ada)
    }

    @Test func `an own price takes no name from another model unless it is confirmed`() async throws {
        let house = try await TestHouse()
        let ada = try await house.addUnbilled("Ada")
        func own(_ model: String, _ input: String, aliases: [String] = [], confirmed: Bool = false) throws -> OwnPrice {
            OwnPrice(
                provider: "mine", model: model, aliases: aliases,
                prices: UnitPrices([.inputTokens: try UnitPrice(perMillion: input)]), isConfirmed: confirmed)
        }
        func meant(_ name: String) async throws -> ModelMeaning {
            try await house.worker.context.database.read { tx in
                try house.worker.prices.catalogue(of: ada.id, in: tx).meaning(of: name, on: house.clock.now.day)
            }
        }
        try await house.set(try own("gpt-5", "4"), ada)
        #expect(try await meant("gpt-5") == .model("openai/gpt-5"))
        let error = await #expect(throws: WorkerError.self) {
            try await house.set(try own("gpt-5", "4", aliases: ["gpt-5"]), ada)
        }
        #expect(error?.code == "price_other_model" && error?.field == "aliases")
        try await house.set(try own("gpt-5", "4", aliases: ["gpt-5", "fast"], confirmed: true), ada)
        #expect(try await meant("gpt-5") == .model("mine/gpt-5"))
        // The same day without its aliases: they stay with the model.
        try await house.set(try own("gpt-5", "5"), ada)
        #expect(try await meant("fast") == .model("mine/gpt-5"))
        try await house.set(OwnPrice(provider: "mine", model: "gpt-5", prices: .none, isConfirmed: true), ada)
        #expect(try await meant("gpt-5") == .model("openai/gpt-5"))
        #expect(try await meant("fast") == .nothing)
        await #expect(throws: WorkerError.self) {
            try await house.set(try own("x", "1", aliases: ["openai/gpt-5"], confirmed: true), ada)
        }
    }

    @Test func `a refresh with more providers leaves the bare names of what was known to their models`() async throws {
        let house = try await TestHouse()
        func meant(_ name: String) async throws -> ModelMeaning {
            try await house.worker.context.database.read { tx in
                try house.worker.prices.catalogue(of: nil, in: tx).meaning(of: name, on: house.clock.now.day)
            }
        }
        let before = try await meant("claude-sonnet-4-5")
        #expect(before == .model("anthropic/claude-sonnet-4-5"))
        let map = #"""
            {"vertex_ai/claude-sonnet-4-5": {"litellm_provider": "vertex_ai", "mode": "chat",
               "input_cost_per_token": 3e-06, "output_cost_per_token": 1.5e-05},
             "gemini-2.5-pro": {"litellm_provider": "vertex_ai", "mode": "chat",
               "input_cost_per_token": 1.25e-06, "output_cost_per_token": 1e-05}}
            """#
        let file = try house.worker.prices.read(Data(map.utf8), version: "next", source: "a test")
        try await take(file.catalogue, in: house)
        #expect(try await meant("claude-sonnet-4-5") == before)
        #expect(try await meant("gemini-2.5-pro") == .model("gemini/gemini-2.5-pro"))
        #expect(try await meant("vertex_ai/gemini-2.5-pro") == .model("vertex_ai/gemini-2.5-pro"))
    }
}

extension TestHouse {
    fileprivate func addUnbilled(_ name: String) async throws -> ConnectedAccount {
        try await worker.context.database.write { [worker] tx in
            try worker.accounts.create(
                NewAccount(name: name, currency: "usd", stripe: "none"), by: .commandLine, in: tx)
        }
    }

    fileprivate func set(_ price: OwnPrice, _ account: ConnectedAccount) async throws {
        _ = try await worker.context.database.write { [worker] tx in
            try worker.prices.set(price, account: account, by: .commandLine, in: tx)
        }
    }
}
