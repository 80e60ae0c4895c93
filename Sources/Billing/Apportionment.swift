/// Splits whole amounts by weight and loses nothing: each part is its exact share rounded towards zero, and what that
/// leaves goes, one by one, to the parts that lost most (the method of the largest remainder, Hamilton's).
public enum Apportionment {
    /// - Parameter weights: those below zero count as zero.
    /// - Returns: a part for each weight, which add up to the amount; `nil` when no weight is above zero.
    /// - Throws: `overflow` when amount times weight does not fit 128 bits.
    public static func split(_ amount: Int128, by weights: [Int128]) throws(BillingError) -> [Int128]? {
        let weights = weights.map { max(0, $0) }
        let whole = weights.reduce(0, +)
        guard whole > 0 else { return nil }
        let size = Int128(amount.magnitude)
        var parts: [Int128] = []
        var rests: [(place: Int, rest: Int128)] = []
        for (place, weight) in weights.enumerated() {
            let (product, overflow) = size.multipliedReportingOverflow(by: weight)
            guard !overflow else { throw .overflow }
            let (part, rest) = product.quotientAndRemainder(dividingBy: whole)
            parts.append(part)
            rests.append((place, rest))
        }
        let left = Int(size - parts.reduce(0, +))
        rests.sort { ($0.rest, $1.place) > ($1.rest, $0.place) }
        for (place, _) in rests.prefix(left) { parts[place] += 1 }
        return amount < 0 ? parts.map { -$0 } : parts
    }
}
