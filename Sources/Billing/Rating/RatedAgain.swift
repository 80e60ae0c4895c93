/// What an event costs by the prices that its line names, worked out anew from what the event itself reported: from its
/// quantities to units, cost, markup or tiers, and the price. The sums that the line holds are not believed.
public struct RatedAgain: Hashable, Sendable {
    public let cost: ExactAmount
    public let price: ExactAmount

    /// - Parameters:
    ///   - quantities: as the event reported them; a correction's are below zero.
    ///   - markup: as it is stored with the event.
    /// - Returns: `nil` where the line is not of these quantities and this markup at all.
    /// - Throws: `overflow`, `too_fine`.
    public init?(_ rated: Rated, quantities: Quantities, markup: Percent) throws(BillingError) {
        let reported = rated.isReversal ? try quantities.negated() : quantities
        guard reported == rated.quantities,
            let cost = try rated.cost.again(reported, isOfProduct: rated.product != nil)
        else { return nil }
        let price: ExactAmount
        if rated.product == nil {
            guard let rule = rated.markup, rule.percent == markup else { return nil }
            price = try rule.applied(to: cost).adding(ExactAmount(micros: rated.flatFee?.micros ?? 0))
        } else {
            var sum = ExactAmount.zero
            for metric in rated.metrics { sum = try sum.adding(try metric.again()) }
            price = sum
        }
        self.cost = rated.isReversal ? try cost.negated() : cost
        // The metrics of a reversal go from after to before, and are below zero by themselves.
        self.price = rated.isReversal && rated.product == nil ? try price.negated() : price
    }
}

extension RatedCost {
    fileprivate func again(_ quantities: Quantities, isOfProduct: Bool) throws(BillingError) -> ExactAmount? {
        switch basis {
        case .given: return exact.fraction == 0 ? exact : nil
        case .none: return .zero
        case .catalogue: break
        }
        var priced: [UsageUnit: Unit] = [:]
        for unit in units { guard priced.updateValue(unit, forKey: unit.unit) == nil else { return nil } }
        var dollars = ExactAmount.zero
        for (unit, quantity) in quantities.sorted where !quantity.isZero {
            guard let line = priced.removeValue(forKey: unit) else {
                guard unit.isCustom, isOfProduct else { return nil }
                continue
            }
            guard line.quantity == quantity else { return nil }
            dollars = try dollars.adding(try ExactAmount(line.price).times(quantity))
        }
        guard priced.isEmpty else { return nil }
        guard let usdRate else { return dollars }
        return try dollars.times(millionths: usdRate.millionths)
    }
}

extension RatedMetric {
    fileprivate func again() throws(BillingError) -> ExactAmount {
        let difference = try Self.sum(stepsAfter).subtracting(try Self.sum(stepsBefore))
        guard unit == .credits else { return difference }
        return try difference.times(millionths: creditMicros ?? 0)
    }

    private static func sum(_ steps: [Tiers.Step]) throws(BillingError) -> ExactAmount {
        var sum = ExactAmount.zero
        for step in steps {
            sum = try sum.adding(try ExactAmount(step.unitRate).times(step.quantity))
                .adding(ExactAmount(micros: step.fixedMicros))
        }
        return sum
    }
}
