import Config
import Foundation
public import Ledger

/// What Stripe lets be charged in each currency, from `Config/currencies.json`.
/// Source: docs.stripe.com/currencies. The minimums are advice; Stripe's `amount_too_small` is the truth.
public struct CurrencyRules: Sendable {
    /// One currency's rule; amounts are in Stripe's minor units.
    public struct Rule: Decodable, Hashable, Sendable {
        /// Decimals of Stripe's minor unit: 2 for USD, 0 for JPY, 3 for KWD.
        public let exponent: Int
        /// A charge must be a multiple of this: 10 for KWD, 100 for ISK.
        public let step: Int64
        public let minimum: Int64
        public let maximum: Int64
    }

    private let rules: [String: Rule]

    public static let standard: CurrencyRules = {
        // The file is compiled in and read by a test, so a fault in it cannot reach a user.
        let rules = try? JSONDecoder().decode([String: Rule].self, from: Data(Config.currencies))
        return CurrencyRules(rules: rules ?? [:])
    }()

    public var currencies: [Currency] { rules.keys.compactMap(Currency.init).sorted() }

    public func rule(for currency: Currency) throws(BillingError) -> Rule {
        guard let rule = rules[currency.code] else { throw .unknownCurrency(currency.code) }
        return rule
    }

    /// Stripe's minor units to ledger micros, exactly.
    public func money(minor: Int64, _ currency: Currency) throws(BillingError) -> Money {
        let (micros, overflow) = minor.multipliedReportingOverflow(by: try microsPerMinorUnit(currency))
        guard !overflow else { throw .amountTooLarge(currency) }
        return Money(micros: micros, currency)
    }

    /// Ledger micros to Stripe's minor units, exactly.
    /// - Throws: `fraction_of_minor_unit` for money that is no whole number of them.
    public func minor(_ money: Money) throws(BillingError) -> Int64 {
        let (minor, rest) = money.micros.quotientAndRemainder(dividingBy: try microsPerMinorUnit(money.currency))
        guard rest == 0 else { throw .fractionOfMinorUnit(money.currency) }
        return minor
    }

    /// Minor units in `money`, rounded towards zero, for showing.
    public func wholeMinor(_ money: Money) throws(BillingError) -> Int64 {
        money.micros / (try microsPerMinorUnit(money.currency))
    }

    /// The most of `money` that can be charged now, in minor units: whole steps, no more than the maximum;
    /// zero when that is below the minimum. What is left over stays where it is.
    public func chargeable(_ money: Money) throws(BillingError) -> Int64 {
        let rule = try rule(for: money.currency)
        let bounded = min(try wholeMinor(money), rule.maximum)
        let stepped = bounded - bounded % rule.step
        return stepped >= max(rule.minimum, 1) ? stepped : 0
    }

    /// Refuses an amount that Stripe would refuse.
    public func check(charge minor: Int64, _ currency: Currency) throws(BillingError) {
        let rule = try rule(for: currency)
        guard minor >= rule.minimum else { throw .amountTooSmall(minimum: text(minor: rule.minimum, currency)) }
        guard minor <= rule.maximum else { throw .amountTooLarge(currency) }
        guard minor % rule.step == 0 else { throw .amountOffStep(step: text(minor: rule.step, currency)) }
    }

    private func microsPerMinorUnit(_ currency: Currency) throws(BillingError) -> Int64 {
        (0..<(6 - (try rule(for: currency).exponent))).reduce(1) { product, _ in product * 10 }
    }
}
