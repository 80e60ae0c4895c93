/// A JSON value whose objects keep the order of their keys, as Stripe's answers do.
///
/// Numbers are whole; the one fraction in Stripe's objects, an exchange rate, is kept as its decimal text.
public enum JSON: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int64)
    case decimal(String)
    case string(String)
    case array([JSON])
    case object(JSONObject)

    static func text(_ value: String?) -> JSON { value.map(JSON.string) ?? .null }
    static func whole(_ value: Int64?) -> JSON { value.map(JSON.int) ?? .null }
    static func texts(_ values: [String]) -> JSON { .array(values.map(JSON.string)) }

    public var string: String? { if case .string(let value) = self { value } else { nil } }
    public var int: Int64? { if case .int(let value) = self { value } else { nil } }
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    public var array: [JSON]? { if case .array(let value) = self { value } else { nil } }
    public var object: JSONObject? { if case .object(let value) = self { value } else { nil } }
    public var isNull: Bool { self == .null }

    /// The member of that name, or nil where there is none, or where this is no object.
    public subscript(key: String) -> JSON? { object?[key] }

    /// The element at that place, or nil where there is none, or where this is no array.
    public subscript(index: Int) -> JSON? {
        guard let array, array.indices.contains(index) else { return nil }
        return array[index]
    }
}

/// The members of a JSON object in their order. Looking up is linear: Stripe's objects are small.
public struct JSONObject: Sendable, Hashable {
    public struct Member: Sendable, Hashable {
        public let key: String
        public var value: JSON
    }

    public private(set) var members: [Member] = []

    public init() {}

    /// - Parameter members: with no key twice.
    fileprivate init(members: [(String, JSON)]) {
        self.members = members.map { Member(key: $0.0, value: $0.1) }
    }

    public var keys: [String] { members.map(\.key) }
    public var isEmpty: Bool { members.isEmpty }

    /// Setting a new key puts it last; setting nil takes the key away.
    public subscript(key: String) -> JSON? {
        get { members.first { $0.key == key }?.value }
        set {
            let index = members.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append(Member(key: key, value: value))
            case (nil, nil): break
            }
        }
    }

    /// This object with each member of the other put in the place of its own.
    func merging(_ other: JSONObject) -> JSONObject {
        var merged = self
        for member in other.members { merged[member.key] = member.value }
        return merged
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, JSON)...) { self.init(members: elements) }
}

extension JSON: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral
{
    public init(dictionaryLiteral elements: (String, JSON)...) { self = .object(JSONObject(members: elements)) }
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .int(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}
