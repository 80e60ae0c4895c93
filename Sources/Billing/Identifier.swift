import Ledger

/// A thing that Bursar names. The prefix starts with `b`, so that no id of ours can be mistaken for one of Stripe's.
public protocol Identified {
    static var idPrefix: String { get }
}

/// The id of an `Entity`: its prefix, `_`, and 26 characters that sort by the time of making.
public struct Identifier<Entity: Identified>: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let text: String

    /// An id that the database already holds.
    public init(stored text: String) { self.text = text }

    /// An id that a caller has written.
    /// - Returns: `nil` unless it has the shape of an `Entity`'s id.
    public init?(_ text: String) {
        let prefix = Entity.idPrefix + "_"
        guard text.hasPrefix(prefix), text.utf8.count == prefix.utf8.count + SortableName.length,
            text.utf8.dropFirst(prefix.utf8.count).allSatisfy(SortableName.isDigit)
        else { return nil }
        self.text = text
    }

    /// Of every such id, in characters.
    public static var length: Int { Entity.idPrefix.count + 1 + SortableName.length }

    public static func make(_ seams: Seams) -> Self {
        Self(stored: Entity.idPrefix + "_" + SortableName.make(at: seams.now(), random: seams.randomBytes(10)))
    }

    public var description: String { text }

    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

/// The ULID layout (github.com/ulid/spec) in lower case: 48 bits of milliseconds, then 80 random bits.
enum SortableName {
    static let length = 26
    private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    static func isDigit(_ character: UInt8) -> Bool { digits.contains(character) }

    static func make(at instant: Instant, random: [UInt8]) -> String {
        var bits = UInt128(UInt64(clamping: max(0, instant.millisecondsSince1970)) & 0xFFFF_FFFF_FFFF) << 80
        for (place, byte) in random.prefix(10).enumerated() {
            bits |= UInt128(byte) << (72 - 8 * UInt128(place))
        }
        let characters = (0..<length).map { place in digits[Int((bits >> UInt128(5 * (length - 1 - place))) & 31)] }
        return String(decoding: characters, as: UTF8.self)
    }
}
