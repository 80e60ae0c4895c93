public import Billing

/// Usage events, their entries and their running totals, each beside the others.
extension AuditStore {
    /// A usage event that says an amount and no entry that posted it.
    public struct UnpostedUsage: Sendable {
        public let id: UsageEvent.ID
        public let account: ConnectedAccount.ID
        public let costMicros: Int64
        public let priceMicros: Int64
    }

    /// How many events a stretch of them has, where it ends, and those of them that nothing has posted: their entry is
    /// not there or not one of usage, or they name none and do not cancel each other out.
    public func unposted(
        account: ConnectedAccount.ID?, after: String, limit: Int
    ) throws -> (read: Int, last: UsageEvent.ID?, events: [UnpostedUsage]) {
        let rows = try tx.query(
            """
            SELECT u.id, u.account, u.cost_micros, u.price_micros, \(Self.isUnposted) AS is_unposted
            FROM (
                SELECT id, account, customer, received_at, cost_micros, price_micros, entry FROM usage_events
                WHERE id > $1 AND ($2 = '' OR account = $2) ORDER BY id LIMIT $3
            ) u ORDER BY u.id
            """, after, account?.text ?? "", limit)
        let events = try rows.filter { try $0.bool("is_unposted") }.map { row in
            UnpostedUsage(
                id: UsageEvent.ID(stored: try row.text("id")),
                account: ConnectedAccount.ID(stored: try row.text("account")),
                costMicros: try row.int64("cost_micros"), priceMicros: try row.int64("price_micros"))
        }
        return (rows.count, try rows.last.map { UsageEvent.ID(stored: try $0.text("id")) }, events)
    }

    /// Whether nothing has posted the event of row `u`: 1, or else 0.
    static let isUnposted = """
        CASE WHEN u.entry IS NULL AND u.cost_micros = 0 AND u.price_micros = 0 THEN 0
            WHEN u.entry IS NULL AND 0 = (
                SELECT SUM(o.price_micros / 1000000) * 1000000 + SUM(o.price_micros % 1000000) FROM usage_events o
                WHERE o.customer = u.customer AND o.received_at = u.received_at AND o.entry IS NULL)
                AND u.cost_micros = 0 THEN 0
            WHEN EXISTS (SELECT 1 FROM journal_entries e WHERE e.sequence = u.entry AND e.book = u.account
                AND SUBSTR(e.reference, 1, 6) = 'usage:') THEN 0
            ELSE 1 END
        """

    /// A customer's events beside their running totals.
    public struct CustomerTotals: Sendable {
        public struct Sums: Hashable, Sendable {
            public let requests: Int64
            public let cost: Int128
            public let price: Int128
        }

        public let customer: Customer.ID
        public let account: ConnectedAccount.ID
        public let events: Sums
        public let quarters: Sums
        public let days: Sums
    }

    public func customerTotals(
        account: ConnectedAccount.ID?, after: String, limit: Int
    ) throws -> [CustomerTotals] {
        try tx.query(
            "SELECT id, account FROM customers WHERE id > $1 AND ($2 = '' OR account = $2) ORDER BY id LIMIT $3",
            after, account?.text ?? "", limit
        ).map { row in
            try customerTotals(
                of: Customer.ID(stored: try row.text("id")),
                account: ConnectedAccount.ID(stored: try row.text("account")))
        }
    }

    public func customerTotals(of customer: Customer.ID, account: ConnectedAccount.ID) throws -> CustomerTotals {
        CustomerTotals(
            customer: customer, account: account, events: try eventSums(of: customer.text),
            quarters: try totalSums(of: customer.text, .quarter), days: try totalSums(of: customer.text, .day))
    }

    /// What the running totals of a customer hold of each unit, in millionths; units of which nothing is left, too.
    public func unitTotals(of customer: Customer.ID, _ span: UsageSpan) throws -> [UsageUnit: Int128] {
        let tokens = UsageUnit.tokens.map { Self.pair("t.\($0)", $0.name) }.joined(separator: ", ")
        let values: [SQLValue] = [.text(customer.text), .text(span.rawValue)]
        let series = "FROM usage_series s JOIN"
        let counted = try tx.first(
            "SELECT \(tokens) \(series) usage_totals t ON t.series = s.id AND t.span = $2 WHERE s.customer = $1",
            values: values)
        let others = try tx.query(
            """
            SELECT t.unit AS unit, \(Self.pair("t.total", "total")) \(series) usage_unit_totals t
                ON t.series = s.id AND t.span = $2 WHERE s.customer = $1 GROUP BY t.unit
            """, values: values)
        var totals: [UsageUnit: Int128] = [:]
        if let counted { for unit in UsageUnit.tokens { totals[unit] = try Self.sum(counted, unit.name) } }
        for row in others { totals[try UsageUnit(try row.text("unit"))] = try Self.sum(row, "total") }
        return totals
    }

    private func eventSums(of customer: String) throws -> CustomerTotals.Sums {
        try sums(
            """
            SELECT CAST(COALESCE(SUM(CASE kind WHEN 'correction' THEN -1 ELSE 1 END), 0) AS BIGINT) AS requests,
                \(Self.pair("cost_micros", "cost")), \(Self.pair("price_micros", "price"))
            FROM usage_events WHERE customer = $1
            """, [.text(customer)])
    }

    private func totalSums(of customer: String, _ span: UsageSpan) throws -> CustomerTotals.Sums {
        try sums(
            """
            SELECT CAST(COALESCE(SUM(t.requests), 0) AS BIGINT) AS requests,
                \(Self.pair("t.cost_micros", "cost")), \(Self.pair("t.price_micros", "price"))
            FROM usage_series s JOIN usage_totals t ON t.series = s.id AND t.span = $2
            WHERE s.customer = $1
            """, [.text(customer), .text(span.rawValue)])
    }

    private static func pair(_ column: String, _ name: String) -> String {
        """
        CAST(COALESCE(SUM(\(column) / 1000000), 0) AS BIGINT) AS \(name)_millions, \
        CAST(COALESCE(SUM(\(column) % 1000000), 0) AS BIGINT) AS \(name)_rest
        """
    }

    private func sums(_ sql: String, _ values: [SQLValue]) throws -> CustomerTotals.Sums {
        guard let row = try tx.first(sql, values: values) else { throw StorageError(.corrupt, detail: "no sums") }
        return CustomerTotals.Sums(
            requests: try row.int64("requests"),
            cost: try Self.sum(row, "cost"), price: try Self.sum(row, "price"))
    }

    private static func sum(_ row: Row, _ name: String) throws -> Int128 {
        Int128(try row.int64("\(name)_millions")) * 1_000_000 + Int128(try row.int64("\(name)_rest"))
    }
}
