public import Ledger

extension Transaction {
    public var inbox: InboxStore { InboxStore(tx: self) }
}

/// An event of Stripe's as it came in.
public struct InboxEvent: Hashable, Sendable {
    public enum State: String, CaseIterable, Sendable {
        case received
        /// Worked off; whatever it said is in the books.
        case settled
        /// Nobody may work it off as it is; it waits for a person, who can replay it.
        case parked
    }

    /// `evt_…`
    public let id: String
    /// The door it came through: `platform`, `connect`, or `sweep`.
    public let endpoint: String
    public let type: String
    public let stripeAccount: String?
    public let livemode: Bool
    public let created: Instant
    public let body: [UInt8]
    public let state: State
    public let reason: String?
    public let attempts: Int
    public let receivedAt: Instant

    public init(
        id: String, endpoint: String, type: String, stripeAccount: String?, livemode: Bool, created: Instant,
        body: [UInt8], state: State = .received, reason: String? = nil, attempts: Int = 0, receivedAt: Instant
    ) {
        self.id = id
        self.endpoint = endpoint
        self.type = type
        self.stripeAccount = stripeAccount
        self.livemode = livemode
        self.created = created
        self.body = body
        self.state = state
        self.reason = reason
        self.attempts = attempts
        self.receivedAt = receivedAt
    }
}

public struct InboxStore {
    let tx: Transaction

    /// An event that was parked because it came through a door where it did not belong is taken in when it comes
    /// through another.
    /// - Returns: `false` when the event is here already; nothing is changed then.
    public func insert(_ event: InboxEvent) throws -> Bool {
        try tx.execute(
            """
            INSERT INTO inbox (event_id, endpoint, type, stripe_account, livemode, created, body, state, reason,
                attempts, next_attempt_at, received_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
            ON CONFLICT (event_id) DO UPDATE SET endpoint = excluded.endpoint, state = excluded.state, reason = NULL,
                attempts = 0, next_attempt_at = excluded.next_attempt_at
            WHERE inbox.state = 'parked' AND inbox.endpoint <> excluded.endpoint AND inbox.reason = 'wrong_door'
            """, event.id, event.endpoint, event.type, event.stripeAccount, event.livemode,
            event.created.millisecondsSince1970, event.body, event.state.rawValue, event.reason, event.attempts,
            event.receivedAt.millisecondsSince1970) == 1
    }

    /// Takes the event that has waited longest, and hides it from others until `leaseEnd`. What makes it due is said
    /// twice, so that of two workers who chose the same one at once the second gets none.
    public func claim(at now: Instant, leaseEnd: Instant) throws -> InboxEvent? {
        try tx.first(
            """
            UPDATE inbox SET attempts = attempts + 1, next_attempt_at = $2 WHERE event_id = (
                SELECT event_id FROM inbox WHERE state = 'received' AND next_attempt_at <= $1
                ORDER BY next_attempt_at LIMIT 1)
                AND state = 'received' AND next_attempt_at <= $1
            RETURNING *
            """, now.millisecondsSince1970, leaseEnd.millisecondsSince1970
        ).map(Self.event)
    }

    /// Ends the work on an event; one that was settled meanwhile stays settled.
    public func close(_ id: String, as state: InboxEvent.State, reason: String?) throws {
        try tx.execute(
            "UPDATE inbox SET state = $2, reason = $3 WHERE event_id = $1 AND state = 'received'",
            id, state.rawValue, reason)
    }

    public func retry(_ id: String, at next: Instant, reason: String) throws {
        try tx.execute(
            "UPDATE inbox SET next_attempt_at = $2, reason = $3 WHERE event_id = $1 AND state = 'received'",
            id, next.millisecondsSince1970, reason)
    }

    /// Puts an event back among the received ones, whatever its state.
    public func reopen(_ id: String, at now: Instant) throws -> Bool {
        try tx.execute(
            """
            UPDATE inbox SET state = 'received', reason = NULL, attempts = 0, next_attempt_at = $2
            WHERE event_id = $1
            """, id, now.millisecondsSince1970) == 1
    }

