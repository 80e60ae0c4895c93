public import Ledger

/// A stretch of time that a limit counts in: half-open, so that its end belongs to the next one. A zone's minutes, days
/// and months tile time without a gap and without an overlap.
public struct Period: Hashable, Sendable {
    public let kind: PeriodKind
    public let start: Instant
    /// The first moment after it.
    public let end: Instant

    public static let ever = Period(
        kind: .ever, start: Instant(millisecondsSince1970: .min), end: Instant(millisecondsSince1970: .max))

    private init(kind: PeriodKind, start: Instant, end: Instant) {
        self.kind = kind
        self.start = start
        self.end = end
    }

    /// The period that holds a moment. Minutes are those of UTC, which every clock in use shares.
    public init(_ kind: PeriodKind, holding instant: Instant, in zone: CivilZone) {
        switch kind {
        case .minute:
            let start = Self.floor(instant, to: 60_000)
            self.init(kind: kind, start: start, end: start.adding(seconds: 60))
        case .day:
            let day = zone.number(holding: instant)
            self.init(kind: kind, start: zone.start(ofDay: day), end: zone.start(ofDay: day + 1))
        case .month:
            let number = zone.number(holding: instant)
            let date = CivilDate(daysSince1970: number)
            let first = number - date.day + 1
            let length = CivilDate.length(ofMonth: date.month, year: date.year)
            self.init(kind: kind, start: zone.start(ofDay: first), end: zone.start(ofDay: first + length))
        case .ever:
            self = .ever
        }
    }

    public func contains(_ instant: Instant) -> Bool { start <= instant && instant < end }

    /// - Returns: `nil` for `ever`.
    public func next(in zone: CivilZone) -> Period? {
        kind == .ever ? nil : Period(kind, holding: end, in: zone)
    }

    /// - Returns: `nil` for `ever`.
    public func previous(in zone: CivilZone) -> Period? {
        kind == .ever ? nil : Period(kind, holding: start.adding(milliseconds: -1), in: zone)
    }

    /// Whether what happened in it is still counted in it, some hours after its end included.
    public func isOpen(at now: Instant, graceHours: Int64) -> Bool {
        kind == .ever || now < end.adding(seconds: graceHours * 3_600)
    }

    /// When an event counts: when it happened, as long as that month is open, else now.
    public static func countedAt(
        _ time: Instant, now: Instant, in zone: CivilZone, graceHours: Int64
    ) -> (instant: Instant, isLate: Bool) {
        let isOpen = Period(.month, holding: time, in: zone).isOpen(at: now, graceHours: graceHours)
        return isOpen ? (time, false) : (now, true)
    }

    static func floor(_ instant: Instant, to milliseconds: Int64) -> Instant {
        let rest = instant.millisecondsSince1970 % milliseconds
        return instant.adding(milliseconds: rest < 0 ? -rest - milliseconds : -rest)
    }
}

/// A quarter of an hour of UTC: the finest stretch that usage is added up by. Every clock in use is ahead of UTC, or
/// behind it, by whole quarters, so every zone's hours, days and months are made of whole ones.
public enum QuarterHour {
    public static let milliseconds: Int64 = 900_000

    /// The first moment of the quarter that holds `instant`.
    public static func start(holding instant: Instant) -> Instant { Period.floor(instant, to: milliseconds) }
}
