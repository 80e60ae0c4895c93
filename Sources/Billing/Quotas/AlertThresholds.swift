/// At which percentages of a budget or of a wallet somebody is told.
public struct AlertThresholds: Hashable, Sendable {
    /// Rising, each once.
    public let percents: [Int64]

    public static let usual = AlertThresholds([50, 80, 100])

    public init(_ percents: [Int64]) { self.percents = Set(percents).sorted() }

    /// The highest percentage of a budget that is reached by what is used; of a budget of 0 with the first micro.
    public func reached(by used: Int64, of limit: Int64) -> Int64? {
        percents.last { Self.isReached($0, by: Int128(used), of: limit) }
    }

    /// The percentages of a wallet that are spent, counted from what it held after it was filled last.
    /// - Parameters:
    ///   - base: what it held then.
    ///   - before: what it held before the movement.
    ///   - after: what it holds now; may be below zero.
    public func crossed(base: Int64, balanceFrom before: Int64, to after: Int64) -> [Int64] {
        guard base > 0 else { return [] }
        return percents.filter {
            !Self.isReached($0, by: Int128(base) - Int128(before), of: base)
                && Self.isReached($0, by: Int128(base) - Int128(after), of: base)
        }
    }

    /// Whether a balance has come down to the one that is called low, or below it.
    public static func hasBecomeLow(balanceFrom before: Int64, to after: Int64, low: Int64) -> Bool {
        before > low && after <= low
    }

    private static func isReached(_ percent: Int64, by value: Int128, of limit: Int64) -> Bool {
        limit > 0 ? value * 100 >= Int128(limit) * Int128(percent) : value > 0
    }
}
