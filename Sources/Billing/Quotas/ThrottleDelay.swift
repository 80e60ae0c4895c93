import Ledger

/// How long a throttled request waits before its provider is called.
///
/// Above a limit on what a day or a month uses it is one second for each percent of the limit, or part of one, that the
/// request comes to lie above the band, at most a minute, and never beyond the end of the period.
/// Above a limit on requests in a minute it is until the first minute that has room, at most five minutes on.
public struct ThrottleDelay: Hashable, Comparable, Sendable {
    public let milliseconds: Int64

    public static let longestForExcess: Int64 = 60_000
    public static let mostMinutes: Int64 = 5

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Rounded up, and at least 1.
    public var seconds: Int64 { max(1, (milliseconds + 999) / 1000) }

    public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    /// - Parameters:
    ///   - after: what will be used and held with the request, in the limit's own measure.
    ///   - band: the percentage of the limit that must not be exceeded without a wait.
    init(_ name: LimitName, after: Int128, limit: Int64, band: Int64, period: Period, at now: Instant) {
        let untilEnd = max(1, period.end.millisecondsSince1970 - now.millisecondsSince1970)
        if name.period == .minute {
            let minutes = Self.minutesToWait(after: after, room: Int128(limit) * Int128(band) / 100)
            self.init(milliseconds: untilEnd + (minutes - 1) * 60_000)
        } else {
            let excess = Self.percentAbove(after: after, limit: limit, band: band)
            let delay = excess * 1000
            self.init(milliseconds: min(delay, untilEnd))
        }
    }

    /// Whole percents above the band, rounded up; capped where the longest wait is reached.
    private static func percentAbove(after: Int128, limit: Int64, band: Int64) -> Int64 {
        guard limit > 0 else { return longestForExcess / 1000 }
        let excess = after * 100 - Int128(limit) * Int128(band)
        return Int64(min((excess + Int128(limit) - 1) / Int128(limit), Int128(longestForExcess / 1000)))
    }

    /// Of the requests that are already let in, each minute from the next on takes as many as it has room for.
    private static func minutesToWait(after: Int128, room: Int128) -> Int64 {
        guard room > 0 else { return mostMinutes }
        return Int64(min(max(1, (after - 1) / room), Int128(mostMinutes)))
    }
}
