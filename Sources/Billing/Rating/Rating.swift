public import Ledger

/// One event, as far as its price depends on it.
public struct UsageToRate: Sendable {
    public var quantities: Quantities
    /// What the provider takes, where the caller knows it: micros of the account's currency.
    public var costMicros: Int64?
    public var provider: String?
    public var model: String?
    /// Whose prices hold: when it happened.
    public var at: Instant
    /// Where the event names a product, the price comes from its meters alone.
    public var product: ProductUse?
    /// The slugs of all meters that count it; no price comes of them alone.
    public var meters: [String] = []

    public init(
        quantities: Quantities = .none, costMicros: Int64? = nil, provider: String? = nil, model: String? = nil,
        at: Instant, product: ProductUse? = nil
    ) {
        self.quantities = quantities
        self.costMicros = costMicros
        self.provider = provider
        self.model = model
        self.at = at
        self.product = product
    }
}

/// The rules that one customer of one account is charged by: what an event costs, exactly, and why.
///
/// By a product's meters where the event names one; else cost × (1 + markup) + flat fee.
public struct Rating: Sendable {
    public let catalogue: PriceCatalogue
    public let currency: Currency
    public let terms: BillingTerms
    public let markups: MarkupRules
    public let flatFee: FlatFee?

    /// - Parameters:
    ///   - catalogue: with the account's own prices on it.
    ///   - currency: the account's.
    ///   - markup: the account's.
    ///   - planMarkup: of the customer's plan, where it says one.
    ///   - planFlatFeeMicros: likewise; it replaces the account's.
    public init(
        catalogue: PriceCatalogue, currency: Currency, terms: BillingTerms, markup: Percent, planMarkup: Percent? = nil,
        planFlatFeeMicros: Int64? = nil
    ) {
        self.catalogue = catalogue
        self.currency = currency
        self.terms = terms
        let inForce = terms.inForce
        markups = MarkupRules(
            models: inForce.modelMarkups, providers: inForce.providerMarkups, plan: planMarkup, account: markup)
        flatFee =
            planFlatFeeMicros.map { FlatFee(micros: $0, of: .plan) }
            ?? terms.flatFeeMicros.map { FlatFee(micros: $0, of: .account) }
    }

    /// - Throws: `unknown_model`, `ambiguous_model`, `no_unit_price`, `no_exchange_rate`, `no_cost`, `no_credit_value`,
    ///   `overflow`; each is the caller's or the account's to mend, and nothing is priced at zero instead.
    public func rate(_ usage: UsageToRate) throws(BillingError) -> Rated {
        let costs = CostRating(
            catalogue: catalogue, terms: terms.inForce, usdRate: terms.usdRate, currency: currency)
        let cost = try costs.cost(of: usage)
        guard let product = usage.product else { return try markedUp(cost, usage) }
        var metrics: [RatedMetric] = []
        var price = ExactAmount.zero
        for reading in product.readings {
            let metric = try reading.rated(credits: terms.creditValues, at: usage.at)
            metrics.append(metric)
            price = try price.adding(metric.amount)
        }
        return Rated(
            quantities: usage.quantities, cost: cost, product: product.product, period: product.period,
            metrics: metrics, meters: usage.meters, markup: nil, flatFee: nil, exactCost: cost.exact,
            exactPrice: price, isReversal: false)
    }

    private func markedUp(_ cost: RatedCost, _ usage: UsageToRate) throws(BillingError) -> Rated {
        let names = [usage.model, cost.model].compactMap(\.self)
        let fullNames = cost.provider.map { provider in names.map { "\(provider)/\($0)" } } ?? []
        let markup = markups.markup(models: fullNames + names, provider: cost.provider)
        let price = try markup.applied(to: cost.exact).adding(ExactAmount(micros: flatFee?.micros ?? 0))
        return Rated(
            quantities: usage.quantities, cost: cost, product: nil, period: nil, metrics: [], meters: usage.meters,
            markup: markup, flatFee: flatFee, exactCost: cost.exact, exactPrice: price, isReversal: false)
    }
}
