import Billing
import Foundation
import Ledger
import Testing

@Suite struct CatalogueProposalTests {
    private let today = CivilDate(daysSince1970: 20_000)

    @Test func `a name that the file gives to another model stays, and moves only when it is confirmed`() throws {
        let current = catalogue(try price("gemini", "pro", "1"))
        let newer = catalogue(try price("gemini", "pro", "1"), try price("vertex", "pro", "2", aliases: ["pro"]))
        let proposal = CatalogueProposal(from: current, to: newer, from: today)
        #expect(proposal.keptNames.map(\.name) == ["pro"] && proposal.movedNames == [])
        #expect(proposal.keptNames.first?.offered == .model("vertex/pro"))
        let after = taken(proposal, on: current)
        #expect(after.meaning(of: "pro", on: today) == .model("gemini/pro"))
        #expect(after.meaning(of: "vertex/pro", on: today) == .model("vertex/pro"))
        let confirmed = CatalogueProposal(from: current, to: newer, from: today, confirmed: ["pro"])
        #expect(confirmed.movedNames.map(\.name) == ["pro"] && confirmed.keptNames == [])
        let moved = taken(confirmed, on: current)
        #expect(moved.meaning(of: "pro", on: today) == .model("vertex/pro"))
        #expect(moved.meaning(of: "pro", on: day(-1)) == .model("gemini/pro"))
        #expect(moved.price(of: "vertex/pro", on: day(-1)) != nil)
    }

    @Test func `a name keeps its model where the file has several sellers of it, and an alias that is new is taken in`()
        throws
    {
        let current = catalogue(try price("maker", "m", "1"), try price("p", "x", "1"), try price("q", "x", "1"))
        let newer = catalogue(
            try price("maker", "m", "1"), try price("cloud", "m", "1"), try price("p", "x", "1", aliases: ["x", "y"]))
        let proposal = CatalogueProposal(from: current, to: newer, from: today)
        #expect(proposal.keptNames.map(\.name) == ["m"])
        let after = taken(proposal, on: current)
        #expect(after.meaning(of: "m", on: today) == .model("maker/m"))
        #expect(after.meaning(of: "x", on: today) == .model("p/x"))
        #expect(after.meaning(of: "y", on: today) == .model("p/x"))
        #expect(CatalogueProposal(from: after, to: newer, from: today).prices == [])
    }

    @Test func `a model whose full name means another model already is held back`() throws {
        let current = catalogue(try price("router", "openai/gpt", "2"))
        let newer = catalogue(try price("openai", "gpt", "1"))
        let proposal = CatalogueProposal(from: current, to: newer, from: today)
        #expect(proposal.findings.map(\.kind) == [.otherModel] && proposal.heldBack == ["openai/gpt"])
        #expect(proposal.prices == [])
        #expect(CatalogueProposal(from: current, to: newer, from: today, confirmed: ["openai/gpt"]).prices.count == 1)
    }

    @Test func `what changes is told against the price of the day, and what is planned stays and is told`() throws {
        let current = catalogue(try price("p", "m", "1"), try price("p", "m", "2.5", from: day(1)))
        let newer = catalogue(try price("p", "m", "2"))
        let proposal = CatalogueProposal(from: current, to: newer, from: today)
        #expect(proposal.difference.dearer.map(\.before?.perMillion) == ["1"])
        #expect(proposal.difference.dearer.map(\.after?.perMillion) == ["2"])
        #expect(proposal.replaced["p/m"]?.prices[.inputTokens]?.perMillion == "1")
        #expect(proposal.planned.map(\.price.from) == [day(1)])
        #expect(proposal.planned.first?.changes.first?.before?.perMillion == "2")
        let after = taken(proposal, on: current)
        #expect(try input("m", in: after, on: today) == "2" && input("m", in: after, on: day(1)) == "2.5")
        let again = CatalogueProposal(from: after, to: newer, from: today)
        #expect(again.prices == [] && again.difference.isEmpty && again.planned.count == 1)
    }

    @Test func `a price that the file plans is taken in for its own day`() throws {
        let current = catalogue(try price("p", "m", "1"))
        let newer = catalogue(try price("p", "m", "1"), try price("p", "m", "2", from: day(3)))
        let after = taken(CatalogueProposal(from: current, to: newer, from: today), on: current)
        #expect(try input("m", in: after, on: day(2)) == "1" && input("m", in: after, on: day(3)) == "2")
    }

