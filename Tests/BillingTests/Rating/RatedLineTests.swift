import Billing
import Foundation
import Ledger
import Testing

@Suite struct RatedLineTests {
    /// Rates, fees, markups and quantities of all kinds, so that hardly a line is a whole number of micros.
    private struct Lines {
        var random: SeededGenerator
        let ratings: [Rating]
        let tiers: [Tiers]

        init(seed: UInt64) throws {
            random = SeededGenerator(seed: seed)
            let prices = UnitPrices([
                .inputTokens: try UnitPrice("0.000000000000001"), .outputTokens: try UnitPrice("0.000015000000007"),
                .cacheReadTokens: try UnitPrice("0.0000003"), .images: try UnitPrice("0.040000000000001"),
            ])
            let price = CataloguePrice(provider: "p", model: "m", prices: prices, version: "1", source: "a test")
            let catalogue = PriceCatalogue(version: "1", source: "a test", prices: [price])
            ratings = try [("usd", -1_000_000), ("usd", 333_333), ("eur", -123_457), ("jpy", 10_000_000_000)].map {
                code, markup in
                var terms = BillingTerms()
                terms.usdRate = try ExchangeRate(code == "jpy" ? "149.123457" : "0.912345")
                terms.flatFeeMicros = markup == 333_333 ? 11 : nil
                return Rating(
                    catalogue: catalogue, currency: try #require(Currency(code)), terms: terms,
                    markup: Percent(partsPerMillion: Int64(markup)))
            }
            tiers = try Tiers.Mode.allCases.map { mode in
                try Tiers(
                    mode,
                    [
                        .init(name: "a", upTo: Quantity("7.5"), unitRate: UnitPrice("0.000000123456789")),
                        .init(name: "b", upTo: nil, unitRate: UnitPrice("0.00000005"), fixedMicros: 3),
                    ])
            }
        }

        mutating func pick<Element>(_ list: [Element]) -> Element {
            list[Int.random(in: 0..<list.count, using: &random)]
        }

        mutating func next() throws -> Rated {
            var quantities = Quantities.none
            for unit in [UsageUnit.inputTokens, .outputTokens, .cacheReadTokens, .images]
            where Bool.random(using: &random) {
                quantities[unit] = Quantity(millionths: .random(in: 0...9_000_000_000, using: &random))
            }
            quantities[.inputTokens] = Quantity(millionths: .random(in: 0...9_000_000_000, using: &random))
            let at = Instant(millisecondsSince1970: 0)
            var usage = UsageToRate(quantities: quantities, provider: "p", model: "m", at: at)
            if Int.random(in: 0..<5, using: &random) == 0 {
                let metric = ProductMetric(meter: "t", unit: .money, tiers: pick(tiers))
                let (before, after) = (quantities[.inputTokens], quantities[.images])
                let reading = MeterReading(metric, before: before, after: after)
                usage.product = ProductUse(product: "x", readings: [reading])
            }
            let rated = try pick(ratings).rate(usage)
            return Int.random(in: 0..<4, using: &random) == 0 ? try rated.reversal() : rated
        }
    }

    @Test(arguments: Seeds.upTo(20))
    func `at every point the sum that was posted is the floor of the exact sum`(seed: UInt64) throws {
        var lines = try Lines(seed: seed)
        let rated = try (0..<1_000).map { _ in try lines.next() }
        var (carries, cost, price) = (Carries.zero, ExactAmount.zero, ExactAmount.zero)
        var (postedCost, postedPrice, fractions) = (Int128(0), Int128(0), 0)
        for _ in 0..<50_000 {
            let line = try lines.pick(rated).settled(carries)
            carries = line.carries
            cost = try cost.adding(line.rated.exactCost)
            price = try price.adding(line.rated.exactPrice)
            postedCost += Int128(line.cost.micros)
            postedPrice += Int128(line.price.micros)
            fractions += price.fraction == 0 ? 0 : 1
            guard postedCost == cost.wholeMicros, postedPrice == price.wholeMicros,
                carries.cost.exact.fraction == cost.fraction, carries.price.exact.fraction == price.fraction
            else {
                Issue.record("seed \(seed): posted \(postedPrice) of \(price)")
                return
            }
        }
        #expect(fractions > 45_000)
    }

    @Test func `a line reads back from its JSON with nothing lost`() throws {
        var lines = try Lines(seed: 7)
        var carries = Carries.zero
        for _ in 0..<300 {
            let line = try lines.next().settled(carries)
            carries = line.carries
            #expect(try RatedLine(json: line.json) == line)
            #expect(try JSONDecoder().decode(RatedLine.self, from: JSONEncoder().encode(line)) == line)
        }
    }

