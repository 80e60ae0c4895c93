import Billing
import Foundation

/// Lets what is `Decodable` read a `WrittenJSON`. Unlike Foundation's decoder it names the field that is no text, and
/// hands over decimal numbers by their digits. Whether a name is there twice has been asked before.
struct WrittenDecoder: Decoder {
    let value: WrittenJSON
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(_ value: WrittenJSON, at codingPath: [any CodingKey] = []) {
        self.value = value
        self.codingPath = codingPath
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let members) = value else { throw mismatch([String: String].self) }
        return KeyedDecodingContainer(try ObjectContainer<Key>(members, at: codingPath))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = value else { throw mismatch([String].self) }
        return ListContainer(elements: elements, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }
}

extension WrittenDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { value == .null }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let plain: Any? =
            switch (value, type) {
            case (.bool(let bool), is Bool.Type): bool
            case (.string(let text), is String.Type): text
            case (.number(let digits), is Decimal.Type): Self.decimal(digits)
            case (.number(let digits), is Quantity.Type): try quantity(digits)
            case (.number(let digits), let integer as any FixedWidthInteger.Type): Self.integer(digits, integer)
            case (_, is Bool.Type), (_, is String.Type), (_, is Decimal.Type), (_, is any FixedWidthInteger.Type),
                (_, is any BinaryFloatingPoint.Type):
                nil
            default: try Value(from: self)
            }
        guard let plain = plain as? Value else { throw mismatch(type) }
        return plain
    }

    /// What has more digits than a `Decimal` would be rounded by it.
    private static func decimal(_ digits: String) -> Decimal? {
        guard digits.utf8.count <= 38, let decimal = Decimal(string: digits), !decimal.isNaN else { return nil }
        return decimal
    }

    private func quantity(_ digits: String) throws -> Quantity {
        do { return try Quantity(digits) } catch {
            throw DecodingError.dataCorrupted(.init(codingPath: codingPath, debugDescription: error.detail))
        }
    }

    /// `1e3` and `5.0` are whole numbers, too.
    private static func integer<Whole: FixedWidthInteger>(_ digits: String, _: Whole.Type) -> Whole? {
        if let whole = Whole(digits) { return whole }
        return decimal(digits).flatMap { Whole("\($0)") }
    }

    private func mismatch(_ type: any Any.Type) -> DecodingError {
        .typeMismatch(type, .init(codingPath: codingPath, debugDescription: "of another type"))
    }
}

private struct ObjectContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let codingPath: [any CodingKey]
    private let values: [String: WrittenJSON]

    init(_ members: [WrittenJSON.Member], at codingPath: [any CodingKey]) throws {
        self.codingPath = codingPath
        var values: [String: WrittenJSON] = [:]
        values.reserveCapacity(members.count)
        for member in members {
            guard let name = member.name else { throw Problem.illegible(Self.place(codingPath, nil)) }
            values[name] = member.value
        }
        self.values = values
    }

    var allKeys: [Key] { values.keys.compactMap(Key.init(stringValue:)) }
    func contains(_ key: Key) -> Bool { values[key.stringValue] != nil }
    func decodeNil(forKey key: Key) throws -> Bool { try decoder(key).decodeNil() }
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try decoder(key).decode(type)
    }
    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { try decoder(key).container(keyedBy: type) }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try decoder(key).unkeyedContainer()
    }
    func superDecoder() throws -> any Decoder { WrittenDecoder(.null, at: codingPath) }
    func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }

    private func decoder(_ key: Key) throws -> WrittenDecoder {
        guard let value = values[key.stringValue] else {
            throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: "not there"))
        }
        if value == .illegible { throw Problem.illegible(Self.place(codingPath, key.stringValue)) }
        return WrittenDecoder(value, at: codingPath + [key])
    }

    private static func place(_ path: [any CodingKey], _ name: String?) -> String? {
        let names = path.filter { $0.intValue == nil }.map(\.stringValue) + (name.map { [$0] } ?? [])
        return names.isEmpty ? nil : names.joined(separator: ".")
    }
}

private struct ListContainer: UnkeyedDecodingContainer {
    let elements: [WrittenJSON]
    let codingPath: [any CodingKey]
    private(set) var currentIndex = 0

    init(elements: [WrittenJSON], codingPath: [any CodingKey]) {
        self.elements = elements
        self.codingPath = codingPath
    }

    private struct Index: CodingKey {
        let intValue: Int?
        var stringValue: String { intValue.map(String.init) ?? "" }
        init(intValue: Int) { self.intValue = intValue }
        init?(stringValue: String) { nil }
    }

    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex == elements.count }

    mutating func decodeNil() throws -> Bool {
        guard try here().decodeNil() else { return false }
        currentIndex += 1
        return true
    }
    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let value = try here().decode(type)
        currentIndex += 1
        return value
    }
    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> { try here().container(keyedBy: type) }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try here().unkeyedContainer() }
    mutating func superDecoder() throws -> any Decoder { try here() }

    private func here() throws -> WrittenDecoder {
        guard !isAtEnd else {
            throw DecodingError.valueNotFound(
                WrittenJSON.self, .init(codingPath: codingPath, debugDescription: "nothing is left"))
        }
        return WrittenDecoder(elements[currentIndex], at: codingPath + [Index(intValue: currentIndex)])
    }
}
