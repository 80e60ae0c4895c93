/// A moment in UTC, in whole milliseconds since 1 January 1970. Arithmetic stops at the ends of `Int64` and never
/// wraps: a time from outside may be absurd, and must not turn into its opposite.
public struct Instant: Hashable, Comparable, Sendable {
    public let millisecondsSince1970: Int64

    public init(millisecondsSince1970: Int64) {
        self.millisecondsSince1970 = millisecondsSince1970
    }

    public init(secondsSince1970: Int64) {
        self.init(millisecondsSince1970: Int64(clamping: Int128(secondsSince1970) * 1000))
    }

    /// Rounded towards the past.
    public var secondsSince1970: Int64 { Self.floorDivide(millisecondsSince1970, 1000) }

    public func adding(seconds: Int64) -> Instant {
        Instant(millisecondsSince1970: Int64(clamping: Int128(millisecondsSince1970) + Int128(seconds) * 1000))
    }

    public func adding(milliseconds: Int64) -> Instant {
        Instant(millisecondsSince1970: Int64(clamping: Int128(millisecondsSince1970) + Int128(milliseconds)))
    }

    public static func < (left: Self, right: Self) -> Bool {
        left.millisecondsSince1970 < right.millisecondsSince1970
    }

    static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
