import Foundation

/// An event's cost and price before rounding, with all that explains them.
public struct Rated: Hashable, Sendable {
    public let quantities: Quantities
    public let cost: RatedCost
    /// The product's slug, and what its meters say; without one, markup and flat fee make the price.
    public let product: String?
    /// The customer's month in which the product's meters were read: `2026-11`.
    public let period: String?
    public let metrics: [RatedMetric]
    /// The slugs of all meters that have counted it, whatever made the price.
    public let meters: [String]
    public let markup: Markup?
    public let flatFee: FlatFee?
    /// In micros of the account's currency.
    public let exactCost: ExactAmount
    public let exactPrice: ExactAmount
    /// It takes a line back; then both amounts are those of the line, negated.
    public let isReversal: Bool

    /// - Throws: `overflow` when cost or price do not fit 64 bits of micros.
    public func settled(_ carries: Carries) throws(BillingError) -> RatedLine {
        RatedLine(
            rated: self, cost: try RatedLine.Posted(exactCost, carries.cost),
            price: try RatedLine.Posted(exactPrice, carries.price))
    }
}

/// What was posted for an event, and everything that is needed to explain it.
public struct RatedLine: Hashable, Sendable {
    /// An exact amount, rounded down together with what was left before.
    public struct Posted: Hashable, Codable, Sendable {
        public let micros: Int64
        public let carryBefore: Carry
        public let carryAfter: Carry

        init(_ exact: ExactAmount, _ carry: Carry) throws(BillingError) {
            carryBefore = carry
            (micros, carryAfter) = try carry.settle(exact)
        }

        private enum CodingKeys: String, CodingKey {
            case micros, carryBefore = "carry_before", carryAfter = "carry_after"
        }
    }

    public let rated: Rated
    public let cost: Posted
    public let price: Posted

    init(rated: Rated, cost: Posted, price: Posted) {
        self.rated = rated
        self.cost = cost
        self.price = price
    }

    /// What the customer's next event takes over.
    public var carries: Carries { Carries(cost: cost.carryAfter, price: price.carryAfter) }

}

extension RatedLine {
    /// Compact JSON to store with the event; nothing is lost in it.
    public var json: String { RatedLineText(self).text }

    /// What `json` has written.
    public init(json: String) throws { self = try JSONDecoder().decode(RatedLine.self, from: Data(json.utf8)) }
}
