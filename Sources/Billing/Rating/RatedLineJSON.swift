/// A rated line in JSON, as it is stored and as `explain` shows it. What was not used is left out.
extension RatedLine: Codable {
    private enum CodingKeys: String, CodingKey { case posted }
    private enum PostedKeys: String, CodingKey { case cost, price }

    public init(from decoder: any Decoder) throws {
        rated = try Rated(from: decoder)
        let posted = try decoder.container(keyedBy: CodingKeys.self)
            .nestedContainer(keyedBy: PostedKeys.self, forKey: .posted)
        cost = try posted.decode(Posted.self, forKey: .cost)
        price = try posted.decode(Posted.self, forKey: .price)
    }

    public func encode(to encoder: any Encoder) throws {
        try rated.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        var posted = container.nestedContainer(keyedBy: PostedKeys.self, forKey: .posted)
        try posted.encode(cost, forKey: .cost)
        try posted.encode(price, forKey: .price)
    }
}

extension Rated: Codable {
    private enum CodingKeys: String, CodingKey {
        case quantities, cost, product, period, metrics, meters, markup, flatFee = "flat_fee", exactCost = "exact_cost"
        case exactPrice = "exact_price", isReversal = "reversal"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        quantities = try container.decodeIfPresent(Quantities.self, forKey: .quantities) ?? .none
        cost = try container.decode(RatedCost.self, forKey: .cost)
        product = try container.decodeIfPresent(String.self, forKey: .product)
        period = try container.decodeIfPresent(String.self, forKey: .period)
        metrics = try container.decodeIfPresent([RatedMetric].self, forKey: .metrics) ?? []
        meters = try container.decodeIfPresent([String].self, forKey: .meters) ?? []
        markup = try container.decodeIfPresent(Markup.self, forKey: .markup)
        flatFee = try container.decodeIfPresent(FlatFee.self, forKey: .flatFee)
        exactCost = try container.decode(ExactAmount.self, forKey: .exactCost)
        exactPrice = try container.decode(ExactAmount.self, forKey: .exactPrice)
        isReversal = try container.decodeIfPresent(Bool.self, forKey: .isReversal) ?? false
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        if !quantities.isEmpty { try container.encode(quantities, forKey: .quantities) }
        try container.encode(cost, forKey: .cost)
        try container.encodeIfPresent(product, forKey: .product)
        try container.encodeIfPresent(period, forKey: .period)
        if !metrics.isEmpty { try container.encode(metrics, forKey: .metrics) }
        if !meters.isEmpty { try container.encode(meters, forKey: .meters) }
        try container.encodeIfPresent(markup, forKey: .markup)
        try container.encodeIfPresent(flatFee, forKey: .flatFee)
        try container.encode(exactCost, forKey: .exactCost)
        try container.encode(exactPrice, forKey: .exactPrice)
        if isReversal { try container.encode(isReversal, forKey: .isReversal) }
    }
}

extension RatedCost: Codable {
    private enum CodingKeys: String, CodingKey {
        case basis, provider, model, units, exact, priceVersion = "price_version"
        case isLongContext = "long_context", isCeiling = "ceiling", usdRate = "usd_rate"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        basis = try container.decode(Basis.self, forKey: .basis)
        provider = try container.decodeIfPresent(String.self, forKey: .provider)
        model = try container.decodeIfPresent(String.self, forKey: .model)
        priceVersion = try container.decodeIfPresent(String.self, forKey: .priceVersion)
        isLongContext = try container.decodeIfPresent(Bool.self, forKey: .isLongContext) ?? false
        units = try container.decodeIfPresent([Unit].self, forKey: .units) ?? []
        usdRate = try container.decodeIfPresent(ExchangeRate.self, forKey: .usdRate)
        exact = try container.decode(ExactAmount.self, forKey: .exact)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(basis, forKey: .basis)
        try container.encodeIfPresent(provider, forKey: .provider)
        try container.encodeIfPresent(model, forKey: .model)
        try container.encodeIfPresent(priceVersion, forKey: .priceVersion)
        if isLongContext { try container.encode(isLongContext, forKey: .isLongContext) }
        if isCeiling { try container.encode(isCeiling, forKey: .isCeiling) }
        if !units.isEmpty { try container.encode(units, forKey: .units) }
        try container.encodeIfPresent(usdRate, forKey: .usdRate)
        try container.encode(exact, forKey: .exact)
    }
}

extension RatedCost.Unit {
    private enum CodingKeys: String, CodingKey {
        case unit, quantity, price, amount, pricedAs = "priced_as", isCeiling = "ceiling"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        unit = try container.decode(UsageUnit.self, forKey: .unit)
        quantity = try container.decode(Quantity.self, forKey: .quantity)
        price = try container.decode(UnitPrice.self, forKey: .price)
        pricedAs = try container.decodeIfPresent(UsageUnit.self, forKey: .pricedAs)
        amount = try container.decode(ExactAmount.self, forKey: .amount)
        isCeiling = try container.decodeIfPresent(Bool.self, forKey: .isCeiling) ?? false
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(unit, forKey: .unit)
        try container.encode(quantity, forKey: .quantity)
        try container.encode(price, forKey: .price)
        try container.encodeIfPresent(pricedAs, forKey: .pricedAs)
        try container.encode(amount, forKey: .amount)
        if isCeiling { try container.encode(isCeiling, forKey: .isCeiling) }
    }
}

/// In JSON its name.
extension UsageUnit: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try container.decode(String.self)
        do {
            try self.init(name)
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.detail)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}
