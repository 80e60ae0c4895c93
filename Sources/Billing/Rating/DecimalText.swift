/// A decimal number as text. It is written from its last digit to its first, in one go: a rated line holds a dozen of
/// them, and joining strings took more than ten times as long.
struct DecimalText {
    private static let chunk: UInt128 = 1_000_000_000_000_000_000
    private static let chunkDigits = 18

    private var reversed: [UInt8] = []

    /// - Parameter fraction: in so many `places`; zeros at its end are left out, and the dot with the last of them.
    static func make(isNegative: Bool, whole: UInt128, fraction: UInt128, places: Int) -> String {
        var text = DecimalText()
        text.reversed.reserveCapacity(48)
        if fraction != 0 {
            text.put(fraction, digits: places, isFraction: true)
            text.reversed.append(UInt8(ascii: "."))
        }
        text.put(whole, digits: 1, isFraction: false)
        if isNegative { text.reversed.append(UInt8(ascii: "-")) }
        text.reversed.reverse()
        return String(decoding: text.reversed, as: UTF8.self)
    }

    /// - Parameter digits: how many are written at least.
    private mutating func put(_ number: UInt128, digits: Int, isFraction: Bool) {
        var (rest, left) = (number, digits)
        while rest >= Self.chunk {
            let (high, low) = rest.quotientAndRemainder(dividingBy: Self.chunk)
            put(UInt64(low), digits: Self.chunkDigits, isFraction: isFraction)
            (rest, left) = (high, left - Self.chunkDigits)
        }
        put(UInt64(rest), digits: max(1, left), isFraction: isFraction)
    }

    private mutating func put(_ number: UInt64, digits: Int, isFraction: Bool) {
        var (rest, left) = (number, digits)
        while rest > 0 || left > 0 {
            let (tenth, digit) = rest.quotientAndRemainder(dividingBy: 10)
            if digit > 0 || !isFraction || !reversed.isEmpty { reversed.append(UInt8(ascii: "0") + UInt8(digit)) }
            (rest, left) = (tenth, left - 1)
        }
    }
}
