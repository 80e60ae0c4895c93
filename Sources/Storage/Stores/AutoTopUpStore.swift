public import Billing
public import Ledger

extension Transaction {
    public var autoTopUps: AutoTopUpStore { AutoTopUpStore(tx: self) }
}

/// Whose wallet is to be looked at, and how the automatic top-ups of each went.
public struct AutoTopUpStore {
    let tx: Transaction

    /// A wallet has fallen below its threshold. One that waits for a later time goes on waiting.
    public func markDue(_ customer: Customer.ID, at now: Instant) throws {
        try tx.execute(
            """
            INSERT INTO auto_top_ups (customer, due_at, declines, month_total) VALUES ($1, $2, 0, 0)
            ON CONFLICT (customer) DO UPDATE SET due_at = excluded.due_at WHERE auto_top_ups.due_at IS NULL
            """, customer.text, now.millisecondsSince1970)
    }

    /// - Parameter due: `nil` until the wallet falls again.
    public func setDue(_ customer: Customer.ID, _ due: Instant?) throws {
        try tx.execute(
            "UPDATE auto_top_ups SET due_at = $2 WHERE customer = $1", customer.text, due?.millisecondsSince1970)
    }

    public func nextDue(at now: Instant) throws -> Customer.ID? {
        try tx.first(
            "SELECT customer FROM auto_top_ups WHERE due_at IS NOT NULL AND due_at <= $1 ORDER BY due_at LIMIT 1",
            now.millisecondsSince1970
        ).map { Customer.ID(stored: try $0.text("customer")) }
    }

    /// - Parameter due: when to look at the wallet next; `nil` until it falls again.
    public func save(_ customer: Customer.ID, _ state: AutoTopUpState, due: Instant?) throws {
        try tx.execute(
            """
            INSERT INTO auto_top_ups (customer, due_at, declines, last_started_at, month_start, month_total, stopped_at,
                stop_reason)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (customer) DO UPDATE SET due_at = excluded.due_at, declines = excluded.declines,
                last_started_at = excluded.last_started_at, month_start = excluded.month_start,
                month_total = excluded.month_total, stopped_at = excluded.stopped_at,
                stop_reason = excluded.stop_reason
            """, customer.text, due?.millisecondsSince1970, state.declines,
            state.lastStartedAt?.millisecondsSince1970, state.monthStart?.millisecondsSince1970,
            state.monthTotalMicros, state.stoppedAt?.millisecondsSince1970, state.stopReason?.rawValue)
    }

    public func state(of customer: Customer.ID) throws -> AutoTopUpState {
        let isInFlight = try open(of: customer) != nil
        guard let row = try tx.first("SELECT * FROM auto_top_ups WHERE customer = $1", customer.text) else {
            return AutoTopUpState(isInFlight: isInFlight)
        }
        return AutoTopUpState(
            isInFlight: isInFlight, declines: try row.int64("declines"),
            lastStartedAt: try row.instantOrNil("last_started_at"), monthStart: try row.instantOrNil("month_start"),
            monthTotalMicros: try row.int64("month_total"), stoppedAt: try row.instantOrNil("stopped_at"),
            stopReason: try row.textOrNil("stop_reason", as: AutoTopUpState.StopReason.self))
    }

    /// The customer's automatic top-up that is not at its end; there is at most one.
    public func open(of customer: Customer.ID) throws -> TopUp? {
        try tx.first(
            """
            SELECT * FROM top_ups WHERE customer = $1 AND automatic = 1 AND status IN (\(StatusList.openTopUps))
            """, customer.text
        ).map(TopUpStore.topUp)
    }

    /// Says where alerts are read that the automatic top-ups of the customer have stopped.
    /// - Parameters:
    ///   - id: of the alert.
    ///   - measure: `declines`, or the id of the top-up whose money goes back.
    ///   - used: how many of them, or micros of the top-up.
    public func alertOfStop(
        _ id: String, _ customer: Customer, measure: String, used: Int64, cap: Int64, at now: Instant
    ) throws {
        try tx.execute(
            """
            INSERT INTO alerts (id, account, customer, kind, measure, percent, period_start, used, cap, subject,
                created_at)
            VALUES ($1, $2, $3, 'auto_top_up_stopped', $4, 100, $5, $6, $7, $8, $5)
            ON CONFLICT (subject, kind, measure, percent, period_start) DO NOTHING
            """, id, customer.account.text, customer.id.text, measure, now.millisecondsSince1970, used, cap,
            "customer:\(customer.id)")
    }
}
