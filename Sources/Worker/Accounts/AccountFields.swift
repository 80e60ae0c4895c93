import Billing
import Foundation
import Ledger

/// Reads what a caller wrote about an account. Every refusal names the field and says what it should hold.
struct AccountFields {
    let currencies: CurrencyRules

    func name(_ text: String) throws(WorkerError) -> String {
        let name = text.trimmingCharacters(in: .whitespacesAndNewlines)
        let hasControls = name.unicodeScalars.contains { $0.properties.generalCategory == .control }
        guard (1...200).contains(name.count), name.utf8.count <= 800, !hasControls else {
            throw .invalid("name", "name must be 1 to 200 characters on one line")
        }
        try FieldCheck.noCardNumber("name", name)
        return name
    }

    func email(_ text: String) throws(WorkerError) -> String {
        try FieldCheck.email("email", text)
        return text
    }

    func country(_ text: String) throws(WorkerError) -> String {
        let letters = text.uppercased()
        guard letters.utf8.count == 2, letters.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
            throw .invalid("country", "country must be two letters of ISO 3166, such as US or JP")
        }
        return letters
    }

    func currency(_ text: String) throws(WorkerError) -> Currency {
        guard let currency = Currency(text), (try? currencies.rule(for: currency)) != nil else {
            throw .invalid(
                "currency", "currency must be the three letters of a currency that Stripe charges in, such as usd")
        }
        return currency
    }

    func stripeMode(_ text: String) throws(WorkerError) -> ConnectedAccount.StripeMode {
        guard let mode = ConnectedAccount.StripeMode(rawValue: text) else {
            throw .invalid("stripe", "stripe must be connect, platform or none")
        }
        return mode
    }

    func cycle(_ text: String) throws(WorkerError) -> ConnectedAccount.Cycle {
        guard let cycle = ConnectedAccount.Cycle(rawValue: text) else {
            throw .invalid("cycle", "cycle must be off, daily or monthly")
        }
        return cycle
    }

    func markup(_ percent: Decimal) throws(WorkerError) -> Percent {
        guard percent >= -100, let markup = Percent(percent) else {
            throw .invalid("markup_percent", "markup_percent must be −100 to 1000000 with at most four decimals")
        }
        return markup
    }

    func applicationFee(_ percent: Decimal) throws(WorkerError) -> Percent {
        guard percent >= 0, percent <= 100, let fee = Percent(percent) else {
            throw .invalid(
                "application_fee_percent", "application_fee_percent must be 0 to 100 with at most four decimals")
        }
        return fee
    }
}

// MARK: Terms

extension AccountFields {
    /// - Returns: the account's terms with the caller's changes in them.
    func terms(_ patch: JSONTree, of account: ConnectedAccount) throws -> BillingTerms {
        let terms = try TermsPatch.apply(patch, to: account.terms)
        do { try terms.check() } catch { throw WorkerError.terms(error) }
        return terms
    }
}

// MARK: What one field says about another

extension AccountFields {
    /// Refuses settings that contradict each other, or what Stripe allows in the account's currency.
    func checkTogether(_ account: ConnectedAccount) throws(WorkerError) {
        let rule: CurrencyRules.Rule
        do { rule = try currencies.rule(for: account.currency) } catch { throw .invalid("currency", error.detail) }
        try checkFees(account, maximum: rule.maximum)
        if account.stripeMode == .none {
            guard account.cycle == .off else { throw .invalid("cycle", "an account with stripe none is never charged") }
            guard account.chargeThreshold == nil else {
                throw .invalid("charge_threshold", "an account with stripe none is never charged")
            }
        }
        if let threshold = account.chargeThreshold, !(rule.minimum...rule.maximum).contains(threshold) {
            throw .invalid(
                "charge_threshold", "charge_threshold must be \(rule.minimum) to \(rule.maximum) minor units")
        }
        try checkTopUp(account.topUpMinimum, "top_up_minimum", account.currency)
        try checkTopUp(account.topUpMaximum, "top_up_maximum", account.currency)
        if let minimum = account.topUpMinimum, let maximum = account.topUpMaximum, minimum > maximum {
            throw .invalid("top_up_maximum", "top_up_maximum must not be less than top_up_minimum")
        }
    }

    private func checkFees(_ account: ConnectedAccount, maximum: Int64) throws(WorkerError) {
        guard (0...maximum).contains(account.applicationFeeFixed) else {
            throw .invalid("application_fee_fixed", "application_fee_fixed must be 0 to \(maximum) minor units")
        }
        guard account.stripeMode != .connect else { return }
        guard account.applicationFeePercent == .zero else {
            throw .invalid("application_fee_percent", "only an account with stripe connect can have an application fee")
        }
        guard account.applicationFeeFixed == 0 else {
            throw .invalid("application_fee_fixed", "only an account with stripe connect can have an application fee")
        }
    }

    private func checkTopUp(_ amount: Int64?, _ field: String, _ currency: Currency) throws(WorkerError) {
        guard let amount else { return }
        do { try currencies.check(charge: amount, currency) } catch { throw .invalid(field, error.detail) }
    }
}
