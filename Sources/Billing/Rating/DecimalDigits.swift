/// A decimal number read digit by digit, so that nothing is rounded on the way in.
struct DecimalDigits: Hashable, Sendable {
    let isNegative: Bool
    /// The number times ten to the power of `places`.
    let scaled: Int128

    /// - Parameters:
    ///   - places: how many decimals the number may have.
    ///   - text: `12`, `-0.25`, `3e-06`; no spaces, no plus sign before the number, digits on both sides of the dot.
    /// - Returns: `nil` for anything else, for more decimals than `places` (zeros at the end do not count), and for
    ///   what does not fit 128 bits.
    init?(_ text: some StringProtocol, places: Int) {
        guard var (parts, exponent) = Parts.read(text), exponent + places > -60, exponent < 60 else { return nil }
        while parts.count > 1, parts.last == 0 {
            parts.removeLast()
            exponent += 1
        }
        var scaled: Int128 = 0
        for digit in parts {
            let (ten, isTooWide) = scaled.multipliedReportingOverflow(by: 10)
            let (sum, isTooLong) = ten.addingReportingOverflow(Int128(digit))
            guard !isTooWide, !isTooLong else { return nil }
            scaled = sum
        }
        let zeros = exponent + places
        guard scaled == 0 || zeros >= 0 else { return nil }
        for _ in 0..<max(0, scaled == 0 ? 0 : zeros) {
            let (ten, isTooWide) = scaled.multipliedReportingOverflow(by: 10)
            guard !isTooWide else { return nil }
            scaled = ten
        }
        isNegative = text.hasPrefix("-")
        self.scaled = isNegative ? -scaled : scaled
    }

    /// The number of `scaled` with `places` decimals, without zeros at the end.
    static func text(_ scaled: Int128, places: Int) -> String {
        let unit = (0..<places).reduce(UInt128(1)) { power, _ in power * 10 }
        let (whole, fraction) = scaled.magnitude.quotientAndRemainder(dividingBy: unit)
        return DecimalText.make(isNegative: scaled < 0, whole: whole, fraction: fraction, places: places)
    }

    private enum Parts {
        /// The digits without the dot, and the power of ten that they are to be taken by.
        static func read(_ text: some StringProtocol) -> (digits: [UInt8], exponent: Int)? {
            var rest = Substring(text).utf8
            if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
            guard rest.count <= 100, var digits = takeDigits(&rest) else { return nil }
            var exponent = 0
            if rest.first == UInt8(ascii: ".") {
                rest.removeFirst()
                guard let decimals = takeDigits(&rest) else { return nil }
                digits += decimals
                exponent = -decimals.count
            }
            if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
                rest.removeFirst()
                let sign = rest.first == UInt8(ascii: "-") ? -1 : 1
                if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
                guard let power = takeDigits(&rest), power.count <= 4 else { return nil }
                exponent += sign * power.reduce(0) { $0 * 10 + Int($1) }
            }
            return rest.isEmpty ? (digits, exponent) : nil
        }

        private static func takeDigits(_ rest: inout Substring.UTF8View) -> [UInt8]? {
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            rest = rest.dropFirst(digits.count)
            return digits.isEmpty ? nil : digits.map { $0 - 0x30 }
        }
    }
}
