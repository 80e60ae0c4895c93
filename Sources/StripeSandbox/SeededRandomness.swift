/// Numbers that look random and are the same for the same seed (SplitMix64), so that every run can be replayed.
struct SeededRandomness: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")

    mutating func letters(_ count: Int) -> String {
        String((0..<count).map { _ in Self.alphabet[Int(next() % UInt64(Self.alphabet.count))] })
    }

    /// True so many times in a thousand.
    mutating func happens(perMille: Int64) -> Bool { Int64(next() % 1_000) < perMille }
}
