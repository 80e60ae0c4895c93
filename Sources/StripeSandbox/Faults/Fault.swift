/// One way in which a call goes wrong, by the name that headers and control calls use.
struct Fault: Sendable, Equatable {
    enum Kind: String, Sendable, CaseIterable {
        /// No answer ever.
        case timeout
        /// The connection is reset.
        case reset
        /// Half of the answer's body, then the end.
        case cutBody = "cut-body"
        /// The answer comes late and in drips; until then the idempotency key is in use.
        case slow
        /// Too many requests; the limiter stands before the idempotency keys.
        case tooMany = "429"
        /// Another request holds the object: 429 with code `lock_timeout`.
        case lockTimeout = "lock-timeout"
        /// Another request with this key is running.
        case inUse = "409"
        /// A fault inside Stripe, which the idempotency key remembers.
        case serverError = "500"
        /// Stripe is away; nothing is remembered.
        case unavailable = "503"
        /// A page of something in between, with status 200.
        case html = "html-200"
    }

    let kind: Kind
    /// Whether the call took effect before it went wrong.
    let isAfterEffect: Bool
    /// For `slow`: how long.
    var milliseconds: Int64 = 2_000

    /// Reads `timeout-before`, `timeout-after`, `reset`, `500-after`, `slow=5000` … Without a moment: after the effect
    /// where an answer is spoilt (reset, cut-body, slow), before it otherwise.
    init?(_ text: String) {
        let halves = text.split(separator: "=", maxSplits: 1)
        guard var name = halves.first.map(String.init) else { return nil }
        var moment: Bool?
        for (suffix, isAfter) in [("-before", false), ("-after", true)] where name.hasSuffix(suffix) {
            name.removeLast(suffix.count)
            moment = isAfter
        }
        guard let kind = Kind(rawValue: name) else { return nil }
        if halves.count > 1 {
            guard kind == .slow, let milliseconds = Int64(halves[1]), milliseconds >= 0 else { return nil }
            self.milliseconds = milliseconds
        }
        self.kind = kind
        isAfterEffect = moment ?? [.reset, .cutBody, .slow].contains(kind)
        guard isPossible else { return nil }
    }

    private var isPossible: Bool {
        switch kind {
        case .cutBody, .slow: isAfterEffect
        case .tooMany, .lockTimeout, .inUse: !isAfterEffect
        default: true
        }
    }

    var name: String {
        switch kind {
        case .timeout, .reset, .serverError, .unavailable, .html: kind.rawValue + (isAfterEffect ? "-after" : "-before")
        case .slow: "slow=\(milliseconds)"
        default: kind.rawValue
        }
    }

    static let names =
        "timeout-before, timeout-after, reset-before, reset-after, cut-body, slow=MILLISECONDS, 429, lock-timeout, "
        + "409, 500-before, 500-after, 503-before, 503-after, html-200-before, html-200-after"
}

extension Fault {
    /// What the caller sees in place of an answer, before anything has happened.
    var refusal: SandboxOutcome {
        switch kind {
        case .timeout: .silence
        case .reset: .reset
        case .html: .answer(Fault.page)
        case .tooMany:
            .answer(
                Fault.error(429, type: "rate_limit_error", code: "rate_limit", Fault.tooManyRequests)
                    .adding("Stripe-Rate-Limited-Reason", "global-rate"))
        case .lockTimeout: .answer(Fault.error(429, type: "invalid_request_error", code: "lock_timeout", Fault.locked))
        case .inUse: .answer(.json(409, StripeError.keyInUse("the sandbox was told to say so").json))
        case .unavailable: .answer(Fault.error(503, type: "api_error", code: nil, "Service unavailable."))
        case .serverError, .cutBody, .slow: .answer(.json(500, StripeError.internalFault.json))
        }
    }

    /// What becomes of an answer whose call took effect.
    func spoil(_ answer: SandboxAnswer) -> SandboxOutcome {
        switch kind {
        case .cutBody: .cut(answer, bytes: answer.body.count / 2)
        case .slow: .slow(answer, milliseconds: milliseconds)
        default: refusal
        }
    }

    private static let tooManyRequests = "Request rate limit exceeded. The sandbox was told to say so."
    private static let locked =
        "This object cannot be accessed right now because another API request or Stripe process is currently "
        + "accessing it."
    private static func error(_ status: Int, type: String, code: String?, _ message: String) -> SandboxAnswer {
        let error = StripeError(status: status, type: type, code: code, message: message, parameter: nil)
        return .json(status, error.json)
    }

    private static let page = SandboxAnswer(
        status: 200, headers: [.init(name: "Content-Type", value: "text/html")],
        body: Array("<html><body><h1>502 Bad Gateway</h1></body></html>\n".utf8))
}

extension SandboxAnswer {
    func adding(_ name: String, _ value: String) -> SandboxAnswer {
        var answer = self
        answer.headers.append(Header(name: name, value: value))
        return answer
    }
}
