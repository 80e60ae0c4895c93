public import Ledger

extension Transaction {
    public var idempotency: IdempotencyStore { IdempotencyStore(tx: self) }
}

/// What is kept of a request that came with an Idempotency-Key.
public struct IdempotencyRecord: Hashable, Sendable {
    public let scope: String
    public let key: String
    /// A digest of the request: another one under the same key is refused.
    public let fingerprint: [UInt8]
    /// Who is at work on the request; `nil` once it was answered.
    public let claim: String?
    public let claimedAt: Instant
    /// The answer, once there is one.
    public let status: Int?
    public let body: [UInt8]?
    /// Whether the body can only be read with the secret that came with the request.
    public let isSealed: Bool

    public init(
        scope: String, key: String, fingerprint: [UInt8], claim: String? = nil, claimedAt: Instant, status: Int? = nil,
        body: [UInt8]? = nil, isSealed: Bool = false
    ) {
        self.scope = scope
        self.key = key
        self.fingerprint = fingerprint
        self.claim = claim
        self.claimedAt = claimedAt
        self.status = status
        self.body = body
        self.isSealed = isSealed
    }
}

public struct IdempotencyStore {
    let tx: Transaction

    /// - Returns: `false` when the key is in use already; nothing is changed then.
    public func insert(_ record: IdempotencyRecord) throws -> Bool {
        try tx.execute(
            """
            INSERT INTO idempotency_keys (scope, key, fingerprint, claim, claimed_at, status, body, sealed, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $5)
            ON CONFLICT (scope, key) DO NOTHING
            """, record.scope, record.key, record.fingerprint, record.claim, record.claimedAt.millisecondsSince1970,
            record.status, record.body, record.isSealed) == 1
    }

    public func find(scope: String, key: String) throws -> IdempotencyRecord? {
        try tx.first("SELECT * FROM idempotency_keys WHERE scope = $1 AND key = $2", scope, key).map(Self.record)
    }

    /// Hands the request over to another claimant.
    public func takeOver(scope: String, key: String, from former: String, claim: String, at now: Instant) throws -> Bool
    {
        try tx.execute(
            """
            UPDATE idempotency_keys SET claim = $4, claimed_at = $5 WHERE scope = $1 AND key = $2 AND claim = $3
            """, scope, key, former, claim, now.millisecondsSince1970) == 1
    }

    /// Keeps the answer, if the claim still stands.
    public func answer(
        scope: String, key: String, claim: String, status: Int, body: [UInt8], isSealed: Bool
    ) throws -> Bool {
        try tx.execute(
            """
            UPDATE idempotency_keys SET claim = NULL, status = $4, body = $5, sealed = $6
            WHERE scope = $1 AND key = $2 AND claim = $3
            """, scope, key, claim, status, body, isSealed) == 1
    }

    /// Forgets the request, if the claim still stands.
    public func release(scope: String, key: String, claim: String) throws {
        try tx.execute(
            "DELETE FROM idempotency_keys WHERE scope = $1 AND key = $2 AND claim = $3", scope, key, claim)
    }

    /// - Returns: how many were deleted, `limit` at most.
    public func purge(olderThan bound: Instant, limit: Int) throws -> Int {
        try tx.execute(
            """
            DELETE FROM idempotency_keys WHERE (scope, key) IN (
                SELECT scope, key FROM idempotency_keys WHERE created_at < $1 ORDER BY created_at LIMIT $2)
            """, bound.millisecondsSince1970, limit)
    }

    static func record(_ row: Row) throws -> IdempotencyRecord {
        IdempotencyRecord(
            scope: try row.text("scope"), key: try row.text("key"), fingerprint: try row.bytes("fingerprint"),
            claim: try row.textOrNil("claim"),
            claimedAt: Instant(millisecondsSince1970: try row.int64("claimed_at")), status: try row.intOrNil("status"),
            body: try row.bytesOrNil("body"), isSealed: try row.bool("sealed"))
    }
}
