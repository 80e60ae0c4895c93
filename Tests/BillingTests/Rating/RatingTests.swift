import Billing
import Foundation
import Ledger
import Testing

@Suite struct RatingTests {
    private let now = Instant(secondsSince1970: 1_790_000_000)

    private func catalogue() throws -> PriceCatalogue {
        let prices = UnitPrices([
            .inputTokens: try UnitPrice(perMillion: "3"), .outputTokens: try UnitPrice(perMillion: "15"),
            .cacheReadTokens: try UnitPrice(perMillion: "0.3"), .images: try UnitPrice("0.04"),
        ])
        let long = CataloguePrice.LongContext(
            above: try Quantity("200000"), prices: UnitPrices([.inputTokens: try UnitPrice(perMillion: "6")]))
        let price = CataloguePrice(
            provider: "anthropic", model: "sonnet", prices: prices, longContext: long, version: "v1", source: "a test")
        return PriceCatalogue(version: "v1", source: "a test", prices: [price])
    }

    private func rating(
        _ currency: String = "usd", _ terms: BillingTerms = BillingTerms(), markup: Int64 = 0, plan: Int64? = nil,
        planFee: Int64? = nil
    ) throws -> Rating {
        Rating(
            catalogue: try catalogue(), currency: try #require(Currency(currency)), terms: terms,
            markup: Percent(partsPerMillion: markup), planMarkup: plan.map(Percent.init(partsPerMillion:)),
            planFlatFeeMicros: planFee)
    }

    private func usage(_ quantities: [UsageUnit: String], model: String? = "sonnet") throws -> UsageToRate {
        UsageToRate(quantities: Quantities(try quantities.mapValues { try Quantity($0) }), model: model, at: now)
    }

