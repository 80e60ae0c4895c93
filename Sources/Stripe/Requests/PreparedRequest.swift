/// A request as bytes. It can be written down and sent later, and again, byte for byte: Stripe takes a repeat under the
/// same idempotency key only when its parameters are the same.
///
/// It holds no secret: the key is added when it is sent. It does hold what the request says, so it prints its operation
/// only.
public struct PreparedRequest: Sendable, Hashable, Codable, CustomStringConvertible, CustomReflectable {
    public let method: HTTPRequest.Method
    /// `POST /v1/payment_intents`: free of data, fit for a metric label.
    public let operation: String
    public let path: String
    /// The encoded parameters: the body of a POST, the query of a GET.
    public let form: String
    public private(set) var idempotencyKey: String?
    /// `acct_…`, or nil for the platform's own account.
    public let stripeAccount: String?
    public let host: StripeHost
    /// The API version to send it with; nil for the version of the client that sends it.
    public var apiVersion: String?

    init(
        method: HTTPRequest.Method, operation: String, path: String, form: String, idempotencyKey: String?,
        scope: AccountScope, host: StripeHost
    ) {
        self.method = method
        self.operation = operation
        self.path = path
        self.form = form
        self.idempotencyKey = idempotencyKey
        self.host = host
        switch scope {
        case .platform: stripeAccount = nil
        case .connected(let account): stripeAccount = account
        }
    }

    /// True when nothing worse than a second answer can come of sending it twice: it reads, or a key protects it.
    public var isRepeatable: Bool { method == .get || idempotencyKey != nil }

    /// The same request under another key: for Stripe a new one, so only for a request that is known to have had no
    /// effect.
    public func renewed(idempotencyKey: String) -> PreparedRequest {
        var renewed = self
        renewed.idempotencyKey = idempotencyKey
        return renewed
    }

    public var description: String { operation }
    public var customMirror: Mirror { Mirror(self, children: ["operation": operation]) }
}
