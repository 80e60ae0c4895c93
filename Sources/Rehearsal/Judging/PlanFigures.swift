import Billing
import Ledger
import Storage

/// What the tables say of the customers of one plan.
struct PlanFigures: Sendable {
    var customers: Int64 = 0
    var requests: Int64 = 0
    var cost: Int64 = 0
    var price: Int64 = 0
    var charges: Int64 = 0
    var paidMinor: Int64 = 0
    /// In charges that were declined, in micros.
    var declined: Int64 = 0
    var accrued: Int64 = 0

    func paid(_ rules: CurrencyRules, _ currency: Currency) -> Int64 {
        (try? rules.money(minor: paidMinor, currency).micros) ?? 0
    }

    /// By the plan's slug.
    static func all(in tx: Transaction) throws -> [String: PlanFigures] {
        var figures: [String: PlanFigures] = [:]
        try tx.forEach(
            """
            SELECT plans.slug AS slug,
                (SELECT COUNT(*) FROM usage_events u WHERE u.customer = c.id) AS requests,
                (SELECT COALESCE(SUM(cost_micros), 0) FROM usage_events u WHERE u.customer = c.id) AS cost,
                (SELECT COALESCE(SUM(price_micros), 0) FROM usage_events u WHERE u.customer = c.id) AS price,
                (SELECT COUNT(*) FROM charges h WHERE h.customer = c.id AND status = 'paid') AS charges,
                (SELECT COALESCE(SUM(amount), 0) FROM charges h WHERE h.customer = c.id AND status = 'paid') AS paid,
                (SELECT COALESCE(SUM(balance), 0) FROM ledger_accounts a WHERE a.customer = c.id
                    AND kind = 'pending') AS pending,
                (SELECT COALESCE(SUM(balance), 0) FROM ledger_accounts a WHERE a.customer = c.id
                    AND kind = 'accrued') AS accrued
            FROM customers c JOIN plans ON plans.id = c.plan
            """
        ) { row in
            let slug = try row.text("slug")
            var plan = figures[slug] ?? PlanFigures()
            plan.customers += 1
            plan.requests += try row.int64("requests")
            plan.cost += try row.int64("cost")
            plan.price += try row.int64("price")
            plan.charges += try row.int64("charges")
            plan.paidMinor += try row.int64("paid")
            plan.declined += try row.int64("pending")
            plan.accrued += try row.int64("accrued")
            figures[slug] = plan
        }
        return figures
    }
}
