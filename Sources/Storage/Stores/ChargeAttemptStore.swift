public import Billing
public import Ledger

extension Transaction {
    public var chargeAttempts: ChargeAttemptStore { ChargeAttemptStore(tx: self) }
}

/// Every try of every charge.
public struct ChargeAttemptStore {
    let tx: Transaction

    /// - Throws: a constraint error when the charge has a try of that number already.
    public func insert(_ attempt: ChargeAttempt, of charge: Charge.ID) throws {
        try tx.execute(
            """
            INSERT INTO charge_attempts (charge, number, at, origin, method, outcome, ended_at, code, advice)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """, charge.text, attempt.number, attempt.at.millisecondsSince1970, attempt.origin.rawValue,
            attempt.method, attempt.outcome?.rawValue, attempt.endedAt?.millisecondsSince1970, attempt.code,
            attempt.advice)
    }

    /// Writes how the try went; what it was made with stays.
    public func update(_ attempt: ChargeAttempt, of charge: Charge.ID) throws {
        try tx.execute(
            """
            UPDATE charge_attempts SET outcome = $3, ended_at = $4, code = $5, advice = $6
            WHERE charge = $1 AND number = $2
            """, charge.text, attempt.number, attempt.outcome?.rawValue, attempt.endedAt?.millisecondsSince1970,
            attempt.code, attempt.advice)
    }

    /// In their order.
    public func list(of charge: Charge.ID) throws -> [ChargeAttempt] {
        try tx.query("SELECT * FROM charge_attempts WHERE charge = $1 ORDER BY number", charge.text).map(Self.attempt)
    }

    private static func attempt(_ row: Row) throws -> ChargeAttempt {
        ChargeAttempt(
            number: Int(try row.int64("number")), at: try row.instant("at"), origin: try row.choice("origin"),
            method: try row.textOrNil("method"),
            outcome: try row.textOrNil("outcome", as: ChargeAttempt.Outcome.self),
            endedAt: try row.instantOrNil("ended_at"), code: try row.textOrNil("code"),
            advice: try row.textOrNil("advice"))
    }
}

// What dunning looks at next.
extension ChargeStore {
    /// Whether there is something to look at, of an account that can charge.
    public func isDunningDue(at now: Instant) throws -> Bool {
        try tx.first(Self.due + " LIMIT 1", now.millisecondsSince1970) != nil
    }

    /// Takes the charge that is due longest. What makes it due is said twice, so that of two workers who chose the
    /// same one at once the second gets none.
    /// - Returns: the charge as it was before, due no more.
    public func claimDunning(at now: Instant) throws -> Charge? {
        try tx.first(
            """
            UPDATE charges SET dunning_due_at = NULL
            WHERE id = (\(Self.due) ORDER BY c.dunning_due_at, c.id LIMIT 1)
                AND dunning_due_at <= $1 AND status IN (\(StatusList.unpaidCharges))
            RETURNING *
            """, now.millisecondsSince1970
        ).map(Self.charge)
    }

    private static let due = """
        SELECT c.id FROM charges c JOIN accounts a ON a.id = c.account
        WHERE c.dunning_due_at IS NOT NULL AND c.dunning_due_at <= $1
            AND c.status IN (\(StatusList.unpaidCharges)) AND a.status = 'connected'
        """

    /// The customer has another payment method: what waits, and what was given up, is looked at again now.
    public func wakeDunning(of customer: Customer.ID, at now: Instant) throws {
        try tx.execute(
            """
            UPDATE charges SET dunning_due_at = $2 WHERE customer = $1 AND status IN (\(StatusList.unpaidCharges))
                AND (dunning_due_at > $2 OR (dunning_due_at IS NULL AND dunning_ended_at IS NOT NULL))
            """, customer.text, now.millisecondsSince1970)
    }

    /// The customer was let in again: what was given up is looked at again now.
    public func wakeGivenUp(of customer: Customer.ID, at now: Instant) throws {
        try tx.execute(
            """
            UPDATE charges SET dunning_due_at = $2 WHERE customer = $1 AND status IN (\(StatusList.unpaidCharges))
                AND dunning_due_at IS NULL AND dunning_ended_at IS NOT NULL
            """, customer.text, now.millisecondsSince1970)
    }
}
