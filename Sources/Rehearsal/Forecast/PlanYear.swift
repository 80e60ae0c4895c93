import Billing
import Ledger
import Storage

/// What became of a plan, in micros of the account's currency.
public struct PlanYear: Sendable, Encodable {
    public let plan: String
    public private(set) var customers = 0
    public private(set) var requests: Int64 = 0
    /// By limits and wallets, before the provider was called.
    public let refused: Int64
    public private(set) var costMicros: Int64 = 0
    public private(set) var revenueMicros: Int64 = 0
    /// What Stripe took, as far as it was in the account's currency.
    public private(set) var stripeFeeMicros: Int64 = 0
    public private(set) var applicationFeeMicros: Int64 = 0
    public private(set) var marginMicros: Int64 = 0
    /// What customers paid into their wallets.
    public private(set) var toppedUpMicros: Int64 = 0
    /// Asked for and declined, whether that still stands or was given up.
    public private(set) var lostToDeclinesMicros: Int64 = 0
    /// Not asked for yet.
    public private(set) var accruedMicros: Int64 = 0
    /// Of all months.
    public let billedMicros: Int64
    public let paidMicros: Int64
    public let months: [InvoicedMonth]

    init(_ plan: String, refused: Int64, _ invoices: [Invoice]) {
        self.plan = plan
        self.refused = refused
        let months = Dictionary(grouping: invoices.filter { $0.plan == plan }, by: \.month)
        self.months = months.sorted { $0.key < $1.key }.map { InvoicedMonth($0.key, $0.value) }
        billedMicros = self.months.reduce(0) { $0 + $1.billedMicros }
        paidMicros = self.months.reduce(0) { $0 + $1.paidMicros }
    }

    /// Adds one customer of the plan.
    mutating func add(_ row: Row, _ rules: CurrencyRules, _ currency: Currency) throws {
        customers += 1
        requests += try row.int64("requests")
        costMicros += try row.int64("cost")
        revenueMicros += try row.int64("price")
        stripeFeeMicros += try row.int64("stripe_fee")
        applicationFeeMicros += try row.int64("application_fee")
        marginMicros = revenueMicros - costMicros - stripeFeeMicros - applicationFeeMicros
        toppedUpMicros += try rules.money(minor: try row.int64("topped_up"), currency).micros
        lostToDeclinesMicros += try row.int64("pending")
        let accrued = try row.int64("accrued")
        // What was given up is owed as before, and is not begun anew.
        if try row.textOrNil("latest") == "canceled" {
            lostToDeclinesMicros += accrued
        } else {
            accruedMicros += accrued
        }
    }

    /// A row for each customer.
    static let customersOfPlans = """
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
