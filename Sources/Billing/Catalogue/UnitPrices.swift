/// What each unit costs. In JSON tokens are told for a million, all else for one:
/// `{"per_million": {"input_tokens": "3"}, "per_unit": {"images": "0.04"}}`.
public struct UnitPrices: Hashable, Sendable {
    private var prices: [UsageUnit: UnitPrice]

    public static let none = UnitPrices([:])

    public init(_ prices: [UsageUnit: UnitPrice]) { self.prices = prices }

    /// The price of the unit itself.
    public subscript(_ unit: UsageUnit) -> UnitPrice? {
        get { prices[unit] }
        set { prices[unit] = newValue }
    }

    public var isEmpty: Bool { prices.isEmpty }
    public var units: [UsageUnit] { prices.keys.sorted() }

    /// The price that holds for a unit, which may be another's: a token of reasoning costs what one of output does, and
    /// one read from or written to a cache what a fresh one does, where they have no price of their own.
    public func price(for unit: UsageUnit) -> (price: UnitPrice, of: UsageUnit)? {
        for candidate in [unit] + Self.substitutes(for: unit) {
            if let price = prices[candidate] { return (price, candidate) }
        }
        return nil
    }

    private static func substitutes(for unit: UsageUnit) -> [UsageUnit] {
        switch unit {
        case .reasoningTokens: [.outputTokens]
        case .cacheReadTokens, .cacheWrite5mTokens: [.inputTokens]
        case .cacheWrite1hTokens: [.cacheWrite5mTokens, .inputTokens]
        default: []
        }
    }

    /// These prices, and where `other` has one, its.
    public func overlaid(by other: UnitPrices) -> UnitPrices {
        UnitPrices(prices.merging(other.prices) { _, theirs in theirs })
    }
}

extension UnitPrice {
    /// - Throws: `bad_price` for a unit of the merchant's own that is no kind of tokens: by the million it would be a
    ///   price that nothing ever uses, or a millionth of what was meant.
    public init(perMillion text: String, of unit: UsageUnit) throws(BillingError) {
        guard unit.isPricedPerMillion || !unit.isCustom else { throw .notByTheMillion(unit) }
        try self.init(perMillion: text)
    }
}

extension UnitPrices: Codable {
    enum CodingKeys: String, CodingKey { case perMillion = "per_million", perUnit = "per_unit" }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        prices = [:]
        for key in [CodingKeys.perMillion, .perUnit] where container.contains(key) {
            let units = try container.nestedContainer(keyedBy: UnitKey.self, forKey: key)
            for unitKey in units.allKeys {
                let unit = try unitKey.unit(at: units.codingPath)
                guard prices[unit] == nil else {
                    throw DecodingError.dataCorruptedError(
                        forKey: unitKey, in: units, debugDescription: "\(unit) has two prices; keep one")
                }
                prices[unit] = try ExactNumber.decode(from: units.superDecoder(forKey: unitKey)) {
                    text throws(BillingError) in
                    key == .perMillion ? try UnitPrice(perMillion: text, of: unit) : try UnitPrice(text)
                }
            }
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        let tokens = units.filter(\.isPricedPerMillion)
        if !tokens.isEmpty {
            var perMillion = container.nestedContainer(keyedBy: UnitKey.self, forKey: .perMillion)
            for unit in tokens { try perMillion.encode(prices[unit]?.perMillion, forKey: UnitKey(unit)) }
        }
        if tokens.count < prices.count {
            var perUnit = container.nestedContainer(keyedBy: UnitKey.self, forKey: .perUnit)
            for unit in units where !unit.isPricedPerMillion {
                try perUnit.encode(prices[unit]?.description, forKey: UnitKey(unit))
            }
        }
    }
}
