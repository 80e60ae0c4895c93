public import Ledger

extension Rated {
    /// What takes this back: cost, markup and flat fee negated; by a product's meters, what the month costs without the
    /// event less what it cost with it. So what was posted for a month is always what its events cost that are left,
    /// whichever of them is taken back.
    ///
    /// Where the product's tiers are others by now, the event's own amount is negated.
    /// - Parameters:
    ///   - use: how the product's meters go down; `nil` where none does.
    ///   - instant: when the event happened, for what a credit was worth.
    /// - Throws: `overflow`.
    public func reversal(
        _ use: ProductUse? = nil, credits: CreditUnit? = nil, at instant: Instant = Instant(millisecondsSince1970: 0)
    ) throws(BillingError) -> Rated {
        var metrics: [RatedMetric] = []
        var price = ExactAmount.zero
        for metric in self.metrics {
            let reading = use?.readings.first { $0.metric.meter == metric.meter }
            var taken = try reading?.takingBack(metric, credits: credits, at: instant)
            if taken == nil { taken = try metric.negated() }
            guard let taken else { continue }
            metrics.append(taken)
            price = try price.adding(taken.amount)
        }
        return Rated(
            quantities: quantities, cost: cost, product: product, period: period, metrics: metrics, meters: meters,
            markup: markup, flatFee: flatFee, exactCost: try exactCost.negated(),
            exactPrice: product == nil ? try exactPrice.negated() : price, isReversal: !isReversal)
    }
}

extension MeterReading {
    /// - Returns: `nil` where the event would have another price by the tiers of now than it had.
    fileprivate func takingBack(
        _ original: RatedMetric, credits: CreditUnit?, at instant: Instant
    ) throws(BillingError) -> RatedMetric? {
        let now = try? MeterReading(metric, before: original.before, after: original.after)
            .rated(credits: credits, at: instant)
        guard let now, now.amount == original.amount else { return nil }
        return try rated(credits: credits, at: instant)
    }
}

extension RatedMetric {
    /// From after the event to before it.
    fileprivate func negated() throws(BillingError) -> RatedMetric {
        RatedMetric(
            meter: meter, unit: unit, mode: mode, before: after, after: before, stepsBefore: stepsAfter,
            stepsAfter: stepsBefore, credits: try credits?.negated(), creditMicros: creditMicros,
            amount: try amount.negated())
    }
}
