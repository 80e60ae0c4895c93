public import Billing
public import Ledger

extension Transaction {
    public var heldTotals: HeldTotalStore { HeldTotalStore(tx: self) }
}

/// What of a customer's money changes with every request.
public struct CustomerMeter: Hashable, Sendable {
    public let heldMicros: Int64
    /// What the wallet held after it was filled last, and when that was.
    public let filledMicros: Int64
    public let filledAt: Instant

    public init(heldMicros: Int64, filledMicros: Int64, filledAt: Instant) {
        self.heldMicros = heldMicros
        self.filledMicros = filledMicros
        self.filledAt = filledAt
    }
}

/// What is set apart for requests in flight, in total: of a customer's money, and of everything that is limited.
///
/// A subject's total stands beside its counter of period `ever`: what is held counts in whichever day and month it will
/// be captured in. A minute counts the requests that were let in during it, and gives none back.
public struct HeldTotalStore {
    let tx: Transaction

    /// More than this is never held, so that no sum of what is used and held leaves 64 bits.
    public static let most: Int64 = 4_000_000_000_000_000_000

    /// The customer's meter. Until the transaction ends nobody else takes of it or gives back, in whichever database.
    public func lock(_ customer: Customer.ID, at now: Instant) throws -> CustomerMeter {
        let row = try tx.first(
            """
            INSERT INTO customer_meters (customer, cost_carry, price_carry, held_micros, filled_micros, filled_at)
            VALUES ($1, '0', '0', 0, 0, $2)
            ON CONFLICT (customer) DO UPDATE SET held_micros = customer_meters.held_micros
            RETURNING held_micros, filled_micros, filled_at
            """, customer.text, now.millisecondsSince1970)
        guard let row else { throw StorageError(.corrupt, detail: "customer_meters") }
        return try Self.meter(row)
    }

    /// The same for who only wants to look.
    public func meter(of customer: Customer.ID) throws -> CustomerMeter? {
        try tx.first(
            "SELECT held_micros, filled_micros, filled_at FROM customer_meters WHERE customer = $1", customer.text
        ).map(Self.meter)
    }

    /// Sets so much of a customer's money apart.
    /// - Parameter most: what may be held before it.
    /// - Returns: `false` when more is held already; nothing is changed then.
    public func take(_ micros: Int64, of customer: Customer.ID, whereHeldAtMost most: Int64) throws -> Bool {
        try tx.execute(
            "UPDATE customer_meters SET held_micros = held_micros + $2 WHERE customer = $1 AND held_micros <= $3",
            customer.text, micros, min(most, Self.most - micros)) == 1
    }

    public func giveBack(_ micros: Int64, of customer: Customer.ID) throws {
        let given = try tx.execute(
            "UPDATE customer_meters SET held_micros = held_micros - $2 WHERE customer = $1 AND held_micros >= $2",
            customer.text, micros)
        guard given == 1 else { throw StorageError(.corrupt, detail: "customer_meters.held_micros") }
    }

    /// Sets so much of what is limited apart.
    /// - Parameter most: what may be used and held before it.
    /// - Returns: `false` when there is more already; nothing is changed then.
    public func take(_ use: LimitAmounts, of id: LimitCounterID, whereTakenAtMost most: LimitAmounts) throws -> Bool {
        try tx.execute(
            """
            INSERT INTO limit_counters (subject, period, starts_at, requests, tokens, cost_micros, spend_micros,
                held_requests, held_tokens, held_cost_micros, held_spend_micros)
            VALUES ($1, $2, $3, 0, 0, 0, 0, $4, $5, $6, $7)
            ON CONFLICT (subject, period, starts_at) DO UPDATE SET
                held_requests = limit_counters.held_requests + excluded.held_requests,
                held_tokens = limit_counters.held_tokens + excluded.held_tokens,
                held_cost_micros = limit_counters.held_cost_micros + excluded.held_cost_micros,
                held_spend_micros = limit_counters.held_spend_micros + excluded.held_spend_micros
            WHERE limit_counters.held_requests <= $8 - limit_counters.requests
                AND limit_counters.held_tokens <= $9 - limit_counters.tokens
                AND limit_counters.held_cost_micros <= $10 - limit_counters.cost_micros
                AND limit_counters.held_spend_micros <= $11 - limit_counters.spend_micros
            """, id.subject, id.period.rawValue, id.startsAt.millisecondsSince1970, use.requests, use.tokens,
            use.costMicros, use.spendMicros, min(most.requests, Self.most - use.requests),
            min(most.tokens, Self.most - use.tokens), min(most.costMicros, Self.most - use.costMicros),
            min(most.spendMicros, Self.most - use.spendMicros)) == 1
    }

    public func giveBack(_ use: LimitAmounts, of id: LimitCounterID) throws {
        let given = try tx.execute(
            """
            UPDATE limit_counters SET held_requests = held_requests - $4, held_tokens = held_tokens - $5,
                held_cost_micros = held_cost_micros - $6, held_spend_micros = held_spend_micros - $7
            WHERE subject = $1 AND period = $2 AND starts_at = $3 AND held_requests >= $4 AND held_tokens >= $5
                AND held_cost_micros >= $6 AND held_spend_micros >= $7
            """, id.subject, id.period.rawValue, id.startsAt.millisecondsSince1970, use.requests, use.tokens,
            use.costMicros, use.spendMicros)
        guard given == 1 else { throw StorageError(.corrupt, detail: "limit_counters.held") }
    }

    private static func meter(_ row: Row) throws -> CustomerMeter {
        CustomerMeter(
            heldMicros: try row.int64("held_micros"), filledMicros: try row.int64("filled_micros"),
            filledAt: try row.instant("filled_at"))
    }
}
