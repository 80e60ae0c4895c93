/// A request's parameters: named values, lists and nested fields, in the order in which they were set.
/// What is not set, and a list or a nest that holds nothing, is not sent.
public struct FormParameters: Sendable, Equatable {
    public struct Field: Sendable, Equatable {
        public let name: String
        public let value: FormValue
    }

    public private(set) var fields: [Field] = []

    public init() {}

    public var isEmpty: Bool { fields.isEmpty }

    public subscript(_ name: String) -> FormValue? {
        fields.first { $0.name == name }?.value
    }

    public mutating func set(_ name: String, _ value: FormValue?) {
        fields.removeAll { $0.name == name }
        guard let value, !value.isEmpty else { return }
        fields.append(Field(name: name, value: value))
    }

    public mutating func set(_ name: String, _ value: String?) {
        set(name, value.map(FormValue.string))
    }

    public mutating func set(_ name: String, _ value: Int64?) {
        set(name, value.map(FormValue.integer))
    }

    public mutating func set(_ name: String, _ value: Bool?) {
        set(name, value.map(FormValue.boolean))
    }

    public mutating func set(_ name: String, _ value: [String]) {
        set(name, .list(value.map(FormValue.string)))
    }

    public mutating func set(_ name: String, _ value: FormParameters?) {
        set(name, value.map(FormValue.fields))
    }

    /// Sorted by key, so that equal metadata always gives equal bytes.
    public mutating func set(_ name: String, _ value: [String: String]) {
        var nested = FormParameters()
        for (key, text) in value.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            nested.set(key, text)
        }
        set(name, nested)
    }
}

public indirect enum FormValue: Sendable, Equatable {
    case string(String)
    case integer(Int64)
    case boolean(Bool)
    case list([FormValue])
    case fields(FormParameters)

    var isEmpty: Bool {
        switch self {
        case .list(let values): values.isEmpty
        case .fields(let parameters): parameters.isEmpty
        case .string, .integer, .boolean: false
        }
    }
}
