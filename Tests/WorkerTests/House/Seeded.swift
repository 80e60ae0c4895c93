import Billing
import Ledger
import Storage

@testable import Worker

/// A generator for properties: the same seed makes the same case.
struct Seeded: RandomNumberGenerator {
    private let source: SeededBytes

    init(_ seed: UInt64) { source = SeededBytes(seed: seed) }

    mutating func next() -> UInt64 { source.next() }

    mutating func number(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &self) }
    mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &self) }
    mutating func happens(oneIn chances: Int) -> Bool { Int.random(in: 0..<chances, using: &self) == 0 }
}
