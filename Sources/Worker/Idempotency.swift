import Billing
import COpenSSL
import Ledger
public import Storage

/// The name that a caller gives to a request, so that a repeat has no second effect.
public struct IdempotencyKey: Hashable, Sendable {
    /// Whose keys it is among: an account's id, or `platform`.
    public let scope: String
    public let text: String
    let fingerprint: [UInt8]

    /// - Parameters:
    ///   - text: what the caller wrote, 1 to 255 printable ASCII characters.
    ///   - request: method, path and account; with the body it makes the request what it is.
    public init(_ text: String, scope: String, request: String, body: [UInt8]) throws(WorkerError) {
        guard (1...255).contains(text.utf8.count), text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw .invalid(
                "Idempotency-Key", "Idempotency-Key must be 1 to 255 printable ASCII characters",
                code: "invalid_idempotency_key")
        }
        try FieldCheck.noCardNumber("Idempotency-Key", text, longest: CardNumber.longestInName)
        self.scope = scope
        self.text = text
        fingerprint = Self.digest(Array(request.utf8) + [0] + body)
    }

    private static func digest(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        _ = SHA256(bytes, bytes.count, &digest)
        return digest
    }
}

/// The first answer to a request, to the byte.
public struct RememberedAnswer: Hashable, Sendable {
    public let status: Int
    public let body: [UInt8]

    public init(status: Int, body: [UInt8]) {
        self.status = status
        self.body = body
    }
}

/// The right to carry out a request that takes longer than a transaction.
public struct IdempotencyClaim: Hashable, Sendable {
    let key: IdempotencyKey
    let holder: String
}

/// Remembers what requests were answered.
///
/// Where the work is done in one transaction, `find` and `remember` are part of it, so effect and answer are kept
/// together or not at all. Where Stripe is asked in between, the request is claimed first. A claim whose holder died is
/// taken over after `WorkerPolicy.leaseSeconds`; the work underneath must bear being done again.
public struct Idempotency: Sendable {
    public enum Standing: Sendable {
        case claimed(IdempotencyClaim)
        case answered(RememberedAnswer)
    }

    /// Answers are kept for so long.
    static let memorySeconds: Int64 = 30 * 24 * 3600
    private static let purgeBatch = 500

    let context: WorkerContext

    /// - Parameter secret: what a sealed answer was sealed with; the caller's API key.
    /// - Throws: `idempotency_key_reused`, `idempotency_key_in_flight`, `idempotency_answer_sealed`.
    public func find(_ key: IdempotencyKey, secret: String, in tx: Transaction) throws -> RememberedAnswer? {
        guard let record = try tx.idempotency.find(scope: key.scope, key: key.text) else { return nil }
        return try answer(in: record, key, secret: secret)
    }

    /// Keeps the answer of a request that was not claimed.
    /// - Parameter seal: the secret without which the answer shall not be readable; `nil` for an answer without
    ///   secrets.
    /// - Returns: `false` when somebody has answered meanwhile.
    @discardableResult
    public func remember(
        _ answer: RememberedAnswer, for key: IdempotencyKey, seal: String? = nil, in tx: Transaction
    ) throws -> Bool {
        try tx.idempotency.insert(
            IdempotencyRecord(
                scope: key.scope, key: key.text, fingerprint: key.fingerprint, claimedAt: context.now,
                status: answer.status, body: try body(of: answer, key, seal: seal), isSealed: seal != nil))
    }

    /// Claims a request, or finds its answer.
    /// - Throws: what `find` throws.
    public func claim(_ key: IdempotencyKey, secret: String, in tx: Transaction) throws -> Standing {
        let now = context.now
        let claim = IdempotencyClaim(key: key, holder: context.token())
        let isNew = try tx.idempotency.insert(
            IdempotencyRecord(
                scope: key.scope, key: key.text, fingerprint: key.fingerprint, claim: claim.holder, claimedAt: now))
        if isNew { return .claimed(claim) }
        guard let record = try tx.idempotency.find(scope: key.scope, key: key.text) else {
            throw WorkerError.idempotencyInFlight
        }
        if let former = record.claim, record.fingerprint == key.fingerprint,
            record.claimedAt.adding(seconds: context.policy.leaseSeconds) <= now
        {
            _ = try tx.idempotency.takeOver(
                scope: key.scope, key: key.text, from: former, claim: claim.holder, at: now)
            return .claimed(claim)
        }
        return .answered(try answer(in: record, key, secret: secret))
    }

    /// Keeps the answer of a claimed request. A claim that was taken over meanwhile changes nothing.
    public func finish(
        _ claim: IdempotencyClaim, with answer: RememberedAnswer, seal: String? = nil, in tx: Transaction
    ) throws {
        _ = try tx.idempotency.answer(
            scope: claim.key.scope, key: claim.key.text, claim: claim.holder, status: answer.status,
            body: try body(of: answer, claim.key, seal: seal), isSealed: seal != nil)
    }

    /// Gives a claimed request up, so that it can be tried again.
    public func release(_ claim: IdempotencyClaim, in tx: Transaction) throws {
        try tx.idempotency.release(scope: claim.key.scope, key: claim.key.text, claim: claim.holder)
    }

    /// Forgets a batch of answers that nobody may ask for any more.
    public func step() async throws -> Bool {
        let bound = context.now.adding(seconds: -Self.memorySeconds)
        return try await context.database.write { tx in
            try tx.idempotency.purge(olderThan: bound, limit: Self.purgeBatch) > 0
        }
    }
}

extension Idempotency {
    private func answer(
        in record: IdempotencyRecord, _ key: IdempotencyKey, secret: String
    ) throws -> RememberedAnswer {
        guard record.fingerprint == key.fingerprint else { throw WorkerError.idempotencyReused }
        guard let status = record.status, let body = record.body else { throw WorkerError.idempotencyInFlight }
        guard record.isSealed else { return RememberedAnswer(status: status, body: body) }
        guard let opened = SealedText(sealed: body).opened(with: secret, purpose: key.text) else {
            throw WorkerError.idempotencySealed
        }
        return RememberedAnswer(status: status, body: opened)
    }

    private func body(of answer: RememberedAnswer, _ key: IdempotencyKey, seal: String?) throws -> [UInt8] {
        guard let seal else { return answer.body }
        return try SealedText(answer.body, secret: seal, purpose: key.text, nonce: context.seams.randomBytes(12)).bytes
    }
}

extension WorkerError {
    static let idempotencyReused = WorkerError.conflict(
        "idempotency_key_reused", "this Idempotency-Key was used for another request; use a new one")
    static let idempotencyInFlight = WorkerError.conflict(
        "idempotency_key_in_flight", "the first request with this Idempotency-Key is still at work; try again shortly")
    static let idempotencySealed = WorkerError.conflict(
        "idempotency_answer_sealed", "the first answer holds a secret, which only the API key that asked can read again"
    )
}
