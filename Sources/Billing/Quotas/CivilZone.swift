import Foundation
public import Ledger

/// A place's clock: where its days and months begin.
///
/// A day begins when its clock first shows it, and one that has begun does not end when the clock is put back over
/// midnight. Where the clock skips midnight, the day begins at the first moment after; a day that is skipped as a whole
/// is empty, and no moment lies in it. So the days of every zone tile time.
public struct CivilZone: Hashable, Sendable, CustomStringConvertible {
    private let zone: TimeZone

    public static let utc = CivilZone(zone: .gmt)

    private init(zone: TimeZone) { self.zone = zone }

    /// - Parameter name: of IANA, such as `Europe/Berlin`, or `UTC`. Abbreviations mean different places to different
    ///   people (BST is London's summer and Dhaka's year), and are none.
    public init?(_ name: String) {
        if name == "UTC" || name == "GMT" {
            self = .utc
        } else {
            guard name.contains("/"), !name.hasPrefix("SystemV/"), let zone = TimeZone(identifier: name) else {
                return nil
            }
            self.zone = zone
        }
    }

    /// IANA's name.
    public var description: String { self == .utc ? "UTC" : zone.identifier }

    /// How far the clock is ahead of UTC.
    public func secondsFromUTC(at instant: Instant) -> Int64 { offset(instant.secondsSince1970) }

    /// The day that holds a moment.
    public func day(holding instant: Instant) -> CivilDate { CivilDate(daysSince1970: number(holding: instant)) }

    /// The first moment of a day. One that the clock skips begins, and ends, where the next begins.
    public func start(of day: CivilDate) -> Instant { start(ofDay: day.daysSince1970) }

    /// The last day that has begun.
    func number(holding instant: Instant) -> Int64 {
        let second = instant.secondsSince1970
        let (day, rest) = (second + offset(second)).quotientAndRemainder(dividingBy: Self.day)
        let shown = rest < 0 ? day - 1 : day
        return start(ofDay: shown + 1) <= instant ? shown + 1 : shown
    }

    /// The first moment at which the clock shows this day or a later one.
    func start(ofDay number: Int64) -> Instant { Instant(secondsSince1970: firstSecond(showing: number * Self.day)) }

    // MARK: Seconds

    private static let day: Int64 = 86_400
    /// More than any clock is ahead of UTC or behind it.
    private static let reach: Int64 = 18 * 3_600
    private static let step: Int64 = 3 * 3_600
    /// The years 1 to 9999: beyond them the clocks stay as they are there.
    private static let known: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    private func offset(_ second: Int64) -> Int64 {
        let within = min(max(second, Self.known.lowerBound), Self.known.upperBound)
        return Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(within))))
    }

    /// The first second at which the clock shows `local` or more, both counted from 1970.
    private func firstSecond(showing local: Int64) -> Int64 {
        let end = local + Self.reach
        var (at, current) = (local - Self.reach, offset(local - Self.reach))
        if offset(end) == current, offset(local - current) == current { return local - current }
        while at < end {
            let next = at + Self.step
            let change = offset(next) == current ? next : firstChange(after: at, until: next)
            let candidate = max(at, local - current)
            if candidate < change { return candidate }
            (at, current) = (change, offset(change))
        }
        return end
    }

    /// The first second whose offset is not that of `start`, if there is one change between both.
    private func firstChange(after start: Int64, until end: Int64) -> Int64 {
        let before = offset(start)
        var (low, high) = (start, end)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if offset(middle) == before { low = middle } else { high = middle }
        }
        return high
    }
}
