public import Foundation

/// A JSON value of no known shape: a caller's changes to terms, until they are read.
public enum JSONTree: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case decimal(Decimal)
    case text(String)
    case list([JSONTree])
    case object([String: JSONTree])

    /// What `value` is in JSON.
    public init(_ value: some Encodable) throws {
        self = try JSONDecoder().decode(JSONTree.self, from: try JSONEncoder().encode(value))
    }

    /// A JSON Merge Patch (RFC 7396): objects are merged, null takes away, all else takes the place of what was there.
    public func merged(with patch: JSONTree) -> JSONTree {
        guard case .object(let changes) = patch else { return patch }
        var members: [String: JSONTree] = if case .object(let present) = self { present } else { [:] }
        for (name, change) in changes {
            members[name] = change == .null ? nil : (members[name] ?? .null).merged(with: change)
        }
        return .object(members)
    }

    /// Every value that holds no others, as text, by its path.
    func texts(under path: String) -> [(path: String, text: String)] {
        switch self {
        case .null: []
        case .bool(let flag): [(path, flag ? "true" : "false")]
        case .integer(let number): [(path, String(number))]
        case .decimal(let number): [(path, "\(number)")]
        case .text(let text): [(path, text)]
        case .list(let values): values.enumerated().flatMap { $0.element.texts(under: "\(path).\($0.offset)") }
        case .object(let members): members.flatMap { $0.value.texts(under: "\(path).\($0.key)") }
        }
    }

    /// For a person: each value by its path.
    public func lines(under path: String) -> [(field: String, value: String)] {
        texts(under: path).map { ($0.path.hasPrefix(".") ? String($0.path.dropFirst()) : $0.path, $0.text) }
    }

    /// The path of a member that `other` does not have.
    func firstMember(missingIn other: JSONTree, under path: String) -> String? {
        switch (self, other) {
        case (.object(let members), .object(let known)):
            for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                guard let match = known[name] else { return "\(path).\(name)" }
                if let missing = value.firstMember(missingIn: match, under: "\(path).\(name)") { return missing }
            }
            return nil
        case (.list(let values), .list(let known)) where values.count == known.count:
            return zip(values, known).enumerated().lazy.compactMap { place, pair in
                pair.0.firstMember(missingIn: pair.1, under: "\(path).\(place)")
            }.first
        default: return nil
        }
    }
}

extension JSONTree: Codable {
    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let flag = try? value.decode(Bool.self) {
            self = .bool(flag)
        } else if let number = try? value.decode(Int64.self) {
            self = .integer(number)
        } else if let number = try? value.decode(Decimal.self) {
            self = .decimal(number)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let list = try? value.decode([JSONTree].self) {
            self = .list(list)
        } else {
            self = .object(try value.decode([String: JSONTree].self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .null: try value.encodeNil()
        case .bool(let flag): try value.encode(flag)
        case .integer(let number): try value.encode(number)
        case .decimal(let number): try value.encode(number)
        case .text(let text): try value.encode(text)
        case .list(let values): try value.encode(values)
        case .object(let members): try value.encode(members)
        }
    }
}
