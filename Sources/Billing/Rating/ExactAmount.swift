/// An amount before any rounding: whole micros, and 10⁻²⁷ parts of a micro above them, so that −0.25 micros are −1 and
/// three quarters. That is as fine as a price (10⁻¹⁵ of a major unit) times a quantity (10⁻⁶), an exchange rate (10⁻⁶)
/// and a markup (10⁻⁶) can be, so all four are exact.
public struct ExactAmount: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let wholeMicros: Int128
    /// In 10⁻²⁷ of a micro; at least 0 and less than a whole one.
    public let fraction: Int128

    static let partsPerMicro: Int128 = 1_000_000_000_000_000_000_000_000_000
    private static let decimals = 27

    public static let zero = ExactAmount(micros: 0)

    public init(micros: Int64) { self.init(whole: Int128(micros), fraction: 0) }

    init(whole: Int128, fraction: Int128) {
        wholeMicros = whole
        self.fraction = fraction
    }

    /// What one unit costs at this price.
    public init(_ price: UnitPrice) {
        let (whole, rest) = price.femtos.quotientAndRemainder(dividingBy: 1_000_000_000)
        self.init(whole: whole, fraction: rest * (Self.partsPerMicro / 1_000_000_000))
    }

    public var isZero: Bool { wholeMicros == 0 && fraction == 0 }
    public var isNegative: Bool { wholeMicros < 0 }

    public func adding(_ other: ExactAmount) throws(BillingError) -> ExactAmount {
        let sum = fraction + other.fraction
        let (carry, rest): (Int128, Int128) = sum < Self.partsPerMicro ? (0, sum) : (1, sum - Self.partsPerMicro)
        let (whole, isTooLarge) = wholeMicros.addingReportingOverflow(other.wholeMicros)
        let (carried, isTooLargeYet) = whole.addingReportingOverflow(carry)
        guard !isTooLarge, !isTooLargeYet else { throw .overflow }
        return ExactAmount(whole: carried, fraction: rest)
    }

    public func subtracting(_ other: ExactAmount) throws(BillingError) -> ExactAmount {
        try adding(try other.negated())
    }

    public func negated() throws(BillingError) -> ExactAmount {
        guard wholeMicros != .min else { throw .overflow }
        return fraction == 0
            ? ExactAmount(whole: -wholeMicros, fraction: 0)
            : ExactAmount(whole: -wholeMicros - 1, fraction: Self.partsPerMicro - fraction)
    }

    public static func < (left: Self, right: Self) -> Bool {
        (left.wholeMicros, left.fraction) < (right.wholeMicros, right.fraction)
    }
}

extension ExactAmount {
    /// Times so many millionths: a quantity, a percentage, an exchange rate.
    /// - Throws: `overflow`, and `too_fine` for what 27 decimals of a micro cannot hold; never rounds.
    public func times(millionths: Int64) throws(BillingError) -> ExactAmount {
        let size = Int128(millionths.magnitude)
        let product = isNegative ? try negated().timesPositive(size).negated() : try timesPositive(size)
        return millionths < 0 ? try product.negated() : product
    }

    public func times(_ quantity: Quantity) throws(BillingError) -> ExactAmount {
        try times(millionths: quantity.millionths)
    }

    public func times(_ percent: Percent) throws(BillingError) -> ExactAmount {
        try times(millionths: percent.partsPerMillion)
    }

    /// For an amount that is not negative. Whole and fraction are each split at a million, so that only what truly
    /// does not fit overflows.
    private func timesPositive(_ millionths: Int128) throws(BillingError) -> ExactAmount {
        let million: Int128 = 1_000_000
        let (millions, units) = wholeMicros.quotientAndRemainder(dividingBy: million)
        let (large, isTooLarge) = millions.multipliedReportingOverflow(by: millionths)
        let (small, left) = (units * millionths).quotientAndRemainder(dividingBy: million)
        let (whole, isTooLargeYet) = large.addingReportingOverflow(small)
        guard !isTooLarge, !isTooLargeYet else { throw .overflow }
        let product = ExactAmount(whole: whole, fraction: left * (Self.partsPerMicro / million))
        return fraction == 0 ? product : try product.adding(try fractionTimes(millionths))
    }

    private func fractionTimes(_ millionths: Int128) throws(BillingError) -> ExactAmount {
        let (millions, units) = fraction.quotientAndRemainder(dividingBy: 1_000_000)
        let (small, lost) = (units * millionths).quotientAndRemainder(dividingBy: 1_000_000)
        guard lost == 0 else { throw .tooFine }
        let (parts, isWide) = millions.multipliedReportingOverflow(by: millionths)
        if !isWide {
            let (whole, rest) = parts.quotientAndRemainder(dividingBy: Self.partsPerMicro)
            return try ExactAmount(whole: whole, fraction: rest).adding(ExactAmount(whole: 0, fraction: small))
        }
        // Both factors are positive, and the quotient is at most 10²¹ × 2⁶³ / 10²⁷: it fits.
        let (whole, rest) = Self.partsPerMicro.dividingFullWidth(millions.multipliedFullWidth(by: millionths))
        return try ExactAmount(whole: whole, fraction: rest).adding(ExactAmount(whole: 0, fraction: small))
    }
}

extension ExactAmount {
    /// Micros in decimals, to store and to show: `12.000000000000000000000000034`, `-0.25`.
    public var description: String {
        let isBelowZero = isNegative && fraction != 0
        return DecimalText.make(
            isNegative: isNegative, whole: (isBelowZero ? wholeMicros + 1 : wholeMicros).magnitude,
            fraction: (isBelowZero ? Self.partsPerMicro - fraction : fraction).magnitude, places: Self.decimals)
    }

    /// - Throws: `bad_exact_amount` unless it is what `description` writes.
    public init(_ text: String) throws(BillingError) {
        let isNegative = text.hasPrefix("-")
        let parts = text.dropFirst(isNegative ? 1 : 0).split(separator: ".", omittingEmptySubsequences: false)
        let places = parts.count == 2 ? parts[1] : ""
        let isWritten = parts.allSatisfy { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } && !$0.isEmpty }
        let padding = String(repeating: "0", count: max(0, Self.decimals - places.utf8.count))
        guard isWritten, parts.count <= 2, places.utf8.count <= Self.decimals, let digits = parts.first,
            let whole = Int128(digits), let fraction = Int128(places + padding)
        else { throw .badExactAmount(text) }
        let size = ExactAmount(whole: whole, fraction: fraction)
        self = isNegative ? try size.negated() : size
    }
}

/// In JSON always a text.
extension ExactAmount: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        do {
            try self.init(text)
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.detail)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
