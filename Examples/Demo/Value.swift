import Foundation

/// A JSON value, as the demo reads and writes it: `charge["amount"]["currency"]`.
enum Value: Hashable, Sendable {
    case none
    case flag(Bool)
    case number(Int)
    case text(String)
    case list([Value])
    case object([String: Value])

    subscript(name: String) -> Value {
        guard case .object(let members) = self else { return .none }
        return members[name] ?? .none
    }

    subscript(place: Int) -> Value {
        guard case .list(let elements) = self, elements.indices.contains(place) else { return .none }
        return elements[place]
    }

    var list: [Value] {
        if case .list(let elements) = self { elements } else { [] }
    }

    var textOrNil: String? {
        if case .text(let text) = self { text } else { nil }
    }

    var wholeOrNil: Int? {
        if case .number(let number) = self { number } else { nil }
    }

    /// The text, or the whole value as JSON, so that what was not expected shows.
    var text: String { textOrNil ?? String(decoding: json, as: UTF8.self) }

    var id: String { self["id"].text }

    /// `12.50 USD` of `{"amount": {"amount": 1250, "currency": "usd"}}`.
    var amountText: String {
        guard case .number(let minor) = self["amount"]["amount"] else { return self["amount"].text }
        let currency = self["amount"]["currency"].text
        guard currency != "jpy" else { return "\(minor) JPY" }
        let cents = minor % 100
        return "\(minor / 100).\(cents < 10 ? "0" : "")\(cents) \(currency.uppercased())"
    }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    init(stringLiteral text: String) { self = .text(text) }
    init(integerLiteral number: Int) { self = .number(number) }
    init(arrayLiteral elements: Value...) { self = .list(elements) }
    init(dictionaryLiteral members: (String, Value)...) {
        self = .object(Dictionary(members) { _, last in last })
    }
}

extension Value: Codable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .none
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Int.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let elements = try? container.decode([Value].self) {
            self = .list(elements)
        } else if let members = try? container.decode([String: Value].self) {
            self = .object(members)
        } else {
            // Percentages with decimals, which the demo only passes by.
            self = .text("\(try container.decode(Decimal.self))")
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .none: try container.encodeNil()
        case .flag(let flag): try container.encode(flag)
        case .number(let number): try container.encode(number)
        case .text(let text): try container.encode(text)
        case .list(let elements): try container.encode(elements)
        case .object(let members): try container.encode(members)
        }
    }

    var json: [UInt8] { (try? JSONEncoder().encode(self)).map(Array.init) ?? [] }
}
