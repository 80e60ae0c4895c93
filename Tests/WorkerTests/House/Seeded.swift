import Foundation

/// A generator for properties: the same seed makes the same case.
struct Seeded: RandomNumberGenerator {
    private let source: SeededBytes

    init(_ seed: UInt64) { source = SeededBytes(seed: seed) }

    mutating func next() -> UInt64 { source.next() }

    mutating func number(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &self) }
    mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &self) }
    mutating func happens(oneIn chances: Int) -> Bool { Int.random(in: 0..<chances, using: &self) == 0 }
}

/// How many cases a property is tried on: the count of the quick run, or as many times more as `BURSAR_SEEDS` says.
enum Seeds {
    static func upTo(_ count: UInt64) -> ClosedRange<UInt64> {
        let times = ProcessInfo.processInfo.environment["BURSAR_SEEDS"].flatMap(UInt64.init) ?? 1
        return 1...(count * max(1, times))
    }
}
