/// Stripe's answer to a request that it carried out (2xx), as bytes, with the headers that say more.
public struct RawAnswer: Sendable {
    public let status: Int
    public let headers: HTTPHeaders
    public let body: [UInt8]

    public init(status: Int, headers: HTTPHeaders, body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Stripe's name of the exchange, `req_…`: to be logged with everything that is said about it.
    public var requestID: String? { headers["Request-Id"] }

    /// True when this is what Stripe kept of an earlier request with the same idempotency key.
    public var isReplayed: Bool { headers["Idempotent-Replayed"] == "true" }

    /// Stripe's clock, in seconds since 1970.
    public var serverSeconds: Int64? { headers["Date"].flatMap(HTTPDate.seconds) }

    /// - Throws: `StripeError`, indeterminate: the request was carried out, but what came of it cannot be read.
    public func decoded<T: Decodable>(as type: T.Type) throws(StripeError) -> T {
        do {
            return try JSON.decode(body)
        } catch {
            throw StripeError.undecodable(self)
        }
    }
}

extension RawAnswer: CustomStringConvertible, CustomReflectable {
    public var description: String { "Stripe's answer, HTTP \(status)" }
    public var customMirror: Mirror { Mirror(self, children: ["status": status]) }
}

/// A decoded answer beside the one it was read from.
public struct StripeAnswer<Value: Sendable>: Sendable {
    public let value: Value
    public let raw: RawAnswer
}