    @Test func `a unit that would have no price any more is held back until it is confirmed`() throws {
        let current = catalogue(try price("p", "m", "1", output: "3"))
        let newer = catalogue(try price("p", "m", "1"))
        let proposal = CatalogueProposal(from: current, to: newer, from: today)
        #expect(proposal.findings.map(\.kind) == [.lostPrice] && proposal.prices == [])
        #expect(CatalogueProposal(from: current, to: newer, from: today, confirmed: ["p/m"]).prices.count == 1)
    }

    @Test func `a long context that begins elsewhere is told, and its model is not one that costs what it did`() throws
    {
        func above(_ tokens: String) throws -> CataloguePrice {
            let usual = try price("p", "m", "1")
            return CataloguePrice(
                provider: "p", model: "m", prices: usual.prices,
                longContext: .init(above: try Quantity(tokens), prices: try price("p", "m", "2").prices),
                version: "v", source: "a test")
        }
        let current = catalogue(try above("200000"), try price("p", "other", "1"))
        let newer = catalogue(try above("128000"), try price("p", "other", "1"))
        let difference = CatalogueProposal(from: current, to: newer, from: today).difference
        #expect(difference.changes == [] && !difference.isEmpty && difference.unchanged == 1)
        #expect(difference.thresholds.map(\.model) == ["p/m"])
        #expect(difference.thresholds.first?.before == (try Quantity("200000")))
        #expect(difference.thresholds.first?.after == (try Quantity("128000")))
    }

    @Test func `a jump is told once for each unit`() throws {
        let current = catalogue(try price("p", "m", "1", output: "2"))
        let proposal = CatalogueProposal(
            from: current, to: catalogue(try price("p", "m", "1000", output: "2000")), from: today)
        #expect(proposal.findings.count == Set(proposal.findings).count && proposal.findings.count >= 2)
    }

    @Test func `what is confirmed, and is no model of the file and no name that would move, is told`() throws {
        let current = catalogue(try price("gemini", "pro", "1"))
        let newer = catalogue(try price("gemini", "pro", "1"), try price("vertex", "pro", "2", aliases: ["pro"]))
        func unknown(_ confirmed: Set<String>) -> [String] {
            CatalogueProposal(from: current, to: newer, from: today, confirmed: confirmed).unknownConfirmations
        }
        #expect(unknown(["vertex/pro", "pro"]) == [])
        #expect(unknown(["gemini/pro", "por", "vertex/por"]) == ["por", "vertex/por"])
    }

    /// Catalogues of few names, so that they meet; aliases, planned days, long contexts and own prices at random.
    @Test(arguments: 0..<400)
    func `after an import that nobody confirmed each name has a price of the same model, within tenfold`(seed: UInt64)
        throws
    {
        var random = SeededGenerator(seed: seed)
        let first = CatalogueProposal(from: catalogue(), to: catalogue(of: try offer(&random)), from: today)
        var known = taken(first, on: catalogue())
        for step in 0..<6 {
            let now = day(Int64(step))
            if Bool.random(using: &random) {
                known = known.overridden(by: [try row("mine", &random, from: now)])
            }
            let published = known.withoutOwn
            let from = day(Int64(step) + Int64.random(in: 0...2, using: &random))
            let newer = catalogue(of: try offer(&random))
            let proposal = CatalogueProposal(from: published, to: newer, from: from)
            let after = taken(proposal, on: known)
            for offset in -1...Int64(10) { try compare(known, after, on: day(offset), isOver: day(offset) < from) }
            // What was held back may be without a fault beside what was taken in; all else is in.
            let again = CatalogueProposal(from: taken(proposal, on: published), to: newer, from: from)
            #expect(again.prices.allSatisfy { proposal.heldBack.contains($0.fullName) })
            known = after
        }
    }

