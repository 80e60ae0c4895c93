import Ledger

/// What the rules refuse; always the caller's mistake (kind *rejected*).
public struct BillingError: Error, Hashable, Sendable, CustomStringConvertible {
    enum Code: String, Sendable {
        case unknownCurrency = "unknown_currency", amountTooSmall = "amount_too_small"
        case amountTooLarge = "amount_too_large", amountOffStep = "amount_off_step"
        case fractionOfMinorUnit = "fraction_of_minor_unit", overflow
        case badQuantity = "bad_quantity", badUnit = "bad_unit", badUnitPrice = "bad_unit_price"
        case badExactAmount = "bad_exact_amount", tooFine = "too_fine"
        case badPercent = "bad_percent", badExchangeRate = "bad_exchange_rate", badTiers = "bad_tiers"
        case badCreditValues = "bad_credit_values", noCreditValue = "no_credit_value", badTerms = "bad_terms"
        case unknownModel = "unknown_model", ambiguousModel = "ambiguous_model", noUnitPrice = "no_unit_price"
        case noExchangeRate = "no_exchange_rate", noCost = "no_cost", badPrice = "bad_price"
    }

    private let name: Code
    /// A sentence for the caller that says what to do.
    public let detail: String
    /// The field that is at fault, where it is one.
    public private(set) var field: String?

    /// Stable, and fit for the label of a metric.
    public var code: String { name.rawValue }
    public var description: String { name.rawValue.split(separator: "_").joined(separator: " ") }

    static func unknownCurrency(_ code: String) -> Self {
        Self(
            name: .unknownCurrency,
            detail: "\(code) is not a currency that Stripe charges in; see Config/currencies.json")
    }
    static func amountTooSmall(minimum: String) -> Self {
        Self(name: .amountTooSmall, detail: "the least that can be charged is \(minimum)")
    }
    static func amountTooLarge(_ currency: Currency) -> Self {
        Self(name: .amountTooLarge, detail: "the amount is more than can be charged in \(currency)")
    }
    static func amountOffStep(step: String) -> Self {
        Self(name: .amountOffStep, detail: "the amount must be a multiple of \(step)")
    }
    static func fractionOfMinorUnit(_ currency: Currency) -> Self {
        Self(name: .fractionOfMinorUnit, detail: "the amount is not a whole number of minor units of \(currency)")
    }
    static let overflow = Self(name: .overflow, detail: "the amount does not fit 64 bits of micros")

    static func badQuantity(_ text: String) -> Self {
        Self(
            name: .badQuantity,
            detail: "\(shown(text)) is no quantity: a number from 0 to 1000000000000 with at most 6 decimals")
    }
    static let quantityOverflow = Self(
        name: .overflow, detail: "the quantities together do not fit 64 bits", field: "quantities")
    /// All of a unit that was counted, with what is to be counted now.
    public static func overflow(of unit: UsageUnit) -> Self {
        Self(name: .overflow, detail: "all \(unit) together do not fit 64 bits", field: "quantities.\(unit)")
    }
    static let latencyOverflow = Self(
        name: .overflow, detail: "all latencies together do not fit 64 bits", field: "latency_ms")
    static func badUnit(_ text: String) -> Self {
        Self(
            name: .badUnit,
            detail: "\(shown(text)) is no unit: write 1 to 40 of a–z, 0–9 and _, a letter first, as in input_tokens")
    }
    static func badUnitPrice(_ text: String, places: Int) -> Self {
        Self(
            name: .badUnitPrice,
            detail: "\(shown(text)) is no price: a number from 0 to 1000000000000 with at most \(places) decimals")
    }
    static func badExactAmount(_ text: String) -> Self {
        Self(name: .badExactAmount, detail: "\(shown(text)) is no exact amount: micros with at most 27 decimals")
    }
    static let tooFine = Self(name: .tooFine, detail: "the amount has more than 27 decimals of a micro")

    static func badPercent(_ text: String) -> Self {
        Self(
            name: .badPercent,
            detail: "\(shown(text)) is no percentage: a number within ±1000000 with at most 4 decimals")
    }
    static func badExchangeRate(_ text: String) -> Self {
        Self(
            name: .badExchangeRate,
            detail: "\(shown(text)) is no exchange rate: a number above 0, at most 1000000, with at most 6 decimals",
            field: "usd_rate")
    }
    static func badTiers(_ what: String) -> Self { Self(name: .badTiers, detail: what, field: "bands") }
    static func badCreditValues(_ what: String) -> Self {
        Self(name: .badCreditValues, detail: what, field: "credit_values")
    }
    static func noCreditValue(_ day: CivilDate) -> Self {
        Self(
            name: .noCreditValue,
            detail: "no credit_values of the account hold on \(day); add one from that day or before",
            field: "credit_values")
    }
    static func badTerms(_ field: BillingTerms.CodingKeys, _ what: String) -> Self {
        Self(name: .badTerms, detail: "\(field.rawValue): \(what)", field: field.rawValue)
    }
    static func badTerms(_ fault: TermsFault) -> Self {
        Self(name: .badTerms, detail: fault.description, field: fault.field.isEmpty ? nil : fault.field)
    }
    static func unknownModel(_ model: String, provider: String?) -> Self {
        let name = provider.map { "\(shown($0))/\(shown(model))" } ?? shown(model)
        return Self(
            name: .unknownModel,
            detail: "\(name) has no price; set one with POST /v1/prices, or report cost_micros", field: "model")
    }
    static func ambiguousModel(_ model: String, of providers: [String]) -> Self {
        Self(
            name: .ambiguousModel,
            detail: "\(shown(model)) is sold by several; name the provider: \(providers.joined(separator: ", "))",
            field: "provider")
    }
    static func noUnitPrice(_ unit: UsageUnit, of model: String) -> Self {
        Self(
            name: .noUnitPrice,
            detail: "\(shown(model)) has no price for \(unit); set one with POST /v1/prices, or report cost_micros",
            field: "quantities.\(unit)")
    }
    static func noExchangeRate(_ currency: Currency) -> Self {
        Self(
            name: .noExchangeRate,
            detail:
                "prices are in USD and the account is in \(currency.code.uppercased()); set usd_rate in its terms, or "
                + "report cost_micros", field: "usd_rate")
    }
    static let noCost = Self(
        name: .noCost, detail: "say what it cost in cost_micros, or name the model and its quantities",
        field: "cost_micros")
    static func notByTheMillion(_ unit: UsageUnit) -> Self {
        let tokens = UsageUnit.tokens.map(\.name).joined(separator: ", ")
        return Self(
            name: .badPrice,
            detail: "\(shown(unit.name)) is not priced by the million: that is for tokens (\(tokens)); "
                + "of anything else say what one costs", field: "per_million")
    }
    static func badPrice(_ field: String, _ what: String) -> Self { Self(name: .badPrice, detail: what, field: field) }

    /// What a caller has written, cut to what a sentence holds.
    private static func shown(_ text: String) -> String {
        text.isEmpty ? "an empty text" : text.count > 40 ? "\(text.prefix(40))…" : text
    }
}
