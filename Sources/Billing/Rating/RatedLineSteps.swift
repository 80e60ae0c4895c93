public import Ledger

extension RatedLine {
    /// The arithmetic from the quantities to what was posted, a sentence for each step.
    public func steps(in currency: Currency) -> [String] {
        let code = currency.code.uppercased()
        return (rated.isReversal ? [reversalStep] : []) + costSteps(code)
            + (rated.product == nil ? markupSteps(code) : metricSteps(code))
            + (rated.meters.isEmpty ? [] : ["Counted by the meters \(rated.meters.joined(separator: ", "))."])
            + postedSteps("cost", cost, rated.exactCost, code) + postedSteps("price", price, rated.exactPrice, code)
    }

    private var reversalStep: String {
        rated.product == nil
            ? "It takes another line back: both exact amounts are that line's, negated."
            : "It takes another line back: the cost is that line's, negated; the price is what the month costs without "
                + "it, less what it cost with it."
    }

    private func costSteps(_ code: String) -> [String] {
        let cost = rated.cost
        switch cost.basis {
        case .given: return ["The caller gave the cost: \(cost.exact) micros of \(code)."]
        case .none: return ["No provider was named: it cost nothing."]
        case .catalogue: break
        }
        var steps = cost.units.map { unit in
            let ceiling = unit.isCeiling ? " (by the account's ceiling)" : ""
            let owner = unit.pricedAs.map { " (priced as \($0))" } ?? ceiling
            return "\(unit.quantity) \(unit.unit)\(owner) × \(unit.price) USD = \(unit.amount) micros of USD"
        }
        let name = [cost.provider, cost.model].compactMap(\.self).joined(separator: "/")
        let version = cost.priceVersion.map { ", price version \($0)" } ?? ""
        let length = cost.isLongContext ? ", long context" : ""
        steps.insert("Prices of \(name)\(version)\(length):", at: 0)
        if let rate = cost.usdRate { steps.append("× exchange rate \(rate) \(code) for 1 USD") }
        return steps + ["Cost: \(cost.exact) micros of \(code), exactly."]
    }

    private func markupSteps(_ code: String) -> [String] {
        var steps: [String] = []
        if let markup = rated.markup {
            let name = markup.name.map { " \($0)" } ?? ""
            let percent = MarkupText.text(markup.percent)
            steps.append("Price: cost × (1 + \(percent) %), the markup of the \(markup.of.rawValue)\(name).")
        }
        if let fee = rated.flatFee { steps.append("+ \(fee.micros) micros, the flat fee of the \(fee.of.rawValue).") }
        return steps
    }

    private func metricSteps(_ code: String) -> [String] {
        let period = rated.period.map { ", in the customer's month \($0)" } ?? ""
        return ["Price: by the meters of the product \(rated.product ?? "")\(period)."]
            + rated.metrics.flatMap { metric in
                let unit = metric.unit == .credits ? "millionths of a credit" : "micros of \(code)"
                var steps = ["\(metric.meter) went from \(metric.before) to \(metric.after) (\(metric.mode.rawValue)):"]
                steps += metric.stepsAfter.map { Self.text(of: $0, "after", unit) }
                steps += metric.stepsBefore.map { Self.text(of: $0, "less, before", unit) }
                if let credits = metric.credits, let worth = metric.creditMicros {
                    steps.append("\(credits) millionths of a credit × \(worth) micros for a credit")
                }
                return steps + ["= \(metric.amount) micros of \(code)"]
            }
    }

    private static func text(of step: Tiers.Step, _ side: String, _ unit: String) -> String {
        let fixed = step.fixedMicros == 0 ? "" : " + \(step.fixedMicros)"
        return "\(side): \(step.band): \(step.quantity) × \(step.unitRate)\(fixed) = \(step.amount) \(unit)"
    }

    private func postedSteps(_ name: String, _ posted: Posted, _ exact: ExactAmount, _ code: String) -> [String] {
        [
            "Posted \(name): \(exact) + \(posted.carryBefore) carried over = \(posted.micros) micros of \(code), and "
                + "\(posted.carryAfter) to carry on."
        ]
    }
}

private enum MarkupText {
    static func text(_ percent: Percent) -> String {
        DecimalDigits.text(Int128(percent.partsPerMillion), places: 4)
    }
}
