import Foundation

/// What is wrong with terms that somebody has written: where, and what to do.
public struct TermsFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The way to the field: `bands.1.at_percent`; empty for the whole.
    public let field: String
    /// What to write instead.
    public let sentence: String

    public init(_ field: String, _ sentence: String) {
        self.field = field
        self.sentence = sentence
    }

    public var description: String { field.isEmpty ? sentence : "\(field): \(sentence)" }

    /// What a decoder has stumbled over, told for the one who wrote the JSON.
    public init(_ error: DecodingError) {
        switch error {
        case .typeMismatch(let type, let context):
            self.init(Self.path(context.codingPath), "it must be \(Self.name(of: type))")
        case .valueNotFound(let type, let context):
            self.init(Self.path(context.codingPath), "it must be \(Self.name(of: type)), not null")
        case .keyNotFound(let key, let context):
            self.init(Self.path(context.codingPath + [key]), "it is missing")
        case .dataCorrupted(let context):
            self.init(Self.path(context.codingPath), Self.sentence(context))
        @unknown default:
            self.init("", "the JSON cannot be read")
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }

    private static func sentence(_ context: DecodingError.Context) -> String {
        context.underlyingError == nil ? context.debugDescription : "it is no JSON that can be read"
    }

    private static func name(of type: Any.Type) -> String {
        switch type {
        case is any BinaryInteger.Type: "a whole number"
        case is String.Type: "a text"
        case is Bool.Type: "true or false"
        case is any RangeReplaceableCollection.Type: "a list"
        case is Decimal.Type: "a number"
        default: "an object"
        }
    }
}

/// Reads what people write, and says where it is wrong.
enum TermsJSON {
    static func read<Terms: Decodable>(_ type: Terms.Type, from json: String) throws(BillingError) -> Terms {
        do {
            return try JSONDecoder().decode(type, from: Data(json.utf8))
        } catch let error as DecodingError {
            throw .badTerms(TermsFault(error))
        } catch {
            throw .badTerms(TermsFault("", "the JSON cannot be read"))
        }
    }

    /// Compact, always the same text for the same terms.
    static func write(_ terms: some Encodable) throws(BillingError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(terms), as: UTF8.self)
        } catch {
            throw .badTerms(TermsFault("", "the terms cannot be written"))
        }
    }
}

extension Decoder {
    /// A container in which a field that is not among the keys is refused, as it can only be a slip of the keyboard.
    func knownFields<Key: CodingKey & CaseIterable>(_ type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        let known = Key.allCases.map(\.stringValue)
        let written = try container(keyedBy: AnyField.self)
        if let unknown = written.allKeys.filter({ !known.contains($0.stringValue) }).map(\.stringValue).min() {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: codingPath + [AnyField(unknown)],
                    debugDescription: "it is no field of these terms; there are \(known.joined(separator: ", "))"))
        }
        return try container(keyedBy: type)
    }

    /// One of the words of an enumeration.
    func word<Word: RawRepresentable & CaseIterable>(_ type: Word.Type) throws -> Word where Word.RawValue == String {
        let text = try singleValueContainer().decode(String.self)
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw DecodingError.dataCorrupted(
                .init(codingPath: codingPath, debugDescription: "it is one of \(words)"))
        }
        return word
    }
}

extension KeyedDecodingContainer {
    /// One of the words of an enumeration.
    func word<Word: RawRepresentable<String> & CaseIterable>(_ type: Word.Type, forKey key: Key) throws -> Word {
        guard let word = Word(rawValue: try decode(String.self, forKey: key)) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw DecodingError.dataCorrupted(
                .init(codingPath: codingPath + [key], debugDescription: "it is one of \(words)"))
        }
        return word
    }

    /// - Returns: `nil` for what is not there or null.
    func wordIfPresent<Word: RawRepresentable<String> & CaseIterable>(
        _ type: Word.Type, forKey key: Key
    ) throws -> Word? {
        guard contains(key), try !decodeNil(forKey: key) else { return nil }
        return try word(type, forKey: key)
    }

    /// A whole number that fits 64 bits; `nil` for what is not there or null. Foundation's own reading of one loses
    /// the way to a number with a fraction.
    func wholeNumberIfPresent(forKey key: Key) throws -> Int64? {
        guard contains(key), try !decodeNil(forKey: key) else { return nil }
        return try wholeNumber(forKey: key)
    }

    func wholeNumber(forKey key: Key) throws -> Int64 {
        let number: Decimal
        do {
            number = try decode(Decimal.self, forKey: key)
        } catch DecodingError.typeMismatch(_, let context) {
            throw DecodingError.typeMismatch(Int64.self, context)
        }
        guard let whole = DecimalDigits("\(number)", places: 0).flatMap({ Int64(exactly: $0.scaled) }) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: codingPath + [key], debugDescription: "it must be a whole number of at most 64 bits"))
        }
        return whole
    }
}

/// Any name in a JSON object.
private struct AnyField: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
