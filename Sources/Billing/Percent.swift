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
