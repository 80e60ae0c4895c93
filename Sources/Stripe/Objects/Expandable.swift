/// An object of Stripe's that has an identifier.
public protocol StripeObject: Decodable, Sendable {
    var id: String { get }
}

/// A field that holds an object's identifier, or the object itself when the request asked for it with `expand`.
public indirect enum Expandable<Object: StripeObject>: Decodable, Sendable {
    case id(String)
    case object(Object)

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let id = try? container.decode(String.self) {
            self = .id(id)
        } else {
            self = .object(try container.decode(Object.self))
        }
    }

    public var id: String {
        switch self {
        case .id(let id): id
        case .object(let object): object.id
        }
    }

    /// Nil when only the identifier came.
    public var object: Object? {
        switch self {
        case .id: nil
        case .object(let object): object
        }
    }
}

/// An object of which nothing but its identifier is read.
public struct UnreadObject: StripeObject {
    public let id: String
}
