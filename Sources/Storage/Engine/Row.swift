/// One row of an answer. It is a value: it stays valid after the statement, and the transaction, are gone.
public struct Row: Sendable {
    /// In the order of the statement's columns.
    public let values: [SQLValue]
    private let columns: Columns

    public init(columns: Columns, values: [SQLValue]) {
        self.columns = columns
        self.values = values
    }

    public var columnNames: [String] { columns.names }

    public func value(_ column: String) throws(StorageError) -> SQLValue {
        guard let index = columns.index(of: column) else {
            throw StorageError(.misuse, detail: "no column \(column) among \(columns.names.joined(separator: ", "))")
        }
        return values[index]
    }

    public func value(at index: Int) throws(StorageError) -> SQLValue {
        guard values.indices.contains(index) else {
            throw StorageError(.misuse, detail: "no column \(index) in a row of \(values.count)")
        }
        return values[index]
    }
}

// By name.
extension Row {
    public func int64(_ column: String) throws(StorageError) -> Int64 {
        try Self.present(Self.integer(value(column), column), column)
    }

    public func int64OrNil(_ column: String) throws(StorageError) -> Int64? {
        try Self.integer(value(column), column)
    }

    public func int(_ column: String) throws(StorageError) -> Int { Int(try int64(column)) }

    public func intOrNil(_ column: String) throws(StorageError) -> Int? { try int64OrNil(column).map { Int($0) } }

    public func text(_ column: String) throws(StorageError) -> String {
        try Self.present(Self.string(value(column), column), column)
    }

    public func textOrNil(_ column: String) throws(StorageError) -> String? {
        try Self.string(value(column), column)
    }

    public func bytes(_ column: String) throws(StorageError) -> [UInt8] {
        try Self.present(Self.blob(value(column), column), column)
    }

    public func bytesOrNil(_ column: String) throws(StorageError) -> [UInt8]? {
        try Self.blob(value(column), column)
    }

    /// A boolean, stored as INTEGER 0 or 1.
    public func bool(_ column: String) throws(StorageError) -> Bool { try int64(column) != 0 }

    public func boolOrNil(_ column: String) throws(StorageError) -> Bool? { try int64OrNil(column).map { $0 != 0 } }

    /// A word of a closed vocabulary, as `try row.text("status", as: ChargeStatus.self)`; an unknown word is
    /// `.corrupt`.
    public func text<Word: RawRepresentable<String>>(
        _ column: String, as type: Word.Type
    ) throws(StorageError) -> Word {
        try Self.word(text(column), column)
    }

    public func textOrNil<Word: RawRepresentable<String>>(
        _ column: String, as type: Word.Type
    ) throws(StorageError) -> Word? {
        guard let text = try textOrNil(column) else { return nil }
        return try Self.word(text, column) as Word
    }
}

// By position, for hot paths.
extension Row {
    public func int64(at index: Int) throws(StorageError) -> Int64 {
        try Self.present(Self.integer(value(at: index), "\(index)"), "\(index)")
    }

    public func int64OrNil(at index: Int) throws(StorageError) -> Int64? {
        try Self.integer(value(at: index), "\(index)")
    }

    public func text(at index: Int) throws(StorageError) -> String {
        try Self.present(Self.string(value(at: index), "\(index)"), "\(index)")
    }

    public func textOrNil(at index: Int) throws(StorageError) -> String? {
        try Self.string(value(at: index), "\(index)")
    }

    public func bytes(at index: Int) throws(StorageError) -> [UInt8] {
        try Self.present(Self.blob(value(at: index), "\(index)"), "\(index)")
    }

    public func bytesOrNil(at index: Int) throws(StorageError) -> [UInt8]? {
        try Self.blob(value(at: index), "\(index)")
    }
}

extension Row {
    private static func integer(
        _ value: SQLValue, _ column: @autoclosure () -> String
    ) throws(StorageError) -> Int64? {
        switch value {
        case .integer(let integer): return integer
        case .null: return nil
        case .text, .bytes: throw unexpected(column(), "an integer")
        }
    }

    private static func string(
        _ value: SQLValue, _ column: @autoclosure () -> String
    ) throws(StorageError) -> String? {
        switch value {
        case .text(let text): return text
        case .null: return nil
        case .integer, .bytes: throw unexpected(column(), "text")
        }
    }

    private static func blob(
        _ value: SQLValue, _ column: @autoclosure () -> String
    ) throws(StorageError) -> [UInt8]? {
        switch value {
        case .bytes(let bytes): return bytes
        case .null: return nil
        case .integer, .text: throw unexpected(column(), "bytes")
        }
    }

    private static func present<Value>(
        _ value: Value?, _ column: @autoclosure () -> String
    ) throws(StorageError) -> Value {
        guard let value else { throw StorageError(.corrupt, detail: "column \(column()) holds null") }
        return value
    }

    private static func word<Word: RawRepresentable<String>>(
        _ text: String, _ column: String
    ) throws(StorageError) -> Word {
        guard let word = Word(rawValue: text) else {
            throw StorageError(.corrupt, detail: "column \(column) holds a word that is no \(Word.self)")
        }
        return word
    }

    private static func unexpected(_ column: String, _ wanted: String) -> StorageError {
        StorageError(.corrupt, detail: "column \(column) does not hold \(wanted)")
    }
}

/// The names of a statement's columns, shared by all its rows.
public final class Columns: Sendable {
    public let names: [String]
    private let positions: [String: Int]

    /// Where a name occurs twice, the first is found.
    public init(_ names: [String]) {
        self.names = names
        self.positions = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
    }

    public func index(of name: String) -> Int? { positions[name] }
}