    /// Puts every event that fits back among the received ones.
    /// - Returns: how many there were.
    public func reopen(_ filter: InboxFilter, at now: Instant) throws -> Int {
        try tx.execute(
            """
            UPDATE inbox SET state = 'received', reason = NULL, attempts = 0, next_attempt_at = $1
            WHERE ($2 = '' OR state = $2) AND ($3 = '' OR type = $3) AND received_at >= $4 AND received_at < $5
            """, now.millisecondsSince1970, filter.state?.rawValue ?? "", filter.type ?? "",
            filter.since?.millisecondsSince1970 ?? .min, filter.until?.millisecondsSince1970 ?? .max)
    }

    /// Puts the parked events of one Stripe account back among the received ones, those that were parked for `reason`.
    public func reopen(stripeAccount: String, parkedFor reason: String, at now: Instant) throws {
        try tx.execute(
            """
            UPDATE inbox SET state = 'received', reason = NULL, attempts = 0, next_attempt_at = $3
            WHERE state = 'parked' AND stripe_account = $1 AND reason = $2
            """, stripeAccount, reason, now.millisecondsSince1970)
    }

    public func find(_ id: String) throws -> InboxEvent? {
        try tx.first("SELECT * FROM inbox WHERE event_id = $1", id).map(Self.event)
    }

    /// Newest first, those received before the event `after`.
    public func list(_ filter: InboxFilter, after: String?, limit: Int) throws -> [InboxEvent] {
        let from = try after.map { try find($0) } ?? nil
        return try tx.query(
            """
            SELECT * FROM inbox WHERE ($1 = '' OR state = $1) AND ($2 = '' OR type = $2)
                AND received_at >= $3 AND received_at < $4
                AND (received_at < $5 OR (received_at = $5 AND event_id < $6))
            ORDER BY received_at DESC, event_id DESC LIMIT $7
            """, filter.state?.rawValue ?? "", filter.type ?? "", filter.since?.millisecondsSince1970 ?? .min,
            filter.until?.millisecondsSince1970 ?? .max, from?.receivedAt.millisecondsSince1970 ?? .max,
            from?.id ?? "", limit
        ).map(Self.event)
    }

    /// Forgets settled events that were received before `bound`, at most `limit` of them.
    /// - Returns: how many.
    public func forget(receivedBefore bound: Instant, limit: Int) throws -> Int {
        try tx.execute(
            """
            DELETE FROM inbox WHERE event_id IN (
                SELECT event_id FROM inbox WHERE received_at < $1 AND state = 'settled' ORDER BY received_at LIMIT $2)
            """, bound.millisecondsSince1970, limit)
    }

    /// How many events wait, and since when the oldest of them does.
    public func backlog() throws -> (count: Int64, oldest: Instant?) {
        let row = try tx.first(
            "SELECT COUNT(*) AS waiting, MIN(received_at) AS oldest FROM inbox WHERE state = 'received'")
        return (try row?.int64("waiting") ?? 0, try row?.instantOrNil("oldest"))
    }

    public func parkedCount() throws -> Int64 {
        try tx.first("SELECT COUNT(*) AS parked FROM inbox WHERE state = 'parked'")?.int64("parked") ?? 0
    }

    static func event(_ row: Row) throws -> InboxEvent {
        InboxEvent(
            id: try row.text("event_id"), endpoint: try row.text("endpoint"), type: try row.text("type"),
            stripeAccount: try row.textOrNil("stripe_account"), livemode: try row.bool("livemode"),
            created: try row.instant("created"), body: try row.bytes("body"), state: try row.choice("state"),
            reason: try row.textOrNil("reason"), attempts: Int(try row.int64("attempts")),
            receivedAt: try row.instant("received_at"))
    }
}

public struct InboxFilter: Hashable, Sendable {
    public var state: InboxEvent.State?
    public var type: String?
    /// Received at or after.
    public var since: Instant?
    /// Received before.
    public var until: Instant?

    public init(state: InboxEvent.State? = nil, type: String? = nil, since: Instant? = nil, until: Instant? = nil) {
        self.state = state
        self.type = type
        self.since = since
        self.until = until
    }
}
