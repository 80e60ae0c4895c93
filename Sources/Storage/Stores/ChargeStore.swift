public import Billing
import Ledger

extension Transaction {
    public var charges: ChargeStore { ChargeStore(tx: self) }
}

public struct ChargeStore {
    let tx: Transaction

    /// - Throws: a constraint error when the customer has an open charge already.
    public func insert(_ charge: Charge) throws {
        try tx.execute(
            """
            INSERT INTO charges (id, account, customer, amount, currency, application_fee, status, reason,
                advice_code, payment_intent, attempt, pay_token, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            """, charge.id.text, charge.account.text, charge.customer.text, charge.amount, charge.currency.code,
            charge.applicationFee, charge.status.rawValue, charge.reason, charge.adviceCode,
            charge.paymentIntent, charge.attempt, charge.payToken, charge.createdAt.millisecondsSince1970,
            charge.updatedAt.millisecondsSince1970)
    }

    /// Writes everything that can change; a charge in a final status is left as it is.
    public func update(_ charge: Charge) throws {
        try tx.execute(
            """
            UPDATE charges SET status = $2, reason = $3, advice_code = $4, payment_intent = $5, attempt = $6,
                updated_at = $7, dunning_since = $8, dunning_due_at = $9, dunning_wait = $10, dunning_ended_at = $11,
                dunning_end_reason = $12
            WHERE id = $1 AND status NOT IN (\(StatusList.finalCharges))
            """, charge.id.text, charge.status.rawValue, charge.reason, charge.adviceCode, charge.paymentIntent,
            charge.attempt, charge.updatedAt.millisecondsSince1970,
            charge.dunning.since?.millisecondsSince1970, charge.dunning.dueAt?.millisecondsSince1970,
            charge.dunning.wait?.rawValue, charge.dunning.endedAt?.millisecondsSince1970,
            charge.dunning.endReason?.rawValue)
    }

    public func find(_ id: Charge.ID) throws -> Charge? {
        try tx.first("SELECT * FROM charges WHERE id = $1", id.text).map(Self.charge)
    }

    public func find(paymentIntent: String) throws -> Charge? {
        try tx.first("SELECT * FROM charges WHERE payment_intent = $1", paymentIntent).map(Self.charge)
    }

    /// The customer's charge that is not at its end; there is at most one.
    public func open(of customer: Customer.ID) throws -> Charge? {
        try tx.first(
            """
            SELECT * FROM charges WHERE customer = $1 AND status IN (\(StatusList.openCharges))
            """, customer.text
        ).map(Self.charge)
    }

    /// The customer's newest charge.
    public func latest(of customer: Customer.ID) throws -> Charge? {
        try tx.first("SELECT * FROM charges WHERE customer = $1 ORDER BY id DESC LIMIT 1", customer.text)
            .map(Self.charge)
    }

    /// Newest first, those made before `after`.
    public func list(
        account: ConnectedAccount.ID, customer: Customer.ID? = nil, status: ChargeStatus? = nil, after: Charge.ID?,
        limit: Int
    ) throws -> [Charge] {
        try tx.query(
            """
            SELECT * FROM charges WHERE account = $1 AND ($2 = '' OR customer = $2) AND ($3 = '' OR status = $3)
                AND ($4 = '' OR id < $4)
            ORDER BY id DESC LIMIT $5
            """, account.text, customer?.text ?? "", status?.rawValue ?? "", after?.text ?? "", limit
        ).map(Self.charge)
    }

    /// The account's charges that are not at their end and are known to Stripe, oldest first, those made after `after`.
    public func open(account: ConnectedAccount.ID, after: Charge.ID?, limit: Int) throws -> [Charge] {
        try tx.query(
            """
            SELECT * FROM charges WHERE account = $1 AND id > $2 AND payment_intent IS NOT NULL
                AND status IN (\(StatusList.openCharges))
            ORDER BY id LIMIT $3
            """, account.text, after?.text ?? "", limit
        ).map(Self.charge)
    }

    /// What the customer has paid by charges, in minor units.
    public func paid(by customer: Customer.ID) throws -> Int64 {
        try tx.first(
            """
            SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS paid FROM charges WHERE customer = $1 AND status = 'paid'
            """, customer.text
        )?.int64("paid") ?? 0
    }

    static func charge(_ row: Row) throws -> Charge {
        Charge(
            id: Charge.ID(stored: try row.text("id")), account: ConnectedAccount.ID(stored: try row.text("account")),
            customer: Customer.ID(stored: try row.text("customer")), amount: try row.int64("amount"),
            currency: try row.currency("currency"), applicationFee: try row.int64("application_fee"),
            status: try row.choice("status"), reason: try row.textOrNil("reason"),
            adviceCode: try row.textOrNil("advice_code"), paymentIntent: try row.textOrNil("payment_intent"),
            attempt: Int(try row.int64("attempt")), refunded: try row.int64("refunded"), dunning: try dunning(row),
            payToken: try row.text("pay_token"), createdAt: try row.instant("created_at"),
            updatedAt: try row.instant("updated_at"))
    }

    private static func dunning(_ row: Row) throws -> DunningStanding {
        DunningStanding(
            since: try row.instantOrNil("dunning_since"), dueAt: try row.instantOrNil("dunning_due_at"),
            wait: try row.textOrNil("dunning_wait", as: DunningStanding.Wait.self),
            endedAt: try row.instantOrNil("dunning_ended_at"),
            endReason: try row.textOrNil("dunning_end_reason", as: DunningStanding.EndReason.self))
    }
}
