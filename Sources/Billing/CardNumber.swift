/// Finds card numbers in what people type into the wrong field. Bursar keeps none: whoever stores one has all of PCI
/// DSS to answer for, and Stripe takes cards so that nobody else has to.
///
/// A card number is a run of digits, groups of digits as they are printed on a card, or groups of one, two or three
/// digits with the same mark between them, that begins as its network's numbers do, has their length and ends in the
/// right check digit (ISO/IEC 7812). Long hexadecimal names, such as a UUID, are none, although there can be such a run
/// in them.
public enum CardNumber {
    /// Among names that machines make, random numbers of 64 bits are common and have up to 20 digits: one in some
    /// hundred would pass for one of the rare long card numbers. There, nothing longer than this is looked for.
    public static let longestInName = 16

    public static func isInName(_ name: String) -> Bool { isIn(name, longest: longestInName) }

    public static func isIn(_ text: String, longest: Int = 19) -> Bool {
        guard text.unicodeScalars.lazy.compactMap(digit).prefix(shortest).count == shortest else { return false }
        let words = text.unicodeScalars.split { digit($0) == nil && !isLetter($0) }
        for word in words where !isHexadecimalName(word) {
            if word.split(whereSeparator: { digit($0) == nil }).contains(where: {
                isNumber($0.compactMap(digit), longest)
            }) {
                return true
            }
        }
        return isPrintedInGroups(words.map { word in word.compactMap(digit) }, of: words.map(\.count), longest)
            || isSpelledOut(words, in: text.unicodeScalars, longest)
    }

    private static let shortest = 13
    private static let hexadecimalName = 24
    /// As networks print them: four by four, American Express, Diners Club.
    private static let groupings = [[4, 4, 4, 4], [4, 4, 4, 4, 3], [4, 6, 5], [4, 6, 4]]

    private static func isPrintedInGroups(_ digits: [[Int]], of lengths: [Int], _ longest: Int) -> Bool {
        digits.indices.contains { start in
            groupings.contains { grouping in
                let groups = digits[start...].prefix(grouping.count)
                return groups.map(\.count) == grouping && Array(lengths[start...].prefix(grouping.count)) == grouping
                    && isNumber(groups.flatMap { $0 }, longest)
            }
        }
    }

    /// `42.42.42…`, `4 2 4 2 …`: groups of equal length, the last of which may be shorter, one mark apart.
    private static func isSpelledOut(
        _ words: [Substring.UnicodeScalarView], in text: String.UnicodeScalarView, _ longest: Int
    ) -> Bool {
        var digits: [Int] = []
        var (length, mark): (Int, Unicode.Scalar?) = (0, nil)
        for (place, word) in words.enumerated() {
            let group = word.count <= 3 ? word.compactMap(digit) : []
            let isGroup = !group.isEmpty && group.count == word.count
            let before = place > 0 ? self.mark(between: words[place - 1], word, in: text) : nil
            if isGroup, !digits.isEmpty, group.count <= length, let before, mark ?? before == before {
                digits += group
                mark = before
                if group.count == length { continue }
                if isNumber(digits, longest) { return true }
                digits = []
            } else {
                if isNumber(digits, longest) { return true }
                digits = isGroup ? group : []
            }
            (length, mark) = (digits.count, nil)
        }
        return isNumber(digits, longest)
    }

    /// What stands between two words, where that is one mark.
    private static func mark(
        between left: Substring.UnicodeScalarView, _ right: Substring.UnicodeScalarView,
        in text: String.UnicodeScalarView
    ) -> Unicode.Scalar? {
        text.index(after: left.endIndex) == right.startIndex ? text[left.endIndex] : nil
    }

    private static func isNumber(_ digits: [Int], _ longest: Int) -> Bool {
        guard (shortest...longest).contains(digits.count),
            lengths(beginning: digits.prefix(4)).contains(digits.count)
        else { return false }
        let sum = digits.reversed().enumerated().reduce(0) { sum, digit in
            guard !digit.offset.isMultiple(of: 2) else { return sum + digit.element }
            return sum + digit.element * 2 - (digit.element > 4 ? 9 : 0)
        }
        return sum.isMultiple(of: 10)
    }

    /// The lengths that the network of these first four digits gives its numbers.
    private static func lengths(beginning digits: ArraySlice<Int>) -> Set<Int> {
        switch digits.reduce(0, { $0 * 10 + $1 }) {
        case 4000...4999: [13, 16, 19]
        case 5100...5599, 2221...2720: [16]
        case 3400...3499, 3700...3799: [15]
        case 3000...3059, 3095, 3600...3699, 3800...3999: [14, 16, 19]
        case 3528...3589, 6011, 6440...6599: [16, 19]
        case 6200...6299: [16, 17, 18, 19]
        default: []
        }
    }

    private static func isHexadecimalName(_ word: Substring.UnicodeScalarView) -> Bool {
        word.count >= hexadecimalName && word.allSatisfy(isHexadecimalDigit)
            && word.contains { digit($0) == nil }
    }

    /// The tables of Unicode are slow to ask, and names are mostly ASCII.
    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.isASCII else { return scalar.properties.isAlphabetic }
        return ("A"..."Z").contains(scalar) || ("a"..."z").contains(scalar)
    }

    private static func isHexadecimalDigit(_ scalar: Unicode.Scalar) -> Bool {
        ("0"..."9").contains(scalar) || ("A"..."F").contains(scalar) || ("a"..."f").contains(scalar)
    }

    /// The value of a decimal digit of any script.
    private static func digit(_ scalar: Unicode.Scalar) -> Int? {
        if scalar.isASCII { return ("0"..."9").contains(scalar) ? Int(scalar.value) - 0x30 : nil }
        guard scalar.properties.numericType == .decimal else { return nil }
        return scalar.properties.numericValue.flatMap { Int(exactly: $0) }
    }
}
