/// Why a request to Stripe did not give its answer.
///
/// `kind` says what may be done next, `code` why, in words that are ours and few enough to label a metric. What Stripe
/// said is in `details`; it names objects and people and is not part of any description.
public struct StripeError: Error, Sendable, CustomStringConvertible, CustomReflectable {
    public enum Kind: String, Sendable, CaseIterable {
        /// Stripe understood and refused. Nothing was done, and the same request will be refused again.
        case rejected
        /// Nothing was done. The same request may be sent again later.
        case unavailable
        /// It may have been done. Only Stripe knows: send the same request with the same key, or ask for the object.
        case indeterminate
    }

    public enum Code: String, Sendable, CaseIterable {
        // rejected
        case accountInvalid = "account_invalid"
        case apiKeyInvalid = "api_key_invalid"
        case cardError = "card_error"
        case idempotencyMismatch = "idempotency_mismatch"
        case invalidRequest = "invalid_request"
        case oauthRefused = "oauth_refused"
        case permissionDenied = "permission_denied"
        case resourceMissing = "resource_missing"
        // unavailable
        case conflict = "conflict"
        case idempotencyKeyInUse = "idempotency_key_in_use"
        case lockTimeout = "lock_timeout"
        case notSent = "not_sent"
        case rateLimited = "rate_limited"
        // indeterminate
        case noAnswer = "no_answer"
        case serverError = "server_error"
        case undecodableAnswer = "undecodable_answer"
    }

    public let kind: Kind
    public let code: Code
    public let details: Details
    /// What the network said, when there was no answer.
    public let transport: TransportError?
    /// `Stripe-Should-Retry`, when Stripe sent it.
    public let shouldRetry: Bool?
    /// `Retry-After` in seconds, when Stripe sent it.
    public let retryAfterSeconds: Int64?
    /// True when this is what Stripe kept of an earlier request with the same key; a replayed 500 stays one for ever.
    public let isReplayed: Bool

    public init(
        _ kind: Kind, _ code: Code, details: Details = Details(), transport: TransportError? = nil,
        shouldRetry: Bool? = nil, retryAfterSeconds: Int64? = nil, isReplayed: Bool = false
    ) {
        self.kind = kind
        self.code = code
        self.details = details
        self.transport = transport
        self.shouldRetry = shouldRetry
        self.retryAfterSeconds = retryAfterSeconds
        self.isReplayed = isReplayed
    }

    public var description: String { "stripe \(kind.rawValue): \(code.rawValue)" }
    public var customMirror: Mirror { Mirror(self, children: ["kind": kind, "code": code]) }
}

extension StripeError {
    /// Stripe's own words, raw. https://docs.stripe.com/api/errors
    public struct Details: Sendable {
        /// `card_error`, `invalid_request_error`, `idempotency_error`, `api_error`.
        public var type: String?
        /// Such as `card_declined`, `authentication_required`, `resource_missing`; OAuth's `error`.
        public var code: String?
        /// Such as `insufficient_funds`; https://docs.stripe.com/declines/codes
        public var declineCode: String?
        /// `do_not_try_again`, `try_again_later` or `confirm_card_data`.
        public var adviceCode: String?
        public var networkAdviceCode: String?
        public var networkDeclineCode: String?
        public var message: String?
        public var param: String?
        public var docURL: String?
        public var charge: String?
        /// The PaymentIntent that the failed attempt belongs to; it exists and can be finished or cancelled.
        public var paymentIntent: PaymentIntent?
        public var requestID: String?
        public var httpStatus: Int?

        public init() {}
    }

    static func undecodable(_ raw: RawAnswer) -> StripeError {
        var details = Details()
        details.requestID = raw.requestID
        details.httpStatus = raw.status
        return StripeError(.indeterminate, .undecodableAnswer, details: details, isReplayed: raw.isReplayed)
    }

    init(_ failure: TransportError) {
        switch failure.kind {
        case .unavailable: self.init(.unavailable, .notSent, transport: failure)
        case .indeterminate: self.init(.indeterminate, .noAnswer, transport: failure)
        }
    }
}
