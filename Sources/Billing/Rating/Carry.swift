/// What rounding down to whole micros has left of a customer's amounts so far: less than one micro. It goes with the
/// next amount, so over any stretch the sum that was posted is the floor of the exact sum.
public struct Carry: Hashable, Sendable, CustomStringConvertible {
    public let exact: ExactAmount

    public static let zero = Carry(fraction: 0)

    private init(fraction: Int128) { exact = ExactAmount(whole: 0, fraction: fraction) }

    /// What `description` has written: `0`, `0.25`.
    /// - Throws: `bad_exact_amount` unless it is at least 0 and less than 1.
    public init(_ text: String) throws(BillingError) {
        exact = try ExactAmount(text)
        guard exact.wholeMicros == 0 else { throw .badExactAmount(text) }
    }

    /// Rounds down, towards the smaller number for a negative amount too.
    /// - Returns: the micros to post, and what the next amount takes over.
    /// - Throws: `overflow` when the micros do not fit 64 bits.
    public func settle(_ amount: ExactAmount) throws(BillingError) -> (micros: Int64, carry: Carry) {
        let sum = try amount.adding(exact)
        guard let micros = Int64(exactly: sum.wholeMicros) else { throw .overflow }
        return (micros, Carry(fraction: sum.fraction))
    }

    public var description: String { exact.description }
}

/// In JSON always a text.
extension Carry: Codable {
    public init(from decoder: any Decoder) throws {
        let amount = try ExactAmount(from: decoder)
        guard amount.wholeMicros == 0 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "\(amount) is no carry"))
        }
        exact = amount
    }

    public func encode(to encoder: any Encoder) throws { try exact.encode(to: encoder) }
}

/// What a customer's next event takes over: one carry for what the providers take, one for what is charged.
public struct Carries: Hashable, Codable, Sendable {
    public var cost: Carry
    public var price: Carry

    public static let zero = Carries(cost: .zero, price: .zero)

    public init(cost: Carry, price: Carry) {
        self.cost = cost
        self.price = price
    }
}
