public import Billing
import Ledger

extension Transaction {
    public var disputes: DisputeStore { DisputeStore(tx: self) }
}

/// Disputes, and what each has moved.
public struct DisputeStore {
    let tx: Transaction

    /// - Returns: `false` when the dispute is here already; nothing is changed then.
    public func insert(_ dispute: Dispute) throws -> Bool {
        try tx.execute(
            """
            INSERT INTO disputes (id, account, customer, charge, top_up, stripe_dispute, amount, currency, reason,
                status, withdrawn, evidence_due_by, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            ON CONFLICT (stripe_dispute) DO NOTHING
            """, dispute.id.text, dispute.account.text, dispute.customer.text, dispute.payment.charge?.text,
            dispute.payment.topUp?.text, dispute.stripeDispute, dispute.amount, dispute.currency.code,
            dispute.reason, dispute.status.rawValue, dispute.withdrawn,
            dispute.evidenceDueBy?.millisecondsSince1970, dispute.createdAt.millisecondsSince1970,
            dispute.updatedAt.millisecondsSince1970) == 1
    }

    /// Writes everything that can change.
    public func update(_ dispute: Dispute) throws {
        try tx.execute(
            """
            UPDATE disputes SET amount = $2, status = $3, withdrawn = $4, evidence_due_by = $5, updated_at = $6
            WHERE id = $1
            """, dispute.id.text, dispute.amount, dispute.status.rawValue, dispute.withdrawn,
            dispute.evidenceDueBy?.millisecondsSince1970, dispute.updatedAt.millisecondsSince1970)
    }

    public func find(_ id: Dispute.ID) throws -> Dispute? {
        try tx.first("SELECT * FROM disputes WHERE id = $1", id.text).map(Self.dispute)
    }

    public func find(stripeDispute: String) throws -> Dispute? {
        try tx.first("SELECT * FROM disputes WHERE stripe_dispute = $1", stripeDispute).map(Self.dispute)
    }

    public func list(_ filter: MoneyBackFilter, after: Dispute.ID?, limit: Int) throws -> [Dispute] {
        try filter.rows("disputes", after: after?.text, limit: limit, in: tx).map(Self.dispute)
    }

    /// The account's disputes that are not decided, oldest first, those after `after`.
    public func open(account: ConnectedAccount.ID, after: Dispute.ID?, limit: Int) throws -> [Dispute] {
        try tx.query(
            """
            SELECT * FROM disputes WHERE account = $1 AND id > $2
                AND status NOT IN (\(StatusList.endedDisputes))
            ORDER BY id LIMIT $3
            """, account.text, after?.text ?? "", limit
        ).map(Self.dispute)
    }

    /// All disputes of one payment.
    public func of(_ payment: PaymentID) throws -> [Dispute] {
        try tx.query("SELECT * FROM disputes WHERE \(payment.column) = $1 ORDER BY id", payment.description)
            .map(Self.dispute)
    }

    // MARK: Movements

    /// - Parameter amount: minor units of the dispute: above zero what was withdrawn, below zero what came back.
    /// - Returns: `false` when the movement is here already; nothing is changed then.
    public func insert(movement line: String, amount: Int64, of dispute: Dispute) throws -> Bool {
        try tx.execute(
            """
            INSERT INTO dispute_movements (account, balance_transaction, dispute, amount) VALUES ($1, $2, $3, $4)
            ON CONFLICT (account, balance_transaction) DO NOTHING
            """, dispute.account.text, line, dispute.id.text, amount) == 1
    }

    /// The lines of the Stripe balance that have moved money for a dispute.
    public func movements(of dispute: Dispute.ID) throws -> [String] {
        try tx.query("SELECT balance_transaction FROM dispute_movements WHERE dispute = $1", dispute.text)
            .map { try $0.text("balance_transaction") }
    }

    /// What a line of the Stripe balance moved for a dispute; `nil` when no dispute has told of it.
    public func movement(_ line: String, account: ConnectedAccount.ID) throws -> Int64? {
        try tx.first(
            "SELECT amount FROM dispute_movements WHERE account = $1 AND balance_transaction = $2", account.text, line
        )?.int64("amount")
    }

    static func dispute(_ row: Row) throws -> Dispute {
        Dispute(
            id: Dispute.ID(stored: try row.text("id")), account: ConnectedAccount.ID(stored: try row.text("account")),
            customer: Customer.ID(stored: try row.text("customer")), payment: try PaymentID(row),
            stripeDispute: try row.text("stripe_dispute"), amount: try row.int64("amount"),
            currency: try row.currency("currency"), reason: try row.textOrNil("reason"),
            status: try row.choice("status"), withdrawn: try row.int64("withdrawn"),
            evidenceDueBy: try row.instantOrNil("evidence_due_by"), createdAt: try row.instant("created_at"),
            updatedAt: try row.instant("updated_at"))
    }
}
