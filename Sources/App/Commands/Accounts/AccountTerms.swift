import ArgumentParser
import Billing
import Foundation
import Ledger
import Worker

/// What may be said of a merchant, when one is made and when one is changed. Amounts are typed as people write them.
struct AccountTerms: ParsableArguments, Sendable {
    @Option(help: "E-mail address, passed on to Stripe's onboarding.") var email: String?
    @Option(help: "Country, two letters of ISO 3166.") var country: String?
    @Option(help: "Added to what usage costs, in percent.") var markupPercent: String?
    @Option(help: "The platform's share of each charge, in percent.") var applicationFeePercent: String?
    @Option(help: ArgumentHelp("The platform's fixed part of each charge.", valueName: "amount"))
    var applicationFeeFixed: String?
    @Option(help: "When what accrued is charged without asking: off, daily or monthly.") var cycle: String?
    @Option(
        help: ArgumentHelp(
            "A customer who owes this much is charged at once; `none` for no threshold.", valueName: "amount"))
    var chargeThreshold: String?
    @Option(help: ArgumentHelp("The least top-up, or `none`.", valueName: "amount")) var topUpMinimum: String?
    @Option(help: ArgumentHelp("The largest top-up, or `none`.", valueName: "amount")) var topUpMaximum: String?

    func new(name: String, currency: String, stripe: String, _ rules: CurrencyRules) throws -> NewAccount {
        let reader = AmountReader(currency: Currency(currency), rules: rules)
        return NewAccount(
            name: name, email: email, country: country, currency: currency, stripe: stripe,
            markupPercent: try percent("--markup-percent", markupPercent),
            applicationFeePercent: try percent("--application-fee-percent", applicationFeePercent),
            applicationFeeFixed: try reader.read("--application-fee-fixed", applicationFeeFixed), cycle: cycle,
            chargeThreshold: try reader.read("--charge-threshold", chargeThreshold),
            topUpMinimum: try reader.read("--top-up-minimum", topUpMinimum),
            topUpMaximum: try reader.read("--top-up-maximum", topUpMaximum))
    }

    func change(of account: ConnectedAccount, _ rules: CurrencyRules) throws -> AccountChange {
        let reader = AmountReader(currency: account.currency, rules: rules)
        var change = AccountChange()
        change.email = field(email) { $0 }
        change.country = field(country) { $0 }
        change.markupPercent = try percent("--markup-percent", markupPercent)
        change.applicationFeePercent = try percent("--application-fee-percent", applicationFeePercent)
        change.applicationFeeFixed = try reader.read("--application-fee-fixed", applicationFeeFixed)
        change.cycle = cycle
        change.chargeThreshold = try reader.field("--charge-threshold", chargeThreshold)
        change.topUpMinimum = try reader.field("--top-up-minimum", topUpMinimum)
        change.topUpMaximum = try reader.field("--top-up-maximum", topUpMaximum)
        return change
    }

    private func field(_ text: String?, _ read: (String) -> String) -> AccountChange.Field<String> {
        switch text {
        case nil: .keep
        case "none": .clear
        case let text?: .set(read(text))
        }
    }

    private func percent(_ flag: String, _ text: String?) throws -> Decimal? {
        guard let text else { return nil }
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        let isNumber =
            (1...2).contains(parts.count)
            && parts.allSatisfy { !$0.isEmpty && $0.count <= 12 && $0.allSatisfy { ("0"..."9").contains($0) } }
        guard isNumber, let percent = Decimal(string: text) else {
            throw ValidationError("\(flag) holds \"\(text)\"; it should hold a number, for example 12.5")
        }
        return percent
    }
}

/// Reads amounts that people type, in one currency: `12.50`.
struct AmountReader {
    let currency: Currency?
    let rules: CurrencyRules

    /// - Returns: minor units; `nil` for no text and for `none`.
    func read(_ what: String, _ text: String?) throws -> Int64? {
        guard let text, text != "none" else { return nil }
        guard let currency, let minor = try rules.minor(typed: text, currency) else {
            let name = currency?.code.uppercased() ?? "the currency"
            let example = currency.map { rules.digits(Money(micros: 20_000_000, $0)) } ?? "20.00"
            throw ValidationError(
                "\(what) holds \"\(text)\"; it should hold an amount in \(name), for example \(example)")
        }
        return minor
    }

    func field(_ what: String, _ text: String?) throws -> AccountChange.Field<Int64> {
        guard let text else { return .keep }
        return try read(what, text).map(AccountChange.Field.set) ?? .clear
    }
}
