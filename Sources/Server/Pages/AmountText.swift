import Billing
import Ledger

/// An amount as a person reads it: `5.00 USD`, `500 JPY`, `1.250 KWD`.
enum AmountText {
    static func text(_ minor: Int64, _ currency: Currency, _ currencies: CurrencyRules) -> String {
        let exponent = (try? currencies.rule(for: currency))?.exponent ?? 2
        let digits = String(minor.magnitude)
        let padded = String(repeating: "0", count: max(0, exponent + 1 - digits.count)) + digits
        let whole = padded.dropLast(exponent)
        let fraction = exponent == 0 ? "" : "." + padded.suffix(exponent)
        return "\(minor < 0 ? "-" : "")\(grouped(whole))\(fraction) \(currency.code.uppercased())"
    }

    /// A thin space between thousands reads the same in every country.
    private static func grouped(_ digits: Substring) -> String {
        var text = ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place).isMultiple(of: 3) { text += "\u{202F}" }
            text.append(digit)
        }
        return text
    }
}
