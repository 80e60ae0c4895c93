import Ledger

/// What happened, line by line. Two runs of one seed write the same, byte by byte; the digest says so in a word.
public struct Trace: Sendable, Equatable {
    public private(set) var lines: [String] = []
    private var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    private let isKept: Bool

    /// - Parameter isKept: whether the lines are kept, or only their digest.
    init(isKept: Bool) { self.isKept = isKept }

    mutating func add(_ line: String) {
        for byte in line.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        hash = (hash ^ 10) &* 0x0000_0100_0000_01B3
        if isKept { lines.append(line) }
    }

    /// FNV-1a, 64 bits, in hex.
    public var digest: String {
        let text = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }
}
