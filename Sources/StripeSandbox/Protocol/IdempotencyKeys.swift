/// What was answered under each `Idempotency-Key`.
///
/// Source: docs.stripe.com/api/idempotent_requests and docs.stripe.com/error-low-level: the first result is kept once
/// the endpoint has begun, 500s included, and replayed for 24 hours; other parameters under the same key are an error,
/// and so is a second request while the first is running.
struct IdempotencyKeys: Sendable {
    struct Record: Sendable {
        let path: String
        /// Method, path and parameters of the first request.
        let fingerprint: String
        let answer: SandboxAnswer
        let created: Int64
        /// Until when the first request counts as running, in milliseconds since 1970.
        let runningUntil: Int64
    }

    enum Verdict {
        case new
        case replay(SandboxAnswer)
        /// The key was used with other parameters or, as the path shows, for another endpoint.
        case mismatch(path: String)
        case inUse
    }

    static let lifetime: Int64 = 24 * 3_600_000
    static let longestKey = 255

    private var records: [String: Record] = [:]
    private var oldestFirst: [(key: String, created: Int64)] = []

    mutating func verdict(on key: String, of account: String, fingerprint: String, at now: Int64) -> Verdict {
        forget(before: now - Self.lifetime)
        guard let record = records[account + " " + key] else { return .new }
        if record.fingerprint != fingerprint { return .mismatch(path: record.path) }
        return now < record.runningUntil ? .inUse : .replay(record.answer)
    }

    mutating func keep(_ record: Record, under key: String, of account: String) {
        let name = account + " " + key
        records[name] = record
        oldestFirst.append((name, record.created))
    }

    private mutating func forget(before limit: Int64) {
        let expired = oldestFirst.prefix { $0.created <= limit }
        for (key, _) in expired { records[key] = nil }
        oldestFirst.removeFirst(expired.count)
    }
}
