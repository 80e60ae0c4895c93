extension Sabotage {
    static let rating = [
        Sabotage(
            "what rounding leaves is carried", "Billing/Rating/Carry", "Carry(fraction: sum.fraction)",
            .instead(".zero"), caughtBy: "RatedLineTests"),
        Sabotage(
            "the carry goes into the next amount", "Billing/Rating/Carry", "try amount.adding(exact)",
            .written("try SABOTAGED ? amount : amount.adding(exact)"), caughtBy: "RatedLineTests"),
        Sabotage(
            "a product that does not fit is an error", "Billing/Rating/ExactAmount",
            "guard !isTooLarge, !isTooLargeYet else { throw .overflow }\n        let product",
            .written(
                "if !SABOTAGED { guard !isTooLarge, !isTooLargeYet else { throw .overflow } }\n        let product"),
            caughtBy: "ExactAmountTests"),
        Sabotage(
            "nothing is rounded away in a product", "Billing/Rating/ExactAmount",
            "guard lost == 0 else { throw .tooFine }", caughtBy: "ExactAmountTests"),
        Sabotage(
            "a unit without a price costs something", "Billing/Rating/CostRating",
            "guard unit.isCustom, usage.product != nil else { throw .noUnitPrice(unit, of: model) }",
            caughtBy: "RatingTests"),
        Sabotage(
            "an unknown model is refused", "Billing/Rating/CostRating",
            "guard terms.unknownModel == .ceiling else { throw error }", caughtBy: "RatingTests"),
        Sabotage(
            "a correction in mid-band takes back what the month loses", "Billing/Rating/Reversal",
            "if taken == nil { taken = try metric.negated() }",
            .written("if taken == nil || SABOTAGED { taken = try metric.negated() }"), caughtBy: "ProductsTests"),
        Sabotage(
            "a credit is worth what its day says", "Billing/Rating/CreditUnit",
            "values.last(where: { $0.from <= instant.day })",
            .written("(SABOTAGED ? values.last : values.last(where: { $0.from <= instant.day }))"),
            caughtBy: "TiersTests"),
        Sabotage(
            "whole steps of a currency are charged", "Billing/CurrencyRules", "bounded - bounded % rule.step",
            .instead("bounded"), caughtBy: "CurrencyRulesTests"),
        Sabotage(
            "nothing below the minimum is charged", "Billing/CurrencyRules",
            "stepped >= max(rule.minimum, 1) ? stepped : 0", .instead("stepped"), caughtBy: "CurrencyRulesTests"),
        Sabotage(
            "no fraction of a minor unit is lost", "Billing/CurrencyRules",
            "guard rest == 0 else { throw .fractionOfMinorUnit(money.currency) }", caughtBy: "CurrencyRulesTests"),
        Sabotage(
            "a month that is over takes nothing late", "Billing/Quotas/Period",
            "now < end.adding(seconds: graceHours * 3_600)", .instead("true"), caughtBy: "PeriodTests"),
        Sabotage(
            "the end of a period is the next one's", "Billing/Quotas/Period", "start <= instant && instant < end",
            .instead("start <= instant && instant <= end"), caughtBy: "PeriodTests"),
    ]
}
