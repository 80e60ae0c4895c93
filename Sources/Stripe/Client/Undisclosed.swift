/// A value that prints, dumps and mirrors as its type's name and nothing else.
public protocol Undisclosed: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {}

extension Undisclosed {
    public var description: String { "\(Self.self)(undisclosed)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// A platform's secret API key, `sk_…` or the restricted `rk_…`.
public struct SecretKey: Sendable, Equatable, Undisclosed {
    let value: String

    public init(_ value: String) {
        self.value = value
    }

    /// The mode that the key's own prefix names; nil when it names none, as with keys of a stand-in.
    public var livemode: Bool? {
        if value.hasPrefix("sk_live_") || value.hasPrefix("rk_live_") { return true }
        if value.hasPrefix("sk_test_") || value.hasPrefix("rk_test_") { return false }
        return nil
    }
}

/// The signing secret of one webhook endpoint, with its `whsec_`.
public struct WebhookSecret: Sendable, Equatable, Decodable, Undisclosed {
    let bytes: [UInt8]

    public init(_ value: String) {
        bytes = Array(value.utf8)
    }

    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    /// The secret itself, to be sealed and stored when Stripe has just made it.
    public var value: String { String(decoding: bytes, as: UTF8.self) }
}

/// What lets a customer's browser finish a PaymentIntent: for that customer alone.
public struct ClientSecret: Sendable, Equatable, Decodable, Undisclosed {
    public let value: String

    public init(from decoder: any Decoder) throws {
        value = try decoder.singleValueContainer().decode(String.self)
    }
}
