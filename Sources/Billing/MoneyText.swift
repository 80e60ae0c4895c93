public import Ledger

extension CurrencyRules {
    /// `12.50 USD`, `500 JPY`: the currency's own decimals, and more only where the amount has them.
    public func text(_ money: Money) -> String { "\(digits(money)) \(money.currency.code.uppercased())" }

    /// `12.50` without the currency, for columns that have one for it.
    public func digits(_ money: Money) -> String {
        let decimals = (try? rule(for: money.currency).exponent) ?? 2
        let (whole, fraction) = money.micros.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        var places = String(fraction)
        places = String(repeating: "0", count: 6 - places.count) + places
        while places.count > decimals, places.hasSuffix("0") { places.removeLast() }
        let sign = money.isNegative ? "-" : ""
        return places.isEmpty ? "\(sign)\(whole)" : "\(sign)\(whole).\(places)"
    }

    /// An amount in minor units, as Stripe and the HTTP API write it.
    public func text(minor: Int64, _ currency: Currency) -> String {
        (try? money(minor: minor, currency)).map(text) ?? "\(minor) minor units of \(currency)"
    }

    /// Reads an amount that a person typed: `12.50`, `500`. Decimals beyond the currency's own are refused.
    /// - Returns: minor units.
    public func minor(typed text: String, _ currency: Currency) throws -> Int64? {
        let decimals = try rule(for: currency).exponent
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? parts[1] : ""
        let areDigits = (parts + [fraction]).allSatisfy { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        guard areDigits, !parts[0].isEmpty, fraction.count <= decimals, !(parts.count == 2 && fraction.isEmpty)
        else { return nil }
        return Int64(parts[0] + fraction + String(repeating: "0", count: decimals - fraction.count))
    }
}
