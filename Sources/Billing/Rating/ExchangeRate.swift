/// How much of the account's currency one US dollar is, exact to a millionth.
public struct ExchangeRate: Hashable, Sendable, CustomStringConvertible {
    public let millionths: Int64

    /// One for one, as for an account that is in US dollars.
    public static let one = ExchangeRate(millionths: 1_000_000)

    private init(millionths: Int64) { self.millionths = millionths }

    /// - Throws: `bad_exchange_rate` unless it is more than 0 and at most 1,000,000, with at most six decimals.
    public init(_ text: String) throws(BillingError) {
        guard let number = DecimalDigits(text, places: 6), let millionths = Int64(exactly: number.scaled),
            (1...1_000_000_000_000).contains(millionths)
        else { throw .badExchangeRate(text) }
        self.millionths = millionths
    }

    public var description: String { DecimalDigits.text(Int128(millionths), places: 6) }
}

/// In JSON a number, or a text that holds one; written as a number.
extension ExchangeRate: Codable {
    public init(from decoder: any Decoder) throws {
        self = try ExactNumber.decode(from: decoder) { text throws(BillingError) in try ExchangeRate(text) }
    }

    public func encode(to encoder: any Encoder) throws { try ExactNumber.encode(description, to: encoder) }
}
