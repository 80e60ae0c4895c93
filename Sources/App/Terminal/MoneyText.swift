import Billing
import Ledger

extension CurrencyRules {
    /// Reads an amount that a person typed: `12.50`, `500`. Decimals beyond the currency's own are refused.
    /// - Returns: minor units.
    func minor(typed text: String, _ currency: Currency) throws -> Int64? {
        let decimals = try rule(for: currency).exponent
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? parts[1] : ""
        let areDigits = (parts + [fraction]).allSatisfy { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        guard areDigits, !parts[0].isEmpty, fraction.count <= decimals, !(parts.count == 2 && fraction.isEmpty)
        else { return nil }
        return Int64(parts[0] + fraction + String(repeating: "0", count: decimals - fraction.count))
    }
}

extension Instant {
    /// `2026-11-21 09:30Z`, for the columns of a list.
    var listText: String { shortText.dropLast(4) + "Z" }

    /// `2026-11-21 09:30:00Z`, to the second.
    var shortText: String {
        Instant(secondsSince1970: secondsSince1970).rfc3339.replacing("T", with: " ")
    }
}
