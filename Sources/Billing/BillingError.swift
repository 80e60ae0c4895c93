import Ledger

/// What the rules refuse; always the caller's mistake (kind *rejected*).
public struct BillingError: Error, Hashable, Sendable, CustomStringConvertible {
    enum Code: String, Sendable {
        case unknownCurrency = "unknown_currency", amountTooSmall = "amount_too_small"
        case amountTooLarge = "amount_too_large", amountOffStep = "amount_off_step"
        case fractionOfMinorUnit = "fraction_of_minor_unit", overflow
    }

    private let name: Code
    /// A sentence for the caller that says what to do.
    public let detail: String

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
}
