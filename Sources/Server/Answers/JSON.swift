package import Foundation
import NIOCore
package import Worker

/// A value of an answer. Objects keep the order in which they were written, so that a person can read them.
package enum JSON: Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case decimal(Decimal)
    case string(String)
    case array([JSON])
    case object([(name: String, value: JSON)])

    package init(_ text: String?) { self = text.map(JSON.string) ?? .null }
    package init(_ number: Int64?) { self = number.map(JSON.integer) ?? .null }
    package init(_ texts: [String: String]) {
        self = .object(texts.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
    }

    /// The member of that name; null when there is none.
    func member(_ name: String) -> JSON {
        guard case .object(let members) = self else { return .null }
        return members.first { $0.name == name }?.value ?? .null
    }

    func has(_ name: String) -> Bool {
        guard case .object(let members) = self else { return false }
        return members.contains { $0.name == name }
    }

    var textOrNil: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// Members in the order of their names.
    package init(_ tree: JSONTree) {
        self =
            switch tree {
            case .null: .null
            case .bool(let flag): .bool(flag)
            case .integer(let number): .integer(number)
            case .decimal(let number): .decimal(number)
            case .text(let text): .string(text)
            case .list(let values): .array(values.map(JSON.init))
            case .object(let members): .object(members.sorted { $0.key < $1.key }.map { ($0.key, JSON($0.value)) })
            }
    }

    package func with(_ name: String, _ value: JSON) -> JSON {
        guard case .object(let members) = self else { return self }
        return .object(members + [(name, value)])
    }

    func without(_ names: Set<String>) -> JSON {
        guard case .object(let members) = self else { return self }
        return .object(members.filter { !names.contains($0.name) })
    }
}

extension JSON: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
    package init(dictionaryLiteral members: (String, JSON)...) { self = .object(members.map { ($0.0, $0.1) }) }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    package init(stringLiteral text: String) { self = .string(text) }
    package init(integerLiteral number: Int64) { self = .integer(number) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(nilLiteral: ()) { self = .null }
}

extension JSON {
    /// On one line.
    package var text: String { String(buffer: bytes).trimmingCharacters(in: .newlines) }

    var bytes: ByteBuffer {
        var buffer = ByteBuffer()
        write(to: &buffer)
        buffer.writeInteger(UInt8(ascii: "\n"))
        return buffer
    }

    private func write(to buffer: inout ByteBuffer) {
        switch self {
        case .null: buffer.writeStaticString("null")
        case .bool(let value): buffer.writeString(value ? "true" : "false")
        case .integer(let number): buffer.writeString(String(number))
        case .decimal(let number): buffer.writeString(number.description)
        case .string(let text): Self.write(text, to: &buffer)
        case .array(let elements):
            Self.writeList(elements, "[", "]", to: &buffer) { element, buffer in element.write(to: &buffer) }
        case .object(let members):
            Self.writeList(members, "{", "}", to: &buffer) { member, buffer in
                Self.write(member.name, to: &buffer)
                buffer.writeStaticString(":")
                member.value.write(to: &buffer)
            }
        }
    }

    private static func writeList<Element>(
        _ elements: [Element], _ opening: StaticString, _ closing: StaticString, to buffer: inout ByteBuffer,
        each: (Element, inout ByteBuffer) -> Void
    ) {
        buffer.writeStaticString(opening)
        for (place, element) in elements.enumerated() {
            if place > 0 { buffer.writeStaticString(",") }
            each(element, &buffer)
        }
        buffer.writeStaticString(closing)
    }

    private static func write(_ text: String, to buffer: inout ByteBuffer) {
        buffer.writeStaticString("\"")
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): buffer.writeStaticString("\\\"")
            case UInt8(ascii: "\\"): buffer.writeStaticString("\\\\")
            case 0x0A: buffer.writeStaticString("\\n")
            case 0..<0x20, 0x7F: buffer.writeString("\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16))
            default: buffer.writeInteger(byte)
            }
        }
        buffer.writeStaticString("\"")
    }
}
