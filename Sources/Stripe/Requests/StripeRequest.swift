/// One call of Stripe's API and how its answer is read. Requests are made by the functions of Stripe's objects
/// (`PaymentIntent.create`, `Event.list` …); each of them demands the account's scope, and each POST an idempotency
/// key.
public struct StripeRequest<Answer: Sendable>: Sendable, CustomStringConvertible, CustomReflectable {
    public let method: HTTPRequest.Method
    /// The path as Stripe's documentation writes it, `/v1/payment_intents/{intent}`: free of data, fit for a metric
    /// label.
    public let pathTemplate: String
    /// The path with its identifiers in place, percent-encoded.
    public let path: String
    public let parameters: FormParameters
    /// 1 to 255 characters. Only POSTs have one, and all of them but OAuth's.
    public let idempotencyKey: String?
    public let scope: AccountScope
    public let host: StripeHost

    let decode: @Sendable ([UInt8]) throws -> Answer

    /// `POST /v1/payment_intents/{intent}/confirm`.
    public var operation: String { "\(method.rawValue) \(pathTemplate)" }

    public var description: String { operation }
    public var customMirror: Mirror { Mirror(self, children: ["operation": operation]) }

    /// The bytes of the request, to be written down before they are sent and to be sent again as they were.
    public var prepared: PreparedRequest {
        PreparedRequest(
            method: method, operation: operation, path: path, form: parameters.encoded, idempotencyKey: idempotencyKey,
            scope: scope, host: host)
    }

    /// The answer to the request, read from what came back for it, now or when it was sent as a `PreparedRequest`.
    /// - Throws: `StripeError`, indeterminate, when the body is not what Stripe answers to this request.
    public func answer(from raw: RawAnswer) throws(StripeError) -> Answer {
        do {
            return try decode(raw.body)
        } catch {
            throw StripeError.undecodable(raw)
        }
    }
}

/// Which of Stripe's two hosts serves a path.
public enum StripeHost: String, Sendable, Codable {
    case api
    /// `connect.stripe.com`: OAuth.
    case connect
}

extension StripeRequest {
    init(
        get pathTemplate: String, _ identifiers: [String] = [], _ parameters: FormParameters = FormParameters(),
        in scope: AccountScope, decode: @escaping @Sendable ([UInt8]) throws -> Answer
    ) {
        self.init(
            method: .get, pathTemplate: pathTemplate, path: Self.fill(pathTemplate, with: identifiers),
            parameters: parameters, idempotencyKey: nil, scope: scope, host: .api, decode: decode)
    }

    /// Puts each identifier in the place of the next `{name}`. An empty one becomes an escaped space, so that it can
    /// never turn the path of an object into the path of its collection.
    private static func fill(_ template: String, with identifiers: [String]) -> String {
        var rest = identifiers[...]
        return template.split(separator: "/").map { segment in
            guard segment.hasPrefix("{"), let identifier = rest.popFirst() else { return "/\(segment)" }
            return "/" + PercentEncoding.encode(identifier.isEmpty ? " " : identifier)
        }.joined()
    }
}

extension StripeRequest where Answer: Decodable {
    init(
        get pathTemplate: String, _ identifiers: [String] = [], _ parameters: FormParameters = FormParameters(),
        in scope: AccountScope
    ) {
        self.init(get: pathTemplate, identifiers, parameters, in: scope, decode: JSON.decode)
    }

    init(
        post pathTemplate: String, _ identifiers: [String] = [], _ parameters: FormParameters = FormParameters(),
        in scope: AccountScope, idempotencyKey: String
    ) {
        self.init(
            method: .post, pathTemplate: pathTemplate, path: Self.fill(pathTemplate, with: identifiers),
            parameters: parameters, idempotencyKey: idempotencyKey, scope: scope, host: .api, decode: JSON.decode)
    }

    /// Repeatable: what is gone already is answered with 404.
    init(delete pathTemplate: String, _ identifiers: [String], in scope: AccountScope) {
        self.init(
            method: .delete, pathTemplate: pathTemplate, path: Self.fill(pathTemplate, with: identifiers),
            parameters: FormParameters(), idempotencyKey: nil, scope: scope, host: .api, decode: JSON.decode)
    }

    /// OAuth's POSTs: on the other host, by the platform, with no idempotency key, and therefore sent at most once.
    init(oauth pathTemplate: String, _ parameters: FormParameters) {
        self.init(
            method: .post, pathTemplate: pathTemplate, path: pathTemplate, parameters: parameters, idempotencyKey: nil,
            scope: .platform, host: .connect, decode: JSON.decode)
    }
}
