/// Stripe over one transport. Each `send` is one attempt; when to try again is for the caller, who knows what was
/// written down (`RetryPolicy` says how long to wait).
public struct StripeClient: Sendable, Undisclosed {
    public static let defaultAPIBase = "https://api.stripe.com"
    public static let defaultConnectBase = "https://connect.stripe.com"

    public let apiVersion: String
    public let apiBase: String
    public let connectBase: String
    /// The mode that the API key names, if it names one.
    public var livemode: Bool? { secretKey.livemode }

    private let secretKey: SecretKey
    private let timeoutMilliseconds: Int
    private let transport: Transport

    /// - Parameters:
    ///   - apiVersion: sent as `Stripe-Version` with every request, such as `2026-10-28.endive`.
    ///   - apiBase: scheme, host and port, without a path; so too `connectBase`.
    ///   - timeoutMilliseconds: of one attempt as a whole.
    public init(
        secretKey: SecretKey, apiVersion: String, apiBase: String = Self.defaultAPIBase,
        connectBase: String = Self.defaultConnectBase, timeoutMilliseconds: Int = 80_000,
        transport: @escaping Transport
    ) {
        self.secretKey = secretKey
        self.apiVersion = apiVersion
        self.apiBase = Self.withoutTrailingSlash(apiBase)
        self.connectBase = Self.withoutTrailingSlash(connectBase)
        self.timeoutMilliseconds = timeoutMilliseconds
        self.transport = transport
    }

    /// One attempt, and its answer.
    public func send<Answer>(_ request: StripeRequest<Answer>) async throws(StripeError) -> Answer {
        try await answer(to: request).value
    }

    /// One attempt, and its answer with the headers and bytes it was read from.
    public func answer<Answer>(
        to request: StripeRequest<Answer>
    ) async throws(StripeError) -> StripeAnswer<Answer> {
        let raw = try await send(request.prepared)
        return StripeAnswer(value: try request.answer(from: raw), raw: raw)
    }

    /// One attempt with a request that was written down before; read the answer with `RawAnswer.decoded`.
    public func send(_ request: PreparedRequest) async throws(StripeError) -> RawAnswer {
        // An empty Stripe-Account would mean the platform's own account.
        guard request.stripeAccount?.isEmpty != true else { throw StripeError(.rejected, .accountInvalid) }
        // And an empty key would be no key.
        guard request.idempotencyKey.map({ (1...255).contains($0.utf8.count) }) != false else {
            throw StripeError(.rejected, .invalidRequest)
        }
        let response: HTTPResponse
        do {
            response = try await transport(httpRequest(for: request))
        } catch {
            throw StripeError(error)
        }
        return try AnswerClassification.classify(response).get()
    }

    /// Freezes the request together with this client's API version, so that it can be repeated as it was even by a
    /// later release that speaks another version.
    public func prepare<Answer>(_ request: StripeRequest<Answer>) -> PreparedRequest {
        var prepared = request.prepared
        prepared.apiVersion = apiVersion
        return prepared
    }

    private func httpRequest(for request: PreparedRequest) -> HTTPRequest {
        let base =
            switch request.host {
            case .api: apiBase
            case .connect: connectBase
            }
        var http = HTTPRequest(
            method: request.method, url: base + request.path, timeoutMilliseconds: timeoutMilliseconds,
            atMostOnce: !request.isRepeatable)
        http.headers.append("Authorization", "Bearer \(secretKey.value)")
        http.headers.append("Stripe-Version", request.apiVersion ?? apiVersion)
        if let account = request.stripeAccount { http.headers.append("Stripe-Account", account) }
        if let key = request.idempotencyKey { http.headers.append("Idempotency-Key", key) }
        if request.method == .post {
            http.headers.append("Content-Type", "application/x-www-form-urlencoded")
            http.body = Array(request.form.utf8)
        } else if !request.form.isEmpty {
            http.url += "?\(request.form)"
        }
        return http
    }

    private static func withoutTrailingSlash(_ base: String) -> String {
        base.hasSuffix("/") ? String(base.dropLast()) : base
    }
}

extension StripeClient {
    /// Sends a read, or a POST under its idempotency key, until it is answered or the policy gives up; a POST without a
    /// key is sent once, since only its caller knows what a repeat needs.
    /// - Parameters:
    ///   - sleep: waits for so many milliseconds; what it throws ends the retrying with the last error.
    ///   - random: a fresh random number for each delay.
    public func sendRetrying<Answer>(
        _ request: StripeRequest<Answer>, policy: RetryPolicy = RetryPolicy(),
        sleep: @Sendable (_ milliseconds: Int64) async throws -> Void, random: @Sendable () -> UInt64
    ) async throws(StripeError) -> Answer {
        var attempts = 0
        while true {
            do {
                return try await send(request)
            } catch {
                attempts += 1
                guard request.prepared.isRepeatable,
                    case .retry(let delay) = policy.decision(after: error, attempts: attempts, random: random()),
                    (try? await sleep(delay)) != nil
                else { throw error }
            }
        }
    }
}
