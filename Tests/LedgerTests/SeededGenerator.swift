/// SplitMix64 (Steele, Lea, Flood 2014): a failure is replayed from its seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// An amount of any size: as often near zero or an end of `Int64` as anywhere else.
    mutating func micros() -> Int64 {
        switch Int.random(in: 0..<6, using: &self) {
        case 0: Int64.random(in: -3...3, using: &self)
        case 1: .max - Int64.random(in: 0...2, using: &self)
        case 2: .min + Int64.random(in: 0...2, using: &self)
        case 3: Int64.random(in: -1_000_000_000...1_000_000_000, using: &self)
        default: Int64.random(in: .min ... .max, using: &self)
        }
    }
}
