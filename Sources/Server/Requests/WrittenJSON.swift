/// A JSON value as somebody wrote it: numbers by their digits, so that nothing is rounded on the way in; members in
/// their order and as often as they are there, so that a name that comes twice is seen.
package indirect enum WrittenJSON: Sendable, Hashable {
    package struct Member: Sendable, Hashable {
        /// Nil when the name is not UTF-8, or has half of a surrogate pair.
        package let name: String?
        package let value: WrittenJSON

        package init(_ name: String?, _ value: WrittenJSON) {
            self.name = name
            self.value = value
        }
    }

    case null
    case bool(Bool)
    case number(String)
    case string(String)
    /// A string that is not UTF-8, or has half of a surrogate pair: only its own field is lost by it.
    case illegible
    case array([WrittenJSON])
    case object([Member])

    /// - Throws: `Problem` when it is not JSON, or nests deeper than `depth`.
    package init(_ text: [UInt8], depth: Int = ServerLimits().jsonDepth) throws {
        self = try text.withUnsafeBufferPointer { bytes in
            var reader = JSONReader(bytes, depth: depth)
            return try reader.whole()
        }
    }

    package var members: [Member]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    /// The first member of that name.
    subscript(_ name: String) -> WrittenJSON? { members?.first { $0.name == name }?.value }

    /// The way to the first member whose name its object has twice. Some read the first and some the last of the two,
    /// so neither is what the caller has said.
    var repeatedField: String? {
        switch self {
        case .array(let elements): return elements.lazy.compactMap(\.repeatedField).first
        case .object(let members):
            for (place, member) in members.enumerated() {
                if let name = member.name, members.count <= 16, members[..<place].contains(where: { $0.name == name }) {
                    return name
                }
                if let way = member.value.repeatedField { return (member.name ?? "?") + "." + way }
            }
            guard members.count > 16 else { return nil }
            var names: Set<String> = []
            return members.lazy.compactMap(\.name).first { !names.insert($0).inserted }
        default: return nil
        }
    }

    var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }
}

/// One pass over a JSON text (RFC 8259), strict in everything but a byte order mark at its beginning.
private struct JSONReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var place = 0
    private var room: Int

    init(_ bytes: UnsafeBufferPointer<UInt8>, depth: Int) {
        self.bytes = bytes
        room = depth
    }

    mutating func whole() throws -> WrittenJSON {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
        let value = try value()
        skipSpace()
        guard place == bytes.count else { throw Problem.notJSON }
        return value
    }

    private mutating func value() throws -> WrittenJSON {
        skipSpace()
        switch peek() {
        case UInt8(ascii: "{"): return try nested(Self.object)
        case UInt8(ascii: "["): return try nested(Self.array)
        case UInt8(ascii: "\""): return try string().map(WrittenJSON.string) ?? .illegible
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func nested(_ read: (inout Self) throws -> WrittenJSON) throws -> WrittenJSON {
        guard room > 0 else { throw Problem.tooDeep }
        room -= 1
        place += 1
        defer { room += 1 }
        return try read(&self)
    }

    private static func object(_ reader: inout Self) throws -> WrittenJSON {
        var members: [WrittenJSON.Member] = []
        if reader.take("}") { return .object(members) }
        repeat {
            reader.skipSpace()
            guard reader.peek() == UInt8(ascii: "\"") else { throw Problem.notJSON }
            let name = try reader.string()
            guard reader.take(":") else { throw Problem.notJSON }
            members.append(WrittenJSON.Member(name, try reader.value()))
        } while reader.take(",")
        guard reader.take("}") else { throw Problem.notJSON }
        return .object(members)
    }

    private static func array(_ reader: inout Self) throws -> WrittenJSON {
        var elements: [WrittenJSON] = []
        if reader.take("]") { return .array(elements) }
        repeat { elements.append(try reader.value()) } while reader.take(",")
        guard reader.take("]") else { throw Problem.notJSON }
        return .array(elements)
    }

    /// - Returns: nil for what is no text.
    private mutating func string() throws -> String? {
        place += 1
        let start = place
        while let byte = peek(), byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
            guard byte >= 0x20 else { throw Problem.notJSON }
            place += 1
        }
        if peek() == UInt8(ascii: "\"") {
            defer { place += 1 }
            return String(validating: bytes[start..<place], as: UTF8.self)
        }
        var text = Array(bytes[start..<place])
        var isLegible = true
        while let byte = peek(), byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw Problem.notJSON }
            place += 1
            if byte != UInt8(ascii: "\\") {
                text.append(byte)
            } else if let escaped = try escape() {
                text += escaped
            } else {
                isLegible = false
            }
        }
        guard peek() != nil else { throw Problem.notJSON }
        place += 1
        return isLegible ? String(validating: text, as: UTF8.self) : nil
    }

    /// - Returns: nil for half of a surrogate pair.
    private mutating func escape() throws -> [UInt8]? {
        guard let byte = peek() else { throw Problem.notJSON }
        place += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): break
        default: throw Problem.notJSON
        }
        let unit = try hexadecimal()
        guard UTF16.isLeadSurrogate(unit) else { return Unicode.Scalar(unit).map { Array(String($0).utf8) } }
        guard bytes[place...].starts(with: "\\u".utf8) else { return nil }
        place += 2
        let second = try hexadecimal()
        guard UTF16.isTrailSurrogate(second) else { return nil }
        return Array(String(decoding: [unit, second], as: UTF16.self).utf8)
    }

    private mutating func hexadecimal() throws -> UInt16 {
        guard place + 4 <= bytes.count else { throw Problem.notJSON }
        var unit: UInt16 = 0
        for byte in bytes[place..<(place + 4)] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw Problem.notJSON }
            unit = unit << 4 | UInt16(digit)
        }
        place += 4
        return unit
    }

    private mutating func number() throws -> String {
        let start = place
        if peek() == UInt8(ascii: "-") { place += 1 }
        if peek() == UInt8(ascii: "0") { place += 1 } else { try digits() }
        if peek() == UInt8(ascii: ".") {
            place += 1
            try digits()
        }
        if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
            place += 1
            if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { place += 1 }
            try digits()
        }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    private mutating func digits() throws {
        let start = place
        while let byte = peek(), (0x30...0x39).contains(byte) { place += 1 }
        guard place > start else { throw Problem.notJSON }
    }

    private mutating func word(_ word: StaticString, _ value: WrittenJSON) throws -> WrittenJSON {
        let wanted = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard bytes[place...].starts(with: wanted) else { throw Problem.notJSON }
        place += wanted.count
        return value
    }

    private mutating func take(_ mark: Unicode.Scalar) -> Bool {
        skipSpace()
        guard peek() == UInt8(ascii: mark) else { return false }
        place += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { place += 1 }
    }

    private func peek() -> UInt8? { place < bytes.count ? bytes[place] : nil }
}
