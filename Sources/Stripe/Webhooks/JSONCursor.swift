/// Walks through JSON text from value to value without building any.
///
/// It is stricter than a reader has to be: whatever it walks over is JSON, but it may give up on JSON, too, as on an
/// escape in a name. Who hears that it gave up asks a complete reader.
struct JSONCursor {
    /// The cursor will not say what this text is.
    struct GaveUp: Error {}

    private let json: [UInt8]
    private var position = 0
    /// All bytes of strings so far, or'ed together: below 0x80 they were ASCII.
    private var textBits: UInt8 = 0

    init(_ json: [UInt8]) { self.json = json }

    /// Steps into an object.
    mutating func openObject() throws(GaveUp) {
        guard next() == UInt8(ascii: "{") else { throw GaveUp() }
    }

    /// Steps to the value of the next member of the object.
    /// - Returns: where the member's name stands; nil when the object has ended.
    mutating func nextMember(isFirst: inout Bool) throws(GaveUp) -> Range<Int>? {
        guard let byte = next() else { throw GaveUp() }
        var start = byte
        if start == UInt8(ascii: "}") { return nil }
        if !isFirst {
            guard start == UInt8(ascii: ","), let afterComma = next() else { throw GaveUp() }
            start = afterComma
        }
        isFirst = false
        guard start == UInt8(ascii: "\"") else { throw GaveUp() }
        let name = try plainText()
        guard next() == UInt8(ascii: ":") else { throw GaveUp() }
        return name
    }

    /// Whether the text in that place is `name`.
    func isText(_ place: Range<Int>, _ name: StaticString) -> Bool {
        guard place.count == name.utf8CodeUnitCount else { return false }
        return name.withUTF8Buffer { $0.elementsEqual(json[place]) }
    }

    mutating func string() throws(GaveUp) -> String {
        guard next() == UInt8(ascii: "\"") else { throw GaveUp() }
        return String(decoding: json[try plainText()], as: UTF8.self)
    }

    mutating func stringOrNull() throws(GaveUp) -> String? {
        skipSpace()
        guard position < json.count, json[position] == UInt8(ascii: "n") else { return try string() }
        try skipWord("null")
        return nil
    }

    mutating func bool() throws(GaveUp) -> Bool {
        skipSpace()
        guard position < json.count else { throw GaveUp() }
        let isTrue = json[position] == UInt8(ascii: "t")
        try skipWord(isTrue ? "true" : "false")
        return isTrue
    }

    /// A whole number of at most 18 digits, which cannot overflow.
    mutating func integer() throws(GaveUp) -> Int64 {
        skipSpace()
        let start = position
        try skipNumber()
        let digits = json[start..<position]
        guard digits.count <= 18 else { throw GaveUp() }
        var value: Int64 = 0
        for digit in digits {
            guard Self.isDigit(digit) else { throw GaveUp() }
            value = value * 10 + Int64(digit - UInt8(ascii: "0"))
        }
        return value
    }

    /// Steps over a value of any kind.
    mutating func skipValue(levelsLeft: Int) throws(GaveUp) {
        skipSpace()
        guard position < json.count else { throw GaveUp() }
        switch json[position] {
        case UInt8(ascii: "\""):
            position += 1
            try skipText()
        case UInt8(ascii: "{"): try skipObject(levelsLeft: levelsLeft)
        case UInt8(ascii: "["): try skipArray(levelsLeft: levelsLeft)
        case UInt8(ascii: "t"): try skipWord("true")
        case UInt8(ascii: "f"): try skipWord("false")
        case UInt8(ascii: "n"): try skipWord("null")
        default: try skipNumber()
        }
    }

    /// Makes sure that nothing follows, and that all strings were UTF-8.
    mutating func end() throws(GaveUp) {
        skipSpace()
        guard position == json.count else { throw GaveUp() }
        guard textBits < 0x80 || String(validating: json, as: UTF8.self) != nil else { throw GaveUp() }
    }
}

extension JSONCursor {
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    private mutating func skipSpace() {
        while position < json.count {
            switch json[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): position += 1
            default: return
            }
        }
    }

    /// The next byte that is not space, stepped over.
    private mutating func next() -> UInt8? {
        skipSpace()
        guard position < json.count else { return nil }
        defer { position += 1 }
        return json[position]
    }

    private mutating func skipObject(levelsLeft: Int) throws(GaveUp) {
        guard levelsLeft > 0 else { throw GaveUp() }
        try openObject()
        var isFirst = true
        while try nextMember(isFirst: &isFirst) != nil { try skipValue(levelsLeft: levelsLeft - 1) }
    }

    private mutating func skipArray(levelsLeft: Int) throws(GaveUp) {
        guard levelsLeft > 0 else { throw GaveUp() }
        position += 1
        skipSpace()
        if position < json.count, json[position] == UInt8(ascii: "]") {
            position += 1
            return
        }
        while true {
            try skipValue(levelsLeft: levelsLeft - 1)
            switch next() {
            case UInt8(ascii: ","): continue
            case UInt8(ascii: "]"): return
            default: throw GaveUp()
            }
        }
    }

    /// From behind the opening quote to behind the closing one.
    /// - Returns: where the text between them stands, which has no escapes.
    private mutating func plainText() throws(GaveUp) -> Range<Int> {
        let start = position
        guard try skipToQuoteOrEscape() == UInt8(ascii: "\"") else { throw GaveUp() }
        return start..<(position - 1)
    }

    private mutating func skipText() throws(GaveUp) {
        while try skipToQuoteOrEscape() != UInt8(ascii: "\"") { try skipEscape() }
    }

    /// - Returns: the quote or the backslash, stepped over.
    private mutating func skipToQuoteOrEscape() throws(GaveUp) -> UInt8 {
        var bits: UInt8 = 0
        for place in position..<json.count {
            let byte = json[place]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                position = place + 1
                textBits |= bits
                return byte
            }
            guard byte >= 0x20 else { throw GaveUp() }
            bits |= byte
        }
        throw GaveUp()
    }

    /// From behind the backslash.
    private mutating func skipEscape() throws(GaveUp) {
        guard position < json.count else { throw GaveUp() }
        let kind = json[position]
        position += 1
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return
        case UInt8(ascii: "u"):
            guard json.count - position >= 4 else { throw GaveUp() }
            for byte in json[position..<position + 4] {
                guard Self.isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 6 else { throw GaveUp() }
            }
            position += 4
        default: throw GaveUp()
        }
    }

    private mutating func skipWord(_ word: StaticString) throws(GaveUp) {
        let end = position + word.utf8CodeUnitCount
        guard end <= json.count, isText(position..<end, word) else { throw GaveUp() }
        position = end
    }

    private mutating func skipNumber() throws(GaveUp) {
        if position < json.count, json[position] == UInt8(ascii: "-") { position += 1 }
        let isZero = position < json.count && json[position] == UInt8(ascii: "0")
        if isZero { position += 1 } else { try skipDigits() }
        if position < json.count, json[position] == UInt8(ascii: ".") {
            position += 1
            try skipDigits()
        }
        guard position < json.count, json[position] | 0x20 == UInt8(ascii: "e") else { return }
        position += 1
        if position < json.count, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(json[position]) { position += 1 }
        try skipDigits()
    }

    /// At least one.
    private mutating func skipDigits() throws(GaveUp) {
        let start = position
        while position < json.count, Self.isDigit(json[position]) { position += 1 }
        guard position > start else { throw GaveUp() }
    }
}
