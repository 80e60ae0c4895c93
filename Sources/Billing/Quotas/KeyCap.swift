/// How much may be spent with a key in all its life, those included that it was rotated from.
public struct KeyCap: Hashable, Sendable {
    public let maxSpendMicros: Int64

    public init(maxSpendMicros: Int64) { self.maxSpendMicros = maxSpendMicros }

    /// What was spent with it, what its requests in flight hold and what one more will take must not be above it.
    public func allows(spent: Int64, held: Int64, estimate: Int64) -> Bool {
        Int128(spent) + Int128(held) + Int128(estimate) <= Int128(maxSpendMicros)
    }

    public func standing(spent: Int64, held: Int64) -> LimitStanding {
        LimitStanding(
            scope: .key, name: .maxSpend, used: spent, held: held, limit: maxSpendMicros, resetsAt: nil)
    }
}
