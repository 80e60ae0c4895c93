@testable import StripeSandbox

/// Reads JSON as RFC 8259 has it, apart from the sandbox's writing of it. Members come sorted, so that equal objects
/// compare equal.
struct JSONReading {
    private var rest: ArraySlice<UInt8>

    /// Nil where the bytes are no JSON text.
    static func read(_ bytes: [UInt8]) -> JSON? {
        var reading = JSONReading(rest: bytes[...])
        guard let value = reading.value() else { return nil }
        reading.skipSpace()
        return reading.rest.isEmpty ? value : nil
    }

    private mutating func value() -> JSON? {
        skipSpace()
        switch rest.first.map(Character.init(ascii:)) {
        case "{": return object()
        case "[": return array()
        case "\"": return text().map { .string($0) }
        case "t": return word("true", .bool(true))
        case "f": return word("false", .bool(false))
        case "n": return word("null", .null)
        default: return number()
        }
    }

    private mutating func object() -> JSON? {
        var members: [(key: String, value: JSON)] = []
        guard
            enclosed(
                "}",
                { reading in
                    reading.skipSpace()
                    guard let key = reading.text() else { return false }
                    reading.skipSpace()
                    guard reading.take(":"), let value = reading.value() else { return false }
                    members.append((key, value))
                    return true
                })
        else { return nil }
        var object: JSONObject = [:]
        for (key, value) in members.sorted(by: { $0.key < $1.key }) { object[key] = value }
        return object.members.count == members.count ? .object(object) : nil
    }

    private mutating func array() -> JSON? {
        var elements: [JSON] = []
        let isWhole = enclosed("]") { reading in
            guard let element = reading.value() else { return false }
            elements.append(element)
            return true
        }
        return isWhole ? .array(elements) : nil
    }

    private mutating func enclosed(_ close: Character, _ one: (inout JSONReading) -> Bool) -> Bool {
        rest = rest.dropFirst()
        skipSpace()
        if take(close) { return true }
        repeat {
            guard one(&self) else { return false }
            skipSpace()
        } while take(",")
        return take(close)
    }

    private mutating func text() -> String? {
        guard take("\"") else { return nil }
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            switch Character(ascii: byte) {
            case "\"": return String(validating: bytes, as: UTF8.self)
            case "\\":
                guard let escape = rest.popFirst() else { return nil }
                switch Character(ascii: escape) {
                case "n": bytes.append(0x0A)
                case "r": bytes.append(0x0D)
                case "t": bytes.append(0x09)
                case "u":
                    guard let code = UInt8(String(decoding: rest.prefix(4), as: UTF8.self), radix: 16) else {
                        return nil
                    }
                    rest = rest.dropFirst(4)
                    bytes.append(code)
                default: bytes.append(escape)
                }
            default:
                guard byte >= 0x20 else { return nil }
                bytes.append(byte)
            }
        }
        return nil
    }

    private mutating func number() -> JSON? {
        let digits = String(decoding: rest.prefix { "+-.eE0123456789".utf8.contains($0) }, as: UTF8.self)
        rest = rest.dropFirst(digits.utf8.count)
        if let whole = Int64(digits) { return .int(whole) }
        return digits.contains(".") ? .decimal(digits) : nil
    }

    private mutating func word(_ word: String, _ value: JSON) -> JSON? {
        guard rest.starts(with: word.utf8) else { return nil }
        rest = rest.dropFirst(word.utf8.count)
        return value
    }

    private mutating func take(_ character: Character) -> Bool {
        guard let byte = character.asciiValue, rest.first == byte else { return false }
        rest = rest.dropFirst()
        return true
    }

    private mutating func skipSpace() { rest = rest.drop { [0x20, 0x0A, 0x0D, 0x09].contains($0) } }
}

extension Character {
    fileprivate init(ascii byte: UInt8) { self.init(Unicode.Scalar(byte)) }
}
