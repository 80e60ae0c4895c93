/// When to send a request again, as a pure function of what happened and a random number.
///
/// The delays are those of Stripe's Python SDK (`_http_client.py`): half a second, doubled with each attempt up to
/// five, cut by up to a half at random, never under half a second. `Retry-After` lengthens a delay and never shortens
/// one.
public struct RetryPolicy: Sendable, Equatable {
    public enum Decision: Sendable, Equatable {
        case giveUp
        case retry(afterMilliseconds: Int64)
    }

    /// Attempts in all, the first included.
    public var maximumAttempts: Int
    public var initialDelayMilliseconds: Int64
    public var maximumDelayMilliseconds: Int64
    /// A `Retry-After` longer than this ends the retrying.
    public var patienceMilliseconds: Int64

    public init(
        maximumAttempts: Int = 3, initialDelayMilliseconds: Int64 = 500, maximumDelayMilliseconds: Int64 = 5_000,
        patienceMilliseconds: Int64 = 60_000
    ) {
        self.maximumAttempts = max(1, maximumAttempts)
        self.initialDelayMilliseconds = max(1, initialDelayMilliseconds)
        self.maximumDelayMilliseconds = max(self.initialDelayMilliseconds, maximumDelayMilliseconds)
        self.patienceMilliseconds = max(0, patienceMilliseconds)
    }

    /// What to do after `attempts` attempts, the last of which ended in `error`. A retry is the same request with the
    /// same idempotency key; whether the request may be repeated at all is its own affair
    /// (`PreparedRequest.isRepeatable`).
    public func decision(after error: StripeError, attempts: Int, random: UInt64) -> Decision {
        // What Stripe has kept under a key it will say again for as long as it keeps it.
        guard attempts < maximumAttempts, !error.isReplayed, error.shouldRetry ?? (error.kind != .rejected) else {
            return .giveUp
        }
        let asked = (error.retryAfterSeconds ?? 0).multipliedReportingOverflow(by: 1_000)
        guard !asked.overflow, asked.partialValue <= patienceMilliseconds else { return .giveUp }
        return .retry(afterMilliseconds: max(delayMilliseconds(attempts: attempts, random: random), asked.partialValue))
    }

    /// The wait after `attempts` attempts: between `initialDelayMilliseconds` and `maximumDelayMilliseconds`.
    public func delayMilliseconds(attempts: Int, random: UInt64) -> Int64 {
        var full = initialDelayMilliseconds
        var doublings = attempts - 1
        while doublings > 0 && full < maximumDelayMilliseconds {
            full = full > maximumDelayMilliseconds / 2 ? maximumDelayMilliseconds : full * 2
            doublings -= 1
        }
        let jitter = Int64(random % UInt64(full / 2 + 1))
        return max(initialDelayMilliseconds, full - jitter)
    }
}
