/// SplitMix64: a failing run is repeated by its seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Any scalar, the awkward ones more often than chance would have it.
    mutating func text(maximumLength: Int = 12) -> String {
        let awkward = Array("[]&=%+ ?#/;\\\"'\u{0}\n\r\u{E9}\u{1F600}")
        return String(
            (0..<Int.random(in: 0...maximumLength, using: &self)).map { _ in
                Bool.random(using: &self)
                    ? awkward.randomElement(using: &self)!
                    : Character(UnicodeScalar(UInt8.random(in: 0x20...0x7E, using: &self)))
            })
    }
}
