import Ledger

/// What the providers take for one event, and why it is so much.
public struct RatedCost: Hashable, Sendable {
    public enum Basis: String, Codable, Sendable {
        /// As the caller has said, in the account's currency.
        case given
        /// Quantities times the prices of the catalogue.
        case catalogue
        /// No provider was named: only a product's meters count.
        case none
    }

    /// One unit's part.
    public struct Unit: Hashable, Codable, Sendable {
        public let unit: UsageUnit
        public let quantity: Quantity
        /// In US dollars, for one.
        public let price: UnitPrice
        /// The unit whose price it is, where `unit` has none of its own.
        public let pricedAs: UsageUnit?
        /// In micros of a US dollar.
        public let amount: ExactAmount
        /// Priced by the account's ceiling, as the catalogue does not know it.
        public let isCeiling: Bool
    }

    public let basis: Basis
    public let provider: String?
    /// As the catalogue calls it; as the event does where the catalogue does not know it.
    public let model: String?
    /// Of the price; `nil` where no price was used.
    public let priceVersion: String?
    public let isLongContext: Bool
    public let units: [Unit]
    /// `nil` where nothing was exchanged.
    public let usdRate: ExchangeRate?
    /// In micros of the account's currency.
    public let exact: ExactAmount

    /// Whether any unit was priced by the account's ceiling.
    public var isCeiling: Bool { units.contains(where: \.isCeiling) }
}

/// Quantities times prices.
struct CostRating {
    let catalogue: PriceCatalogue
    let terms: BillingTerms.InForce
    let usdRate: ExchangeRate?
    let currency: Currency

    /// - Throws: `unknown_model`, `ambiguous_model`, `no_unit_price`, `no_exchange_rate`, `no_cost`, `overflow`.
    func cost(of usage: UsageToRate) throws(BillingError) -> RatedCost {
        if let given = usage.costMicros {
            return RatedCost(
                basis: .given, provider: usage.provider, model: usage.model, exact: ExactAmount(micros: given))
        }
        guard let model = usage.model else {
            guard usage.product != nil else { throw .noCost }
            return RatedCost(basis: .none, provider: usage.provider, model: nil, exact: .zero)
        }
        guard !usage.quantities.isEmpty else { throw .noCost }
        return try cost(of: usage, model: model)
    }

    private func cost(of usage: UsageToRate, model: String) throws(BillingError) -> RatedCost {
        let price = try price(of: usage, model: model)
        let (prices, isLong) = try price?.prices(for: usage.quantities) ?? (.none, false)
        var units: [RatedCost.Unit] = []
        var dollars = ExactAmount.zero
        for (unit, quantity) in usage.quantities.sorted where !quantity.isZero {
            guard let line = try line(unit, quantity, prices, model: price?.fullName ?? model, of: usage) else {
                continue
            }
            units.append(line)
            dollars = try dollars.adding(line.amount)
        }
        let rate = try rate(for: dollars)
        return RatedCost(
            basis: .catalogue, provider: price?.provider ?? usage.provider, model: price?.model ?? model,
            priceVersion: price?.version, isLongContext: isLong, units: units,
            usdRate: rate,
            exact: try rate.map { rate throws(BillingError) in
                try dollars.times(millionths: rate.millionths)
            } ?? dollars)
    }

    /// - Returns: `nil` for a model without a price where the account prices it by its ceiling.
    private func price(of usage: UsageToRate, model: String) throws(BillingError) -> CataloguePrice? {
        do {
            return try catalogue.price(provider: usage.provider, model: model, at: usage.at)
        } catch {
            guard terms.unknownModel == .ceiling else { throw error }
            return nil
        }
    }

    /// - Returns: `nil` for a unit of the merchant's own that only a product's meters count.
    private func line(
        _ unit: UsageUnit, _ quantity: Quantity, _ prices: UnitPrices, model: String, of usage: UsageToRate
    ) throws(BillingError) -> RatedCost.Unit? {
        let known = prices.price(for: unit)
        let ceiling = known == nil && terms.unknownModel == .ceiling ? terms.ceiling.price(for: unit) : nil
        guard let (price, owner) = known ?? ceiling else {
            guard unit.isCustom, usage.product != nil else { throw .noUnitPrice(unit, of: model) }
            return nil
        }
        return RatedCost.Unit(
            unit: unit, quantity: quantity, price: price, pricedAs: owner == unit ? nil : owner,
            amount: try ExactAmount(price).times(quantity), isCeiling: known == nil)
    }

    /// - Returns: `nil` in US dollars.
    private func rate(for dollars: ExactAmount) throws(BillingError) -> ExchangeRate? {
        guard currency.code != "usd" else { return nil }
        guard let usdRate else { throw .noExchangeRate(currency) }
        return usdRate
    }
}

extension RatedCost {
    init(basis: Basis, provider: String?, model: String?, exact: ExactAmount) {
        self.init(
            basis: basis, provider: provider, model: model, priceVersion: nil, isLongContext: false,
            units: [], usdRate: nil, exact: exact)
    }
}
