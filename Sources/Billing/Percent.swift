public import Foundation

/// A percentage with up to four decimals, exact: parts per million, so that 12.5 % is 125,000.
public struct Percent: Hashable, Sendable {
    public let partsPerMillion: Int64

    public static let zero = Percent(partsPerMillion: 0)

    public init(partsPerMillion: Int64) { self.partsPerMillion = partsPerMillion }

    /// - Returns: `nil` when the number has more than four decimals, lies outside ±1,000,000 %, or is none.
    public init?(_ percent: Decimal) {
        // Beyond its range a Decimal's product is no number, and no number becomes zero.
        guard percent.isFinite, abs(percent) <= 1_000_000 else { return nil }
        var scaled = percent * 10_000
        var whole = Decimal()
        NSDecimalRound(&whole, &scaled, 0, .plain)
        guard whole == scaled else { return nil }
        partsPerMillion = NSDecimalNumber(decimal: whole).int64Value
    }

    public var decimal: Decimal { Decimal(partsPerMillion) / 10_000 }
}

/// In JSON a number, or a text that holds one; written as a number.
extension Percent: Codable {
    public init(from decoder: any Decoder) throws {
        self = try ExactNumber.decode(from: decoder) { text throws(BillingError) in
            guard let number = DecimalDigits(text, places: 4), abs(number.scaled) <= 10_000_000_000 else {
                throw .badPercent(text)
            }
            return Percent(partsPerMillion: Int64(number.scaled))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        try ExactNumber.encode(text, to: encoder)
    }

    /// `12.5`, without an exponent.
    var text: String { DecimalDigits.text(Int128(partsPerMillion), places: 4) }
}