    @Test func `names from outside cannot break the text of a line`() throws {
        let name = "a\"b\\c\n\u{0}\u{1F}é🙂/{,"
        let tiers = try Tiers(.volume, [.init(name: name, upTo: nil, unitRate: UnitPrice("1"), fixedMicros: 1)])
        let metric = ProductMetric(meter: name, unit: .credits, tiers: tiers)
        var terms = BillingTerms()
        terms.creditValues = try CreditUnit([.init(from: CataloguePrice.always, micros: 3)])
        terms.markups = .init(models: [name: Percent(partsPerMillion: -1)])
        terms.flatFeeMicros = 2
        let rating = Rating(
            catalogue: .standard, currency: try #require(Currency("usd")), terms: terms, markup: .zero)
        var usage = UsageToRate(costMicros: 5, provider: name, model: name, at: Instant(millisecondsSince1970: 0))
        let plain = try rating.rate(usage).settled(.zero)
        let reading = MeterReading(metric, before: try Quantity("3").negated(), after: try Quantity("0.5"))
        usage.product = ProductUse(product: name, readings: [reading, reading])
        let line = try rating.rate(usage).reversal().settled(.zero)
        #expect(try RatedLine(json: line.json) == line && RatedLine(json: plain.json) == plain)
    }

    @Test func `a line and its reversal together leave what was there before`() throws {
        var lines = try Lines(seed: 9)
        for _ in 0..<300 {
            let before = try lines.next().settled(.zero).carries
            let line = try lines.next().settled(before)
            let between = try lines.next().settled(line.carries)
            let back = try line.rated.reversal().settled(between.carries)
            #expect(back.rated.isReversal != line.rated.isReversal)
            let alone = try between.rated.settled(before)
            #expect(back.carries == alone.carries)
            #expect(line.price.micros + between.price.micros + back.price.micros == alone.price.micros)
            #expect(try RatedLine(json: back.json) == back)
        }
    }

    @Test func `a line worked out again comes to the same, and to nothing from other quantities or another markup`()
        throws
    {
        var lines = try Lines(seed: 11)
        for _ in 0..<1_000 {
            let rated = try lines.next()
            let quantities = rated.isReversal ? try rated.quantities.negated() : rated.quantities
            let markup = rated.markup?.percent ?? .zero
            let again = try #require(try RatedAgain(rated, quantities: quantities, markup: markup))
            #expect(again.cost == rated.exactCost && again.price == rated.exactPrice)
            var other = quantities
            other[.outputTokens] = Quantity(millionths: other[.outputTokens].millionths + 1)
            #expect(try RatedAgain(rated, quantities: other, markup: markup) == nil)
            guard rated.product == nil else { continue }
            let dearer = Percent(partsPerMillion: markup.partsPerMillion + 1)
            #expect(try RatedAgain(rated, quantities: quantities, markup: dearer) == nil)
        }
    }

    @Test func `the text of a line says where each figure is from`() throws {
        let price = CataloguePrice(
            provider: "p", model: "m", prices: UnitPrices([.inputTokens: try UnitPrice(perMillion: "2.5")]),
            version: "v1", source: "here")
        let rating = Rating(
            catalogue: PriceCatalogue(version: "v1", source: "here", prices: [price]),
            currency: try #require(Currency("usd")), terms: BillingTerms(), markup: Percent(partsPerMillion: 200_000))
        let usage = UsageToRate(
            quantities: Quantities([.inputTokens: try Quantity("3")]), model: "m", at: Instant(millisecondsSince1970: 0)
        )
        let expected = #"""
            {"cost":{"basis":"catalogue","exact":"7.5","model":"m","price_version":"v1",
            "provider":"p","units":[{"amount":"7.5","price":"0.0000025","quantity":3,"unit":"input_tokens"}]},
            "exact_cost":"7.5","exact_price":"9","markup":{"of":"account","percent":20},
            "posted":{"cost":{"carry_after":"0.5","carry_before":"0","micros":7},
            "price":{"carry_after":"0","carry_before":"0","micros":9}},"quantities":{"input_tokens":3}}
            """#
        #expect(try rating.rate(usage).settled(.zero).json == expected.replacing("\n", with: ""))
    }
}

/// How many cases a property is tried on: the count of the quick run, or as many times more as `BURSAR_SEEDS` says.
enum Seeds {
    static func upTo(_ count: UInt64) -> ClosedRange<UInt64> {
        let times = ProcessInfo.processInfo.environment["BURSAR_SEEDS"].flatMap(UInt64.init) ?? 1
        return 1...(count * max(1, times))
    }
}
