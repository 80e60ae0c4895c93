/// One of Stripe's enumerations. Stripe adds values without a new API version, so a value that is not known here
/// decodes as `other` and keeps its spelling.
public protocol OpenEnum: Decodable, Sendable, Hashable {
    /// The values that are known, by Stripe's spelling.
    static var known: [String: Self] { get }
    static func other(_ spelling: String) -> Self
}

extension OpenEnum {
    public init(spelling: String) {
        self = Self.known[spelling] ?? .other(spelling)
    }

    public init(from decoder: any Decoder) throws {
        self.init(spelling: try decoder.singleValueContainer().decode(String.self))
    }
}
