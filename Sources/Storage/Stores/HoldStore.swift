public import Billing
public import Ledger

extension Transaction {
    public var holds: HoldStore { HoldStore(tx: self) }
}

/// Money set apart for requests: the rows of it. What they come to in total is in `HeldTotalStore`.
public struct HoldStore {
    let tx: Transaction

    public func insert(_ hold: Hold) throws {
        try tx.execute(
            """
            INSERT INTO authorizations (id, account, customer, api_key, status, held_micros, held_cost_micros,
                held_tokens, estimate, expires_at, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """, hold.id.text, hold.account.text, hold.customer.text, hold.apiKey, hold.status.rawValue,
            hold.heldMicros, hold.heldCostMicros, hold.heldTokens, hold.estimate,
            hold.expiresAt.millisecondsSince1970, hold.createdAt.millisecondsSince1970)
    }

    public func find(_ id: Hold.ID) throws -> Hold? {
        try tx.first("SELECT * FROM authorizations WHERE id = $1", id.text).map(Self.hold)
    }

    /// Writes what has become of it.
    /// - Returns: `false` when it is not held any more; nothing is changed then.
    public func settle(_ hold: Hold) throws -> Bool {
        try tx.execute(
            """
            UPDATE authorizations SET status = $2, usage_event = $3, captured_micros = $4, settled_at = $5
            WHERE id = $1 AND status = 'held'
            """, hold.id.text, hold.status.rawValue, hold.usageEvent?.text, hold.capturedMicros,
            hold.settledAt?.millisecondsSince1970) == 1
    }

    /// Lets what is past its time expire.
    /// - Returns: the holds that were held until now.
    public func expireDue(of customer: Customer.ID, at now: Instant) throws -> [Hold] {
        try tx.query(
            """
            UPDATE authorizations SET status = 'expired', settled_at = $2
            WHERE customer = $1 AND status = 'held' AND expires_at <= $2
            RETURNING *
            """, customer.text, now.millisecondsSince1970
        ).map(Self.hold)
    }

    /// The holds of a customer that are in force.
    public func held(by customer: Customer.ID, at now: Instant, limit: Int) throws -> [Hold] {
        try tx.query(
            """
            SELECT * FROM authorizations WHERE customer = $1 AND status = 'held' AND expires_at > $2
            ORDER BY expires_at LIMIT $3
            """, customer.text, now.millisecondsSince1970, limit
        ).map(Self.hold)
    }

    /// The holds of a customer that are past their time and still written down as held.
    public func due(of customer: Customer.ID, at now: Instant) throws -> [Hold] {
        try tx.query(
            "SELECT * FROM authorizations WHERE customer = $1 AND status = 'held' AND expires_at <= $2", customer.text,
            now.millisecondsSince1970
        ).map(Self.hold)
    }

    /// A customer who has a hold that is past its time.
    public func nextDue(at now: Instant) throws -> Customer.ID? {
        try tx.first(
            """
            SELECT customer FROM authorizations WHERE status = 'held' AND expires_at <= $1 ORDER BY expires_at LIMIT 1
            """, now.millisecondsSince1970
        ).map { Customer.ID(stored: try $0.text("customer")) }
    }

    /// Newest first, those made before `after`.
    /// - Parameter customer: `nil` for all of the account.
    public func list(
        account: ConnectedAccount.ID, customer: Customer.ID?, after: Hold.ID?, limit: Int
    ) throws -> [Hold] {
        var conditions = Conditions()
        conditions.add("account = ?", account.text)
        conditions.add("customer = ?", customer?.text)
        conditions.add("id < ?", after?.text)
        return try conditions.rows("authorizations", order: "id DESC", limit: limit, in: tx).map(Self.hold)
    }

    static func hold(_ row: Row) throws -> Hold {
        Hold(
            id: Hold.ID(stored: try row.text("id")), account: ConnectedAccount.ID(stored: try row.text("account")),
            customer: Customer.ID(stored: try row.text("customer")), apiKey: try row.textOrNil("api_key"),
            status: try row.choice("status"), heldMicros: try row.int64("held_micros"),
            heldCostMicros: try row.int64("held_cost_micros"), heldTokens: try row.int64("held_tokens"),
            estimate: try row.text("estimate"),
            usageEvent: try row.textOrNil("usage_event").map(UsageEvent.ID.init(stored:)),
            capturedMicros: try row.int64OrNil("captured_micros"), expiresAt: try row.instant("expires_at"),
            createdAt: try row.instant("created_at"), settledAt: try row.instantOrNil("settled_at"))
    }
}
