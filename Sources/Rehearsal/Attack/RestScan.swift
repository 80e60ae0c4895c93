/// Looks through bytes that were written somewhere for what must not come to rest there.
public struct RestScan: Sendable {
    private let canaries: [[UInt8]]
    private let names: [String]

    /// - Parameter canaries: secrets by a name that can be shown.
    public init(_ canaries: [(name: String, secret: String)]) {
        names = canaries.map(\.name)
        self.canaries = canaries.map { Array($0.secret.utf8) }
    }

    /// The names of the canaries that are in the bytes.
    public func found(in bytes: [UInt8]) -> [String] {
        // By the first four bytes, so that each byte is looked at once.
        var byStart: [UInt32: [Int]] = [:]
        for (place, canary) in canaries.enumerated() where canary.count >= 4 {
            byStart[Self.word(canary, 0), default: []].append(place)
        }
        var hits: Set<Int> = []
        guard bytes.count >= 4 else { return [] }
        bytes.withUnsafeBufferPointer { bytes in
            var word = UInt32(bytes[0]) << 16 | UInt32(bytes[1]) << 8 | UInt32(bytes[2])
            for place in 3..<bytes.count {
                word = word << 8 | UInt32(bytes[place])
                guard let candidates = byStart[word] else { continue }
                for candidate in candidates where !hits.contains(candidate) {
                    let canary = canaries[candidate]
                    let start = place - 3
                    guard start + canary.count <= bytes.count else { continue }
                    if canary.indices.allSatisfy({ canary[$0] == bytes[start + $0] }) { hits.insert(candidate) }
                }
            }
        }
        return hits.sorted().map { names[$0] }
    }

    private static func word(_ bytes: [UInt8], _ at: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 << 8 | UInt32(bytes[at + $1]) }
    }
}

/// Finds card numbers in bytes, in whatever spelling: written by somebody who has not read how Bursar looks for them.
///
/// Digits in a row, ASCII or full-width, or in groups as cards print them with at most three bytes between two groups,
/// 13 to 16 in all, that begin with 2 to 6 and end in their right check digit (ISO/IEC 7812).
public struct LuhnScan: Sendable {
    public init() {}

    /// - Returns: the numbers, without separators.
    public func found(in bytes: [UInt8]) -> Set<String> {
        var found: Set<String> = []
        var group: [UInt8] = []
        var groups: [[UInt8]] = []
        var gap = 0
        var place = 0
        func endRun() {
            if !group.isEmpty { groups.append(group) }
            Self.judge(groups, &found)
            (group, groups) = ([], [])
        }
        while place < bytes.count {
            let (digit, width) = Self.digit(bytes, place)
            if let digit {
                if gap > 0, !group.isEmpty {
                    groups.append(group)
                    group = []
                }
                group.append(digit)
                gap = 0
            } else if gap < 3, !group.isEmpty || !groups.isEmpty, Self.separates(bytes[place]) {
                gap += 1
            } else {
                endRun()
                gap = 0
            }
            place += width
        }
        endRun()
        return found
    }

    /// Whole runs without separators, and groups as cards print them.
    private static func judge(_ groups: [[UInt8]], _ found: inout Set<String>) {
        for group in groups where (13...16).contains(group.count) { note(group, &found) }
        for grouping in [[4, 4, 4, 4], [4, 6, 5], [4, 6, 4]] where groups.count >= grouping.count {
            for start in 0...(groups.count - grouping.count) {
                let parts = groups[start..<(start + grouping.count)]
                if parts.map(\.count) == grouping { note(parts.flatMap { $0 }, &found) }
            }
        }
    }

    private static func note(_ digits: [UInt8], _ found: inout Set<String>) {
        guard (2...6).contains(digits[0]) else { return }
        var sum = 0
        for (place, digit) in digits.reversed().enumerated() {
            let doubled = Int(digit) * (place.isMultiple(of: 2) ? 1 : 2)
            sum += doubled > 9 ? doubled - 9 : doubled
        }
        if sum.isMultiple(of: 10) { found.insert(digits.map(String.init).joined()) }
    }

    private static func digit(_ bytes: [UInt8], _ place: Int) -> (UInt8?, width: Int) {
        let byte = bytes[place]
        if (0x30...0x39).contains(byte) { return (byte - 0x30, 1) }
        // Full-width digits are EF BC 90 to EF BC 99 in UTF-8.
        if byte == 0xEF, place + 2 < bytes.count, bytes[place + 1] == 0xBC, (0x90...0x99).contains(bytes[place + 2]) {
            return (bytes[place + 2] - 0x90, 3)
        }
        return (nil, 1)
    }

    /// Blanks, what is printable and no letter, and the two bytes of a no-break space.
    private static func separates(_ byte: UInt8) -> Bool {
        switch byte {
        case 9, 10, 13, 0x20...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E, 0xC2, 0xA0: true
        default: false
        }
    }
}
