/// What an HTTP answer means. The rule for doubt: an answer that Stripe did not demonstrably write says nothing about
/// what Stripe did, so it is indeterminate.
enum AnswerClassification {
    /// The answer itself for a 2xx, else the error that it stands for. A 2xx body is not looked at here.
    static func classify(_ response: HTTPResponse) -> Result<RawAnswer, StripeError> {
        let raw = RawAnswer(status: response.status, headers: response.headers, body: response.body)
        if (200..<300).contains(response.status) { return .success(raw) }
        let body = ErrorBody.read(response.body)
        var details = body?.details ?? StripeError.Details()
        details.requestID = raw.requestID
        details.httpStatus = response.status
        let (kind, code) = meaning(status: response.status, body: body)
        return .failure(
            StripeError(
                kind, code, details: details, shouldRetry: raw.headers["Stripe-Should-Retry"].flatMap(Bool.init),
                retryAfterSeconds: raw.headers["Retry-After"].flatMap(Int64.init).flatMap { $0 < 0 ? nil : $0 },
                isReplayed: raw.isReplayed))
    }

    private static func meaning(status: Int, body: ErrorBody?) -> (StripeError.Kind, StripeError.Code) {
        switch status {
        case 401: return (.rejected, .apiKeyInvalid)
        case 403: return (.rejected, body?.code == "account_invalid" ? .accountInvalid : .permissionDenied)
        // Stripe's limiter, and any proxy's, stands before the work.
        case 429: return (.unavailable, body?.code == "lock_timeout" ? .lockTimeout : .rateLimited)
        // 424: a dependency of Stripe's failed in the middle of the work.
        case 400..<500 where status != 424:
            guard let body else { return (.indeterminate, .undecodableAnswer) }
            return meaning(status: status, of: body)
        case 424, 500...: return (.indeterminate, .serverError)
        default: return (.indeterminate, .undecodableAnswer)
        }
    }

    private static func meaning(status: Int, of body: ErrorBody) -> (StripeError.Kind, StripeError.Code) {
        switch (status, body) {
        case (_, .oauth): (.rejected, .oauthRefused)
        case (_, .api) where body.code == "idempotency_key_in_use": (.unavailable, .idempotencyKeyInUse)
        case (_, .api) where body.code == "lock_timeout": (.unavailable, .lockTimeout)
        case (_, .api) where body.code == "account_invalid": (.rejected, .accountInvalid)
        case (_, .api(let error)) where error.type == "idempotency_error" && status != 409:
            (.rejected, .idempotencyMismatch)
        case (_, .api(let error)) where error.type == "card_error" || status == 402: (.rejected, .cardError)
        case (409, _): (.unavailable, .conflict)
        case (404, _): (.rejected, .resourceMissing)
        default: (.rejected, .invalidRequest)
        }
    }
}
