/// Cost plus markup, exact. What rounding to whole micros leaves is carried to the customer's next event, so over any
/// stretch the sum of the prices is the rounded-down sum of what is exact.
public struct UsagePrice: Hashable, Sendable {
    public let micros: Int64
    /// Millionths of a micro, 0 to 999,999, to be carried to the next event.
    public let carry: Int64

    /// - Parameters:
    ///   - costMicros: what the provider takes; not negative.
    ///   - markup: may be negative, down to −100 %.
    ///   - carry: what the customer's last event left.
    public init(costMicros: Int64, markup: Percent, carry: Int64) throws(BillingError) {
        let factor = Int128(1_000_000) + Int128(markup.partsPerMillion)
        let exact = Int128(costMicros) * max(0, factor) + Int128(carry)
        let (micros, rest) = exact.quotientAndRemainder(dividingBy: 1_000_000)
        guard let whole = Int64(exactly: micros) else { throw .overflow }
        self.micros = whole
        self.carry = Int64(rest)
    }
}