    private func compare(_ before: PriceCatalogue, _ after: PriceCatalogue, on day: CivilDate, isOver: Bool) throws {
        for name in before.names {
            guard case .model(let model) = before.meaning(of: name, on: day) else { continue }
            #expect(after.meaning(of: name, on: day) == .model(model), "\(name) on \(day)")
            let (old, new) = (try #require(before.price(of: model, on: day)), after.price(of: model, on: day))
            if isOver {
                #expect(old.prices == new?.prices && old.longContext == new?.longContext, "\(name) on \(day)")
                continue
            }
            for (fresh, cached, output) in [(50, 0, 0), (150, 0, 0), (250, 0, 0), (0, 50, 0), (0, 250, 0), (90, 0, 9)] {
                let earlier = try cost(of: old, fresh, cached, output)
                let later = try cost(of: #require(new), fresh, cached, output)
                guard let earlier else { continue }
                let now = try #require(later, "\(name) on \(day) has lost a price")
                #expect(max(earlier, now) < min(earlier, now) * 10, "\(name) on \(day): \(earlier) and \(now)")
            }
        }
    }

    /// In femtos of a dollar, thought out once more; `nil` where a unit has no price.
    private func cost(of price: CataloguePrice, _ fresh: Int, _ cached: Int, _ output: Int) throws -> Int128? {
        let isLong = try price.longContext.map { try Quantity(String(fresh + cached)) > $0.above } ?? false
        func each(_ unit: UsageUnit) -> UnitPrice? {
            (isLong ? price.longContext?.prices[unit] : nil) ?? price.prices[unit]
        }
        var sum: Int128 = 0
        for (count, price) in [
            (fresh, each(.inputTokens)), (cached, each(.cacheReadTokens) ?? each(.inputTokens)),
            (output, each(.outputTokens)),
        ] where count > 0 {
            guard let price else { return nil }
            sum += price.femtos * Int128(count)
        }
        return sum
    }

    private func offer(_ random: inout SeededGenerator) throws -> [CataloguePrice] {
        let count = Int.random(in: 2...7, using: &random)
        let rows = try (0..<count).map { _ in
            let provider = ["p", "q", "r"].randomElement(using: &random) ?? "p"
            let planned = Int.random(in: 0..<4, using: &random) == 0 ? day(.random(in: 0...8, using: &random)) : nil
            return try row(provider, &random, from: planned ?? CataloguePrice.always)
        }
        return Array(Dictionary(rows.map { ("\($0.fullName) \($0.from)", $0) }) { $1 }.values)
    }

    private func row(_ provider: String, _ random: inout SeededGenerator, from: CivilDate) throws -> CataloguePrice {
        func one(_ texts: [String]) -> String { texts.randomElement(using: &random) ?? "1" }
        func maybe(_ chance: Int) -> Bool { Int.random(in: 0..<chance, using: &random) == 0 }
        let input = one(["1", "2", "4", "8", "30"])
        var prices = UnitPrices([.inputTokens: try UnitPrice(perMillion: input)])
        if maybe(3) { prices[.cacheReadTokens] = try UnitPrice(perMillion: one(["0.1", "0.5", "1"])) }
        if !maybe(4) { prices[.outputTokens] = try UnitPrice(perMillion: one(["3", "9", "40"])) }
        let long =
            maybe(3)
            ? CataloguePrice.LongContext(
                above: try Quantity(one(["100", "200"])),
                prices: UnitPrices([.inputTokens: try UnitPrice(perMillion: one(["2", "9", "25", "60"]))])) : nil
        let model = one(provider == "r" ? ["a", "p/a"] : ["a", "b", "c"])
        return CataloguePrice(
            provider: provider, model: model, aliases: maybe(3) ? [one(["a", "b", "fast", "best"])] : [], from: from,
            prices: prices, longContext: long, version: "v", source: "a test")
    }

    private func catalogue(of prices: [CataloguePrice]) -> PriceCatalogue {
        PriceCatalogue(version: "v", source: "a test", prices: prices)
    }

    private func catalogue(_ prices: CataloguePrice...) -> PriceCatalogue { catalogue(of: prices) }

    private func taken(_ proposal: CatalogueProposal, on current: PriceCatalogue) -> PriceCatalogue {
        current.followed(by: catalogue(of: proposal.prices))
    }

    private func day(_ offset: Int64) -> CivilDate { CivilDate(daysSince1970: today.daysSince1970 + offset) }

    private func input(_ name: String, in catalogue: PriceCatalogue, on day: CivilDate) throws -> String? {
        try catalogue.price(provider: nil, model: name, at: Instant(startOf: day)).prices[.inputTokens]?.perMillion
    }

    private func price(
        _ provider: String, _ model: String, _ input: String, aliases: [String] = [], from: CivilDate? = nil,
        output: String? = nil
    ) throws -> CataloguePrice {
        var prices = UnitPrices([.inputTokens: try UnitPrice(perMillion: input)])
        prices[.outputTokens] = try output.map { try UnitPrice(perMillion: $0) }
        return CataloguePrice(
            provider: provider, model: model, aliases: aliases, from: from ?? CataloguePrice.always, prices: prices,
            version: "v", source: "a test")
    }
}
