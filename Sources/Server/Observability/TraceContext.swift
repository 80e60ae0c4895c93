/// The caller's place in a distributed trace. Source: www.w3.org/TR/trace-context, version 00.
struct TraceContext: Sendable, Hashable {
    let traceID: String
    let parentID: String
    /// Ours, under the caller's.
    let spanID: String
    let flags: String

    /// - Parameters:
    ///   - header: the `traceparent` that came with the request.
    ///   - random: eight bytes for the new span.
    /// - Returns: nil for a header that the specification says to ignore.
    init?(header: String, random: [UInt8]) {
        let parts = header.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 4, parts[0].utf8.count == 2, parts[0] != "ff", parts[0] != "00" || parts.count == 4,
            parts[1].utf8.count == 32, parts[2].utf8.count == 16, parts[3].utf8.count == 2,
            parts.prefix(4).allSatisfy({ $0.utf8.allSatisfy(Self.isHexDigit) }),
            parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" })
        else { return nil }
        traceID = parts[1]
        parentID = parts[2]
        flags = parts[3]
        spanID = random.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// What names our span to whoever continues the trace.
    var header: String { "00-\(traceID)-\(spanID)-\(flags)" }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
