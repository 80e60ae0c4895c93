public import Foundation

/// How much of something was used: whole millionths, exact. At the door it is never negative; a correction's is.
public struct Quantity: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let millionths: Int64

    public static let zero = Quantity(millionths: 0)
    /// The most that one event may report.
    public static let most = Quantity(millionths: 1_000_000_000_000 * 1_000_000)

    public init(millionths: Int64) { self.millionths = millionths }

    /// A whole number, as tokens are counted.
    public init(whole: Int64) throws(BillingError) {
        let (millionths, overflow) = whole.multipliedReportingOverflow(by: 1_000_000)
        guard !overflow else { throw .badQuantity(String(whole)) }
        self.millionths = millionths
    }

    /// A number as a caller writes it: `1200`, `0.25`, `1.5e3`.
    /// - Throws: `bad_quantity` unless it is a number from 0 to 1,000,000,000,000 with at most six decimals.
    public init(_ text: String) throws(BillingError) {
        guard let number = DecimalDigits(text, places: 6), let millionths = Int64(exactly: number.scaled),
            (0...Self.most.millionths).contains(millionths)
        else { throw .badQuantity(text) }
        self.millionths = millionths
    }

    /// - Throws: `bad_quantity`, as from text.
    public init(_ decimal: Decimal) throws(BillingError) { try self.init("\(decimal)") }

    public var isZero: Bool { millionths == 0 }
    public var isNegative: Bool { millionths < 0 }
    /// `1200`, `0.25`.
    public var description: String { DecimalDigits.text(Int128(millionths), places: 6) }

    public func adding(_ other: Quantity) throws(BillingError) -> Quantity {
        let (sum, overflow) = millionths.addingReportingOverflow(other.millionths)
        guard !overflow else { throw .quantityOverflow }
        return Quantity(millionths: sum)
    }

    public func subtracting(_ other: Quantity) throws(BillingError) -> Quantity {
        let (difference, overflow) = millionths.subtractingReportingOverflow(other.millionths)
        guard !overflow else { throw .quantityOverflow }
        return Quantity(millionths: difference)
    }

    public func negated() throws(BillingError) -> Quantity { try Quantity.zero.subtracting(self) }

    public static func < (left: Self, right: Self) -> Bool { left.millionths < right.millionths }
}

/// In JSON a number, or a text that holds one; written as a number.
extension Quantity: Codable {
    public init(from decoder: any Decoder) throws {
        self = try ExactNumber.decode(from: decoder, Quantity.init)
    }

    public func encode(to encoder: any Encoder) throws { try ExactNumber.encode(description, to: encoder) }
}

/// Numbers in JSON that must not pass through binary fractions: a number is taken by its decimal digits.
enum ExactNumber {
    static func decode<Value>(
        from decoder: any Decoder, _ read: (String) throws(BillingError) -> Value
    ) throws -> Value {
        let container = try decoder.singleValueContainer()
        let text = try (try? container.decode(String.self)) ?? "\(container.decode(Decimal.self))"
        do {
            return try read(text)
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.detail)
        }
    }

    static func encode(_ text: String, to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        // Beyond a Decimal's 38 digits there is only the text.
        if let number = Decimal(string: text), "\(number)" == text {
            try container.encode(number)
        } else {
            try container.encode(text)
        }
    }
}
