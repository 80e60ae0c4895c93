public import Billing
import Ledger

extension Transaction {
    public var topUps: TopUpStore { TopUpStore(tx: self) }
}

public struct TopUpStore {
    let tx: Transaction

    public func insert(_ topUp: TopUp) throws {
        try tx.execute(
            """
            INSERT INTO top_ups (id, account, customer, amount, currency, application_fee, status, checkout_session,
                payment_intent, url, automatic, reason, pay_token, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            """, topUp.id.text, topUp.account.text, topUp.customer.text, topUp.amount, topUp.currency.code,
            topUp.applicationFee, topUp.status.rawValue, topUp.checkoutSession, topUp.paymentIntent, topUp.url,
            topUp.isAutomatic ? 1 : 0, topUp.reason, topUp.payToken, topUp.createdAt.millisecondsSince1970,
            topUp.updatedAt.millisecondsSince1970)
    }

    /// Writes everything that can change; a top-up that was paid stays paid.
    public func update(_ topUp: TopUp) throws {
        try tx.execute(
            """
            UPDATE top_ups SET status = $2, checkout_session = $3, payment_intent = $4, url = $5, updated_at = $6,
                reason = $7
            WHERE id = $1 AND (status <> 'paid' OR $2 = 'paid')
            """, topUp.id.text, topUp.status.rawValue, topUp.checkoutSession, topUp.paymentIntent, topUp.url,
            topUp.updatedAt.millisecondsSince1970, topUp.reason)
    }

    public func find(_ id: TopUp.ID) throws -> TopUp? {
        try tx.first("SELECT * FROM top_ups WHERE id = $1", id.text).map(Self.topUp)
    }

    public func find(checkoutSession: String) throws -> TopUp? {
        try tx.first("SELECT * FROM top_ups WHERE checkout_session = $1", checkoutSession).map(Self.topUp)
    }

    public func find(paymentIntent: String) throws -> TopUp? {
        try tx.first("SELECT * FROM top_ups WHERE payment_intent = $1", paymentIntent).map(Self.topUp)
    }

    /// Newest first, those made before `after`.
    public func list(
        account: ConnectedAccount.ID, customer: Customer.ID? = nil, after: TopUp.ID?, limit: Int
    ) throws -> [TopUp] {
        try tx.query(
            """
            SELECT * FROM top_ups WHERE account = $1 AND ($2 = '' OR customer = $2) AND ($3 = '' OR id < $3)
            ORDER BY id DESC LIMIT $4
            """, account.text, customer?.text ?? "", after?.text ?? "", limit
        ).map(Self.topUp)
    }

    /// The account's top-ups that are not at their end, oldest first, those made after `after`.
    public func open(account: ConnectedAccount.ID, after: TopUp.ID?, limit: Int) throws -> [TopUp] {
        try tx.query(
            """
            SELECT * FROM top_ups WHERE account = $1 AND id > $2 AND status IN (\(StatusList.openTopUps))
            ORDER BY id LIMIT $3
            """, account.text, after?.text ?? "", limit
        ).map(Self.topUp)
    }

    static func topUp(_ row: Row) throws -> TopUp {
        TopUp(
            id: TopUp.ID(stored: try row.text("id")), account: ConnectedAccount.ID(stored: try row.text("account")),
            customer: Customer.ID(stored: try row.text("customer")), amount: try row.int64("amount"),
            currency: try row.currency("currency"), applicationFee: try row.int64("application_fee"),
            status: try row.choice("status"), checkoutSession: try row.textOrNil("checkout_session"),
            paymentIntent: try row.textOrNil("payment_intent"), url: try row.textOrNil("url"),
            isAutomatic: try row.bool("automatic"), reason: try row.textOrNil("reason"),
            refunded: try row.int64("refunded"), payToken: try row.textOrNil("pay_token"),
            createdAt: try row.instant("created_at"), updatedAt: try row.instant("updated_at"))
    }
}
