public import Ledger

/// What a meter remembers of the events of a stretch of time; enough for its value, and never all events (but for
/// `unique_count`, all different values).
///
/// Events may come in any order and in any parts: states of parts merge to the state of the whole.
public struct MeterState: Hashable, Sendable {
    /// The events counted.
    public var count: Int64
    /// Of the numbers, in millionths.
    public var sumMillionths: Int128
    public var maximum: Quantity?
    /// The number of the event that happened last; of several at the same moment the greatest.
    public var latest: Quantity?
    public var latestAt: Instant?
    public var uniques: Set<String>
    /// How many different values there are besides `uniques`, where those are kept elsewhere. Whoever keeps them adds
    /// none of them again.
    public var otherUniques: Int64 = 0

    public static let empty = MeterState()
    /// Whole units fit 64 bits.
    private static let sums = -(Int128(Int64.max) * 1_000_000)...(Int128(Int64.max) * 1_000_000)

    public init(
        count: Int64 = 0, sumMillionths: Int128 = 0, maximum: Quantity? = nil, latest: Quantity? = nil,
        latestAt: Instant? = nil, uniques: Set<String> = []
    ) {
        self.count = count
        self.sumMillionths = sumMillionths
        self.maximum = maximum
        self.latest = latest
        self.latestAt = latestAt
        self.uniques = uniques
    }

    /// - Throws: `overflow`; nothing is changed then.
    public mutating func add(_ value: MeterValue, at time: Instant) throws(BillingError) {
        try merge(MeterState(of: value, at: time))
    }

    /// Takes back what an event has added to its count and its sum, as a correction does. Maximum, latest and the
    /// different values stay: they hold that it has been.
    /// - Throws: `overflow`; nothing is changed then.
    public mutating func takeBack(_ value: MeterValue) throws(BillingError) {
        let event = MeterState(of: value, at: Instant(millisecondsSince1970: 0))
        try merge(MeterState(count: -event.count, sumMillionths: -event.sumMillionths))
    }

    /// - Throws: `overflow`; nothing is changed then.
    public mutating func merge(_ other: MeterState) throws(BillingError) {
        let (events, tooMany) = count.addingReportingOverflow(other.count)
        let (sum, tooLarge) = sumMillionths.addingReportingOverflow(other.sumMillionths)
        guard !tooMany, !tooLarge, Self.sums.contains(sum) else { throw .quantityOverflow }
        count = events
        sumMillionths = sum
        maximum = [maximum, other.maximum].compactMap { $0 }.max()
        if let theirs = other.latest, let theirTime = other.latestAt, isEarlier(than: theirTime, theirs) {
            (latest, latestAt) = (theirs, theirTime)
        }
        uniques.formUnion(other.uniques)
        otherUniques += other.otherUniques
    }

    /// The meter's number. Of nothing it is zero; an average is rounded down to millionths.
    /// - Throws: `overflow` when it does not fit 64 bits of millionths.
    public func value(_ aggregation: MeterAggregation) throws(BillingError) -> Quantity {
        guard let fits = Int64(exactly: millionths(aggregation)) else { throw .quantityOverflow }
        return Quantity(millionths: fits)
    }

    /// The meter's number, whatever its size.
    public func millionths(_ aggregation: MeterAggregation) -> Int128 {
        switch aggregation {
        case .count: Int128(count) * 1_000_000
        case .uniqueCount: (Int128(uniques.count) + Int128(otherUniques)) * 1_000_000
        case .sum: sumMillionths
        case .average: count > 0 ? Self.floor(sumMillionths, by: Int128(count)) : 0
        case .max: Int128(maximum?.millionths ?? 0)
        case .latest: Int128(latest?.millionths ?? 0)
        }
    }

    private init(of value: MeterValue, at time: Instant) {
        self.init(count: 1)
        switch value {
        case .event: break
        case .text(let text): uniques = [text]
        case .number(let number):
            sumMillionths = Int128(number.millionths)
            (maximum, latest, latestAt) = (number, number, time)
        }
    }

    private func isEarlier(than time: Instant, _ number: Quantity) -> Bool {
        guard let latest, let latestAt else { return true }
        return latestAt == time ? latest < number : latestAt < time
    }

    private static func floor(_ value: Int128, by divisor: Int128) -> Int128 {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? quotient - 1 : quotient
    }
}
