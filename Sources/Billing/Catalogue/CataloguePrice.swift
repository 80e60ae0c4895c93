public import Ledger

/// What a provider takes for one model, in US dollars, from a day on.
public struct CataloguePrice: Hashable, Sendable {
    /// Prices that hold for the whole request once it reads more tokens than `above`, fresh and cached together.
    public struct LongContext: Hashable, Sendable {
        public let above: Quantity
        /// Where a unit is not here, its usual price holds.
        public let prices: UnitPrices

        public init(above: Quantity, prices: UnitPrices) {
            self.above = above
            self.prices = prices
        }
    }

    public let provider: String
    public let model: String
    /// Names that mean this model and provider and nothing else, `model` itself among them where several providers sell
    /// it and the bare name means this one.
    public let aliases: [String]
    /// From the start of this day in UTC until the next price of the model.
    public let from: CivilDate
    public let prices: UnitPrices
    public let longContext: LongContext?
    /// Of the catalogue it came with; on each line that it has rated.
    public let version: String
    public let source: String

    /// For prices of which no one knows since when they hold.
    public static let always = CivilDate(daysSince1970: -719_162)

    public init(
        provider: String, model: String, aliases: [String] = [], from: CivilDate = always, prices: UnitPrices,
        longContext: LongContext? = nil, version: String, source: String
    ) {
        self.provider = provider
        self.model = model
        self.aliases = aliases
        self.from = from
        self.prices = prices
        self.longContext = longContext
        self.version = version
        self.source = source
    }

    /// The same price from another day on.
    public func holding(from day: CivilDate) -> CataloguePrice {
        CataloguePrice(
            provider: provider, model: model, aliases: aliases, from: day, prices: prices, longContext: longContext,
            version: version, source: source)
    }

    /// An account's own price without any: from its day on the public price holds again.
    public var isWithdrawal: Bool { prices.isEmpty }

    /// `openai/gpt-5`: the name that no other model has.
    public var fullName: String { "\(provider)/\(model)" }

    /// The prices that hold for a request.
    public func prices(for quantities: Quantities) throws(BillingError) -> (prices: UnitPrices, isLong: Bool) {
        guard let longContext, try quantities.tokensRead() > longContext.above else { return (prices, false) }
        return (prices.overlaid(by: longContext.prices), true)
    }
}

extension CataloguePrice.LongContext: Codable {
    private enum CodingKeys: String, CodingKey { case above }

    public init(from decoder: any Decoder) throws {
        above = try decoder.container(keyedBy: CodingKeys.self).decode(Quantity.self, forKey: .above)
        prices = try UnitPrices(from: decoder)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(above, forKey: .above)
        try prices.encode(to: encoder)
    }
}
