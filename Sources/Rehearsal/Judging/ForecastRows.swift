import Ledger
import Storage

/// What the tables say of a forecast's customers, their charges and what Stripe took.
struct ForecastRows: Sendable {
    /// Amounts are micros unless it says otherwise.
    struct Customer: Sendable {
        let plan: String
        let requests: Int64
        let cost: Int64
        let price: Int64
        let stripeFee: Int64
        let applicationFee: Int64
        /// In minor units.
        let toppedUp: Int64
        let pending: Int64
        let accrued: Int64
        /// Of the charge that was made last.
        let latestStatus: String?
    }

    struct Charge: Sendable {
        let customer: String
        let plan: String
        let madeAt: Instant
        let status: String
        /// In minor units of the account's currency.
        let amount: Int64
    }

    let customers: [Customer]
    /// In the order in which they were made.
    let charges: [Charge]
    /// What Stripe took in other currencies than the account's, in micros.
    let otherFees: [String: Int64]

    init(of currency: Currency, in tx: Transaction) throws {
        customers = try tx.query(Self.customersOfPlans, currency.code).map { row in
            Customer(
                plan: try row.text("slug"), requests: try row.int64("requests"), cost: try row.int64("cost"),
                price: try row.int64("price"), stripeFee: try row.int64("stripe_fee"),
                applicationFee: try row.int64("application_fee"), toppedUp: try row.int64("topped_up"),
                pending: try row.int64("pending"), accrued: try row.int64("accrued"),
                latestStatus: try row.textOrNil("latest"))
        }
        charges = try tx.query(
            """
            SELECT c.external_id AS customer, p.slug AS plan, h.created_at AS made, h.status AS status,
                h.amount AS amount
            FROM charges h JOIN customers c ON c.id = h.customer JOIN plans p ON p.id = c.plan
            ORDER BY h.created_at, h.id
            """
        ).map { row in
            Charge(
                customer: try row.text("customer"), plan: try row.text("plan"),
                madeAt: Instant(millisecondsSince1970: try row.int64("made")), status: try row.text("status"),
                amount: try row.int64("amount"))
        }
        otherFees = Dictionary(
            try tx.query(
                """
                SELECT currency, CAST(SUM(processor_micros + application_micros) AS BIGINT) AS micros
                FROM payment_fees WHERE currency <> $1 GROUP BY currency
                """, currency.code
            ).map { (try $0.text("currency"), try $0.int64("micros")) }, uniquingKeysWith: +)
    }

    private static let customersOfPlans = """
        SELECT plans.slug AS slug,
            (SELECT COUNT(*) FROM usage_events u WHERE u.customer = c.id) AS requests,
            (SELECT COALESCE(SUM(cost_micros), 0) FROM usage_events u WHERE u.customer = c.id) AS cost,
            (SELECT COALESCE(SUM(price_micros), 0) FROM usage_events u WHERE u.customer = c.id) AS price,
            (SELECT COALESCE(SUM(processor_micros), 0) FROM payment_fees f
                WHERE f.customer = c.id AND f.currency = $1) AS stripe_fee,
            (SELECT COALESCE(SUM(application_micros), 0) FROM payment_fees f
                WHERE f.customer = c.id AND f.currency = $1) AS application_fee,
            (SELECT COALESCE(SUM(amount), 0) FROM top_ups t WHERE t.customer = c.id AND status = 'paid') AS topped_up,
            (SELECT COALESCE(SUM(balance), 0) FROM ledger_accounts a
                WHERE a.customer = c.id AND kind = 'pending') AS pending,
            (SELECT COALESCE(SUM(balance), 0) FROM ledger_accounts a
                WHERE a.customer = c.id AND kind = 'accrued') AS accrued,
            (SELECT status FROM charges h WHERE h.customer = c.id
                ORDER BY h.created_at DESC, h.id DESC LIMIT 1) AS latest
        FROM customers c JOIN plans ON plans.id = c.plan
        """
}
