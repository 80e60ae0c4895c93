import Synchronization

/// SplitMix64: every choice of a rehearsal comes from one of these, so that a seed decides all of them.
public struct Chance: Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func number(_ range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + Int64(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    mutating func place(of count: Int) -> Int { Int(next() % UInt64(max(1, count))) }

    mutating func happens(perMille: Int64) -> Bool { Int64(next() % 1_000) < perMille }

    mutating func pick<Item>(_ items: [Item]) -> Item { items[place(of: items.count)] }
}

/// The worker's randomness seam.
final class ChanceBytes: Sendable {
    private let chance: Mutex<Chance>

    init(seed: UInt64) { chance = Mutex(Chance(seed: seed)) }

    func bytes(_ count: Int) -> [UInt8] {
        chance.withLock { chance in (0..<count).map { _ in UInt8(truncatingIfNeeded: chance.next() >> 24) } }
    }
}
