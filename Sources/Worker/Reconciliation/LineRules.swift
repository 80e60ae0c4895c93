import Billing
import Ledger
import Storage

/// What must hold between a usage event and its rated line.
struct LineRules {
    /// The last event from before lines were kept.
    let lastWithoutLine: String

    /// An event, judged.
    struct Verdict {
        /// What it costs by what it reported, before any rounding; `nil` where that cannot be told.
        var exact: (cost: ExactAmount, price: ExactAmount)?
        /// What must be posted for it, in micros: rounded as its line says that it was.
        var priceMicros: Int64?
        var costMicros: Int64?
        var fault: (kind: Discrepancy.Kind, detail: String)?
    }

    func judge(_ event: ComparedEvent) -> Verdict {
        guard let json = event.line else { return judgeWithoutLine(event) }
        guard let line = try? RatedLine(json: json) else {
            return Verdict(fault: (.ratedLineDiffers, "its line cannot be read"))
        }
        let rated = line.rated
        guard let again = try? RatedAgain(rated, quantities: event.quantities, markup: event.markup) else {
            return Verdict(fault: (.ratedLineDiffers, "its line is of other quantities or another markup than it has"))
        }
        var verdict = Verdict(exact: (again.cost, again.price))
        guard let price = try? line.price.carryBefore.settle(again.price),
            let cost = try? line.cost.carryBefore.settle(again.cost)
        else {
            verdict.fault = (.ratedLineDiffers, "what it comes to is no amount that can be posted")
            return verdict
        }
        (verdict.priceMicros, verdict.costMicros) = (price.micros, cost.micros)
        if price.micros != event.priceMicros || cost.micros != event.costMicros {
            verdict.fault = (
                .ratedLineDiffers,
                "it costs \(cost.micros) at the price of \(price.micros) micros, and was stored with "
                    + "\(event.costMicros) and \(event.priceMicros)"
            )
        } else if again.price != rated.exactPrice || again.cost != rated.exactCost
            || line.price.micros != price.micros || line.cost.micros != cost.micros
            || line.price.carryAfter != price.carry || line.cost.carryAfter != cost.carry
        {
            verdict.fault = (.ratedLineDiffers, "the sums of its line are not those of its parts")
        }
        return verdict
    }

    /// From before lines were kept: cost and markup are all there is, and the price was rounded to either side.
    private func judgeWithoutLine(_ event: ComparedEvent) -> Verdict {
        guard event.id.text <= lastWithoutLine else {
            return Verdict(fault: (.ratedLineMissing, "nothing says how it was priced"))
        }
        let cost = ExactAmount(micros: event.costMicros)
        let markup = Markup(percent: event.markup, of: .account, name: nil)
        guard let price = try? markup.applied(to: cost),
            (0...1).contains(Int128(event.priceMicros) - price.wholeMicros)
        else { return Verdict(fault: (.ratedLineDiffers, "its price is not its cost with its markup")) }
        return Verdict(exact: (cost, price), priceMicros: event.priceMicros, costMicros: event.costMicros)
    }
}
