#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Looks through bytes that were written somewhere for what must not come to rest there.
public struct RestScan: Sendable {
    private let canaries: [(name: String, secret: [UInt8])]

    /// - Parameter canaries: secrets by a name that can be shown.
    public init(_ canaries: [(name: String, secret: String)]) {
        self.canaries = canaries.map { ($0.name, Array($0.secret.utf8)) }
    }

    /// The names of the canaries that are in the bytes.
    public func found(in bytes: [UInt8]) -> [String] {
        bytes.withUnsafeBytes { bytes in canaries.filter { Self.holds(bytes, $0.secret) }.map(\.name) }
    }

    /// By the C library, from one byte that could be the first to the next.
    private static func holds(_ bytes: UnsafeRawBufferPointer, _ secret: [UInt8]) -> Bool {
        guard var start = bytes.baseAddress, let first = secret.first else { return false }
        let end = start + bytes.count
        while end - start >= secret.count, let place = memchr(start, Int32(first), end - start) {
            start = UnsafeRawPointer(place)
            guard end - start >= secret.count else { return false }
            if memcmp(start, secret, secret.count) == 0 { return true }
            start += 1
        }
        return false
    }
}

/// Finds card numbers in bytes, in whatever spelling: written by somebody who has not read how Bursar looks for them.
///
/// Digits in a row, ASCII or full-width, or in groups as cards print them with at most three bytes between two groups,
/// 13 to 16 in all, that begin as a card's do and end in their right check digit (ISO/IEC 7812). A row behind a digit
/// and a point is a fraction.
public struct LuhnScan: Sendable {
    public init() {}

    /// - Returns: the numbers, without separators.
    public func found(in bytes: [UInt8]) -> Set<String> {
        bytes.withUnsafeBufferPointer { bytes in
            var run = Run()
            var place = 0
            let end = bytes.count
            while place < end {
                let byte = bytes[place]
                if byte >= 0x30 && byte <= 0x39 {
                    run.add(byte - 0x30)
                    place += 1
                } else if let digit = Self.fullWidth(bytes, place) {
                    run.add(digit)
                    place += 3
                } else {
                    // Most bytes are no digits and follow none.
                    if !run.isEmpty { run.part(by: byte) }
                    place += 1
                }
            }
            run.end()
            return run.found
        }
    }

    /// Full-width digits are EF BC 90 to EF BC 99 in UTF-8.
    private static func fullWidth(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> UInt8? {
        guard bytes[place] == 0xEF, place + 2 < bytes.count, bytes[place + 1] == 0xBC,
            (0x90...0x99).contains(bytes[place + 2])
        else { return nil }
        return bytes[place + 2] - 0x90
    }
}

/// Groups of digits with little between them.
private struct Run {
    private(set) var found: Set<String> = []
    private var groups: [[UInt8]] = []
    /// What is between the last group and now.
    private var gap: [UInt8] = []
    private var isFraction = false

    var isEmpty: Bool { groups.isEmpty }

    mutating func add(_ digit: UInt8) {
        if groups.isEmpty || !gap.isEmpty {
            if gap == [UInt8(ascii: ".")], groups.count == 1 { isFraction = true }
            groups.append([])
            gap = []
        }
        groups[groups.count - 1].append(digit)
    }

    mutating func part(by byte: UInt8) {
        guard gap.count < 3, Self.separates(byte) else { return end() }
        gap.append(byte)
    }

    mutating func end() {
        for (place, group) in groups.enumerated() where (13...16).contains(group.count) {
            if !(isFraction && place == 1) { note(group) }
        }
        for grouping in [[4, 4, 4, 4], [4, 6, 5], [4, 6, 4]] where groups.count >= grouping.count {
            for start in 0...(groups.count - grouping.count) {
                let parts = groups[start..<(start + grouping.count)]
                if parts.map(\.count) == grouping { note(parts.flatMap { $0 }) }
            }
        }
        (groups, gap, isFraction) = ([], [], false)
    }

    private mutating func note(_ digits: [UInt8]) {
        let beginning = Int(digits[0]) * 10 + Int(digits[1])
        guard (22...27).contains(beginning) || (30...69).contains(beginning) else { return }
        var sum = 0
        for (place, digit) in digits.reversed().enumerated() {
            let doubled = Int(digit) * (place.isMultiple(of: 2) ? 1 : 2)
            sum += doubled > 9 ? doubled - 9 : doubled
        }
        if sum.isMultiple(of: 10) { found.insert(digits.map(String.init).joined()) }
    }

    /// Blanks, what is printable and no letter, and the two bytes of a no-break space.
    private static func separates(_ byte: UInt8) -> Bool {
        switch byte {
        case 9, 10, 13, 0x20...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E, 0xC2, 0xA0: true
        default: false
        }
    }
}
