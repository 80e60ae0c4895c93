/// What is counted. The kinds of tokens are disjoint: `input_tokens` are the fresh ones, not those read from or written
/// to a cache, and `output_tokens` leave out the `reasoning_tokens` that are given apart.
public struct UsageUnit: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let name: String

    public static let inputTokens = UsageUnit(known: "input_tokens")
    public static let outputTokens = UsageUnit(known: "output_tokens")
    public static let cacheReadTokens = UsageUnit(known: "cache_read_tokens")
    /// Written to a cache that lives five minutes.
    public static let cacheWrite5mTokens = UsageUnit(known: "cache_write_5m_tokens")
    /// Written to a cache that lives an hour.
    public static let cacheWrite1hTokens = UsageUnit(known: "cache_write_1h_tokens")
    public static let reasoningTokens = UsageUnit(known: "reasoning_tokens")
    public static let images = UsageUnit(known: "images")
    public static let audioSeconds = UsageUnit(known: "audio_seconds")
    public static let videoSeconds = UsageUnit(known: "video_seconds")
    public static let toolCalls = UsageUnit(known: "tool_calls")
    public static let computeSeconds = UsageUnit(known: "compute_seconds")

    /// The six kinds of tokens, in the order in which a line shows them.
    public static let tokens: [UsageUnit] = [
        inputTokens, outputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens, reasoningTokens,
    ]
    public static let known: [UsageUnit] =
        tokens + [images, audioSeconds, videoSeconds, toolCalls, computeSeconds]

    private static let places: [String: Int] =
        Dictionary(uniqueKeysWithValues: known.enumerated().map { ($0.element.name, $0.offset) })

    /// A known unit, or one of the merchant's own.
    /// - Throws: `bad_unit` unless the name is 1 to 40 of a–z, 0–9 and `_`, a letter first.
    public init(_ name: String) throws(BillingError) {
        let isFit = name.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_")
        }
        guard isFit, (1...40).contains(name.utf8.count), let first = name.utf8.first, (0x61...0x7A).contains(first)
        else { throw .badUnit(name) }
        self.name = name
    }

    private init(known name: String) { self.name = name }

    public var isToken: Bool { Self.places[name].map { $0 < Self.tokens.count } ?? false }
    /// Whether it is one that the merchant has made up.
    public var isCustom: Bool { Self.places[name] == nil }
    /// Whether its price is told for a million: tokens of any kind.
    public var isPricedPerMillion: Bool { name.hasSuffix("_tokens") }

    public var description: String { name }

    /// The known ones in their order, then the others by name.
    public static func < (left: Self, right: Self) -> Bool {
        let (leftPlace, rightPlace) = (places[left.name] ?? .max, places[right.name] ?? .max)
        return leftPlace == rightPlace ? left.name < right.name : leftPlace < rightPlace
    }
}
