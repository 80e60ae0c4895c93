public import Billing
import Ledger

extension Transaction {
    public var refunds: RefundStore { RefundStore(tx: self) }
}

/// Which refunds, or which disputes, a list is of.
public struct MoneyBackFilter: Hashable, Sendable {
    public var account: ConnectedAccount.ID
    public var customer: Customer.ID?
    public var payment: PaymentID?
    /// As it is stored.
    public var status: String?

    public init(
        account: ConnectedAccount.ID, customer: Customer.ID? = nil, payment: PaymentID? = nil, status: String? = nil
    ) {
        self.account = account
        self.customer = customer
        self.payment = payment
        self.status = status
    }

    /// Newest first, those made before `after`.
    func rows(_ table: String, after: String?, limit: Int, in tx: Transaction) throws -> [Row] {
        var conditions = Conditions()
        conditions.add("account = ?", account.text)
        conditions.add("customer = ?", customer?.text)
        conditions.add("charge = ?", payment?.charge?.text)
        conditions.add("top_up = ?", payment?.topUp?.text)
        conditions.add("status = ?", status)
        conditions.add("id < ?", after)
        return try conditions.rows(table, order: "id DESC", limit: limit, in: tx)
    }
}

public struct RefundStore {
    let tx: Transaction

    public func insert(_ refund: Refund) throws {
        try tx.execute(
            """
            INSERT INTO refunds (id, account, customer, charge, top_up, amount, currency, reason,
                with_application_fee, origin, status, failure_reason, stripe_refund, posted, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            """, refund.id.text, refund.account.text, refund.customer.text, refund.payment.charge?.text,
            refund.payment.topUp?.text, refund.amount, refund.currency.code, refund.reason,
            refund.returnsApplicationFee ? 1 : 0, refund.origin.rawValue, refund.status.rawValue,
            refund.failureReason, refund.stripeRefund, refund.isPosted ? 1 : 0,
            refund.createdAt.millisecondsSince1970, refund.updatedAt.millisecondsSince1970)
    }

    /// Writes everything that can change; what Stripe says is void stays void, and what is posted stays posted.
    public func update(_ refund: Refund) throws {
        try tx.execute(
            """
            UPDATE refunds SET status = $2, failure_reason = $3, stripe_refund = $4,
                posted = CASE WHEN posted = 1 THEN 1 ELSE $5 END, updated_at = $6
            WHERE id = $1 AND (status NOT IN (\(StatusList.voidRefunds)) OR status = $2 OR stripe_refund IS NULL)
            """, refund.id.text, refund.status.rawValue, refund.failureReason, refund.stripeRefund,
            refund.isPosted ? 1 : 0, refund.updatedAt.millisecondsSince1970)
    }

    public func find(_ id: Refund.ID) throws -> Refund? {
        try tx.first("SELECT * FROM refunds WHERE id = $1", id.text).map(Self.refund)
    }

    public func find(stripeRefund: String) throws -> Refund? {
        try tx.first("SELECT * FROM refunds WHERE stripe_refund = $1", stripeRefund).map(Self.refund)
    }

    public func list(_ filter: MoneyBackFilter, after: Refund.ID?, limit: Int) throws -> [Refund] {
        try filter.rows("refunds", after: after?.text, limit: limit, in: tx).map(Self.refund)
    }

    /// All refunds of one payment.
    public func of(_ payment: PaymentID) throws -> [Refund] {
        try tx.query("SELECT * FROM refunds WHERE \(payment.column) = $1 ORDER BY id", payment.description)
            .map(Self.refund)
    }

    /// The account's refunds that are not at their end, oldest first, those made after `after`.
    public func open(account: ConnectedAccount.ID, after: Refund.ID?, limit: Int) throws -> [Refund] {
        try tx.query(
            """
            SELECT * FROM refunds WHERE account = $1 AND id > $2 AND status IN (\(StatusList.openRefunds))
            ORDER BY id LIMIT $3
            """, account.text, after?.text ?? "", limit
        ).map(Self.refund)
    }

    // MARK: What is left of a payment

    /// Takes so much of what is left of a payment for a refund.
    /// - Returns: `false` when less is left; nothing is changed then.
    public func reserve(_ amount: Int64, of payment: PaymentID) throws -> Bool {
        try tx.execute(
            """
            UPDATE \(payment.table) SET refunded = refunded + $2
            WHERE id = $1 AND status = 'paid' AND refunded <= amount - $2
            """, payment.description, amount) == 1
    }

    /// Counts so much as refunded, or, below zero, as left again, whatever the books thought was left.
    public func add(_ amount: Int64, of payment: PaymentID) throws {
        try tx.execute(
            "UPDATE \(payment.table) SET refunded = refunded + $2 WHERE id = $1", payment.description, amount)
    }

    /// Minor units that refunds of a payment may yet take: written down, and not gone out.
    public func underWay(of payment: PaymentID) throws -> Int64 {
        try tx.first(
            """
            SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS under_way FROM refunds
            WHERE \(payment.column) = $1 AND posted = 0 AND status NOT IN (\(StatusList.voidRefunds))
            """, payment.description)?.int64("under_way") ?? 0
    }

    static func refund(_ row: Row) throws -> Refund {
        Refund(
            id: Refund.ID(stored: try row.text("id")), account: ConnectedAccount.ID(stored: try row.text("account")),
            customer: Customer.ID(stored: try row.text("customer")), payment: try PaymentID(row),
            amount: try row.int64("amount"), currency: try row.currency("currency"),
            reason: try row.textOrNil("reason"), returnsApplicationFee: try row.bool("with_application_fee"),
            origin: try row.choice("origin"), status: try row.choice("status"),
            failureReason: try row.textOrNil("failure_reason"), stripeRefund: try row.textOrNil("stripe_refund"),
            isPosted: try row.bool("posted"), createdAt: try row.instant("created_at"),
            updatedAt: try row.instant("updated_at"))
    }
}

extension PaymentID {
    var table: String {
        switch self {
        case .charge: "charges"
        case .topUp: "top_ups"
        }
    }

    /// What tables that speak of a payment call it.
    var column: String {
        switch self {
        case .charge: "charge"
        case .topUp: "top_up"
        }
    }

    init(_ row: Row) throws {
        if let charge = try row.textOrNil("charge") {
            self = .charge(Charge.ID(stored: charge))
        } else {
            self = .topUp(TopUp.ID(stored: try row.text("top_up")))
        }
    }
}
