import Ledger

/// One of the meters that a product is charged by, and how.
public struct ProductMetric: Hashable, Sendable {
    public enum Unit: String, Codable, CaseIterable, Sendable {
        /// Rates are in the major unit of the account's currency.
        case money
        /// Rates are in credits, which are worth what the account's terms say on the day.
        case credits
    }

    /// The meter's slug.
    public let meter: String
    public let unit: Unit
    public let tiers: Tiers

    public init(meter: String, unit: Unit, tiers: Tiers) {
        self.meter = meter
        self.unit = unit
        self.tiers = tiers
    }
}

/// A customer's meter in the period, before and after an event.
public struct MeterReading: Hashable, Sendable {
    public let metric: ProductMetric
    public let before: Quantity
    public let after: Quantity

    public init(_ metric: ProductMetric, before: Quantity, after: Quantity) {
        self.metric = metric
        self.before = before
        self.after = after
    }
}

/// What an event has moved a product's meters by.
public struct ProductUse: Hashable, Sendable {
    /// The product's slug.
    public let product: String
    /// The customer's month whose totals the meters hold: `2026-11`.
    public let period: String?
    public let readings: [MeterReading]

    public init(product: String, period: String? = nil, readings: [MeterReading]) {
        self.product = product
        self.period = period
        self.readings = readings
    }
}

/// What an event costs by one meter: the price of the total after it less the price of the total before it. Below zero
/// where the event has brought the total down, or into a cheaper band.
public struct RatedMetric: Hashable, Sendable {
    public let meter: String
    public let unit: ProductMetric.Unit
    public let mode: Tiers.Mode
    public let before: Quantity
    public let after: Quantity
    public let stepsBefore: [Tiers.Step]
    public let stepsAfter: [Tiers.Step]
    /// Millionths of a credit; `nil` where the tiers are in money.
    public let credits: ExactAmount?
    /// What one credit was worth.
    public let creditMicros: Int64?
    /// In micros of the account's currency.
    public let amount: ExactAmount
}

extension RatedMetric: Codable {
    private enum CodingKeys: String, CodingKey {
        case meter, unit, mode, before, after, credits, amount, stepsBefore = "steps_before", stepsAfter = "steps_after"
        case creditMicros = "credit_micros"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        meter = try container.decode(String.self, forKey: .meter)
        unit = try container.decode(ProductMetric.Unit.self, forKey: .unit)
        mode = try container.decode(Tiers.Mode.self, forKey: .mode)
        before = try container.decodeStoredQuantity(forKey: .before)
        after = try container.decodeStoredQuantity(forKey: .after)
        stepsBefore = try container.decode([Tiers.Step].self, forKey: .stepsBefore)
        stepsAfter = try container.decode([Tiers.Step].self, forKey: .stepsAfter)
        credits = try container.decodeIfPresent(ExactAmount.self, forKey: .credits)
        creditMicros = try container.decodeIfPresent(Int64.self, forKey: .creditMicros)
        amount = try container.decode(ExactAmount.self, forKey: .amount)
    }
}

extension MeterReading {
    /// - Throws: `no_credit_value` where the metric is in credits and the account has not said what one is worth.
    func rated(credits: CreditUnit?, at instant: Instant) throws(BillingError) -> RatedMetric {
        let tiers = metric.tiers
        let difference = try tiers.price(from: before, to: after)
        var (worth, amount): (Int64?, ExactAmount) = (nil, difference)
        if metric.unit == .credits {
            guard let credits else { throw .noCreditValue(instant.day) }
            let micros = try credits.micros(at: instant)
            (worth, amount) = (micros, try difference.times(millionths: micros))
        }
        return RatedMetric(
            meter: metric.meter, unit: metric.unit, mode: tiers.mode, before: before, after: after,
            stepsBefore: try tiers.steps(to: before), stepsAfter: try tiers.steps(to: after),
            credits: worth == nil ? nil : difference, creditMicros: worth, amount: amount)
    }
}

/// In JSON `{"meter": "pages", "unit": "money", "mode": "graduated", "bands": [...]}`.
extension ProductMetric: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable { case meter, unit, mode, bands }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.knownFields(CodingKeys.self)
        meter = try container.decode(String.self, forKey: .meter)
        unit = try container.wordIfPresent(Unit.self, forKey: .unit) ?? .money
        tiers = try Tiers(from: decoder)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(meter, forKey: .meter)
        try container.encode(unit, forKey: .unit)
        try tiers.encode(to: encoder)
    }
}