    private func code(_ rating: Rating, _ usage: UsageToRate) -> String? {
        do throws(BillingError) {
            _ = try rating.rate(usage)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `the cost is quantities times prices, and the price is that with markup and fee`() throws {
        var terms = BillingTerms()
        terms.flatFeeMicros = 7
        let rated = try rating("usd", terms, markup: 200_000).rate(
            usage([.inputTokens: "1000", .outputTokens: "10", .cacheReadTokens: "3", .images: "0.5"]))
        // 1000 × 3 + 10 × 15 + 3 × 0.3 + 0.5 × 40,000 micros
        #expect(rated.exactCost.description == "23150.9")
        #expect(rated.exactPrice.description == "27788.08")
        #expect(rated.cost.units.map(\.unit) == [.inputTokens, .outputTokens, .cacheReadTokens, .images])
        #expect(rated.cost.priceVersion == "v1" && rated.cost.basis == .catalogue && !rated.cost.isCeiling)
        #expect(rated.flatFee == FlatFee(micros: 7, of: .account))
    }

    @Test func `reasoning costs what output does, and a cache write what fresh input does, without own prices`() throws
    {
        let rated = try rating().rate(
            usage([.reasoningTokens: "2", .cacheWrite5mTokens: "1", .cacheWrite1hTokens: "1"]))
        #expect(rated.exactCost.description == "36")
        #expect(rated.cost.units.map(\.pricedAs) == [.inputTokens, .inputTokens, .outputTokens])
    }

    @Test func `above the threshold the long context's prices hold for the whole request`() throws {
        let short = try rating().rate(usage([.inputTokens: "199999", .cacheReadTokens: "1", .outputTokens: "1"]))
        #expect(short.exactCost.description == "600012.3" && !short.cost.isLongContext)
        let long = try rating().rate(usage([.inputTokens: "200000", .cacheReadTokens: "1", .outputTokens: "1"]))
        #expect(long.exactCost.description == "1200015.3" && long.cost.isLongContext)
    }

    @Test func `the cost that the caller knows goes before the catalogue, in the account's currency`() throws {
        var given = try usage([.inputTokens: "1000"], model: "never heard of")
        given.costMicros = 500
        let rated = try rating("eur", markup: -500_000).rate(given)
        #expect(rated.exactCost.description == "500" && rated.exactPrice.description == "250")
        #expect(rated.cost.basis == .given && rated.cost.usdRate == nil)
    }

    @Test func `in another currency the catalogue's dollars are exchanged, and never without a rate`() throws {
        let usage = try usage([.inputTokens: "1"])
        #expect(code(try rating("jpy"), usage) == "no_exchange_rate")
        var terms = BillingTerms()
        terms.usdRate = try ExchangeRate("149.123457")
        #expect(try rating("jpy", terms).rate(usage).exactCost.description == "447.370371")
    }

    @Test func `what has no price is refused, or priced by the ceiling and marked, and never free`() throws {
        let unknown = try usage([.inputTokens: "2"], model: "gpt-99")
        let unpriced = try usage([.inputTokens: "2", .toolCalls: "1"])
        #expect(code(try rating(), unknown) == "unknown_model")
        #expect(code(try rating(), unpriced) == "no_unit_price")
        #expect(code(try rating(), try usage([:])) == "no_cost")
        #expect(code(try rating(), try usage([.inputTokens: "2"], model: nil)) == "no_cost")
        var terms = BillingTerms()
        terms.unknownModel = .ceiling
        terms.ceiling = UnitPrices([.inputTokens: try UnitPrice(perMillion: "100")])
        let rated = try rating("usd", terms).rate(unknown)
        #expect(rated.exactCost.description == "200" && rated.cost.isCeiling && rated.cost.model == "gpt-99")
        #expect(code(try rating("usd", terms), unpriced) == "no_unit_price")
        terms.ceiling?[.toolCalls] = try UnitPrice("0.01")
        let mixed = try rating("usd", terms).rate(unpriced)
        #expect(mixed.exactCost.description == "10006")
        #expect(mixed.cost.units.map(\.isCeiling) == [false, true])
    }

    @Test func `the markup is the model's, else the provider's, else the plan's, else the account's`() throws {
        var terms = BillingTerms()
        let usage = try usage([.inputTokens: "1"])
        func owner(plan: Int64?) throws -> Markup.Owner? {
            try rating("usd", terms, markup: 4, plan: plan).rate(usage).markup?.of
        }
        #expect(try owner(plan: nil) == .account)
        #expect(try owner(plan: 3) == .plan)
        terms.markups = .init(providers: ["anthropic": Percent(partsPerMillion: 2)])
        #expect(try owner(plan: 3) == .provider)
        terms.markups?.models = ["anthropic/sonnet": Percent(partsPerMillion: 1)]
        #expect(try owner(plan: 3) == .model)
        terms.markups?.models = ["other": Percent(partsPerMillion: 1), "sonnet": Percent(partsPerMillion: 1)]
        #expect(try owner(plan: 3) == .model)
        #expect(try rating(planFee: 9).rate(usage).flatFee == FlatFee(micros: 9, of: .plan))
    }

    @Test(arguments: [(Int64(-1_000_000), "7"), (-2_000_000, "7"), (-999_999, "7.003"), (500_000, "4507")])
    func `a markup of −100 % and below leaves the fee alone, never less`(markup: Int64, price: String) throws {
        let rated = try rating(markup: markup, planFee: 7).rate(usage([.inputTokens: "1000"]))
        #expect(rated.exactPrice.description == price)
    }

    @Test func `a product is priced by its meters alone, in money and in credits, and may go down`() throws {
        let half = try Tiers(
            .volume,
            [
                .init(name: "few", upTo: Quantity("10"), unitRate: UnitPrice("2")),
                .init(name: "many", upTo: nil, unitRate: UnitPrice("1"), fixedMicros: 500_000),
            ])
        var terms = BillingTerms()
        terms.flatFeeMicros = 100
        let unit = ProductMetric(meter: "pages", unit: .money, tiers: half)
        let credit = ProductMetric(meter: "pages", unit: .credits, tiers: half)
        var use = try usage([UsageUnit("pages"): "1"], model: nil)
        use.product = ProductUse(
            product: "reader", readings: [MeterReading(unit, before: try Quantity("10"), after: try Quantity("11"))])
        let rated = try rating("usd", terms, markup: 1_000_000).rate(use)
        #expect(rated.exactPrice.description == "-8500000" && rated.exactCost.isZero)
        #expect(rated.cost.basis == .none && rated.markup == nil && rated.flatFee == nil)
        use.product = ProductUse(
            product: "reader", readings: [MeterReading(credit, before: .zero, after: try Quantity("0.25"))])
        #expect(code(try rating("usd", terms), use) == "no_credit_value")
        terms.creditValues = try CreditUnit([.init(from: CataloguePrice.always, micros: 30_001)])
        let credited = try rating("usd", terms).rate(use)
        #expect(credited.exactPrice.description == "15000.5")
        #expect(credited.metrics[0].credits?.description == "500000" && credited.metrics[0].creditMicros == 30_001)
    }

    @Test func `what does not fit is an error at every step`() throws {
        var terms = BillingTerms()
        terms.usdRate = try ExchangeRate("1000000")
        let most = try usage([.images: "1000000000000"])
        let rated = try rating("jpy", terms, markup: 10_000_000_000).rate(most)
        #expect(throws: BillingError.self) { try rated.settled(.zero) }
        terms.unknownModel = .ceiling
        terms.ceiling = UnitPrices([.images: try UnitPrice("1000000000000")])
        let ceiling = try rating("jpy", terms, markup: 10_000_000_000)
        #expect(code(ceiling, try usage([.images: "1000000000000"], model: "unknown")) == "overflow")
        var given = try usage([:])
        given.costMicros = .max
        let line = try rating().rate(given).settled(.zero)
        #expect(line.price.micros == .max)
        #expect(try line.rated.reversal().settled(line.carries).price.micros == -.max)
    }
}
