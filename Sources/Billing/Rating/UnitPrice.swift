/// What one unit costs: whole femtos (10⁻¹⁵) of a currency's major unit, exact. Which currency, its holder says.
public struct UnitPrice: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let femtos: Int128

    public static let zero = UnitPrice(femtos: 0)
    /// 1,000,000,000,000 of the major unit, for one.
    static let mostFemtos: Int128 = 1_000_000_000_000 * 1_000_000_000_000_000

    init(femtos: Int128) { self.femtos = femtos }

    /// For one unit, in the major unit of the currency: `0.000003` is 3 dollars for a million.
    /// - Throws: `bad_unit_price` unless it is a number from 0 to 1,000,000,000,000 with at most 15 decimals.
    public init(_ text: String) throws(BillingError) { try self.init(text, places: 15) }

    /// For a million units: `3`, `0.075`.
    /// - Throws: `bad_unit_price` unless it is a number from 0 to 1,000,000,000,000 with at most nine decimals.
    public init(perMillion text: String) throws(BillingError) { try self.init(text, places: 9) }

    private init(_ text: String, places: Int) throws(BillingError) {
        guard let number = DecimalDigits(text, places: places), (0...Self.mostFemtos).contains(number.scaled)
        else { throw .badUnitPrice(text, places: places) }
        femtos = number.scaled
    }

    public var isZero: Bool { femtos == 0 }
    /// For one unit, without an exponent: `0.000003`.
    public var description: String { DecimalDigits.text(femtos, places: 15) }
    /// For a million units: `3`.
    public var perMillion: String { DecimalDigits.text(femtos, places: 9) }

    public static func < (left: Self, right: Self) -> Bool { left.femtos < right.femtos }
}

/// In JSON a number or a text, for one unit; written as a text, so that no reader makes a binary fraction of it.
extension UnitPrice: Codable {
    public init(from decoder: any Decoder) throws {
        self = try ExactNumber.decode(from: decoder) { text throws(BillingError) in try UnitPrice(text) }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
