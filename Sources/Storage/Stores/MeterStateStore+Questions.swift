public import Billing
public import Ledger

/// A stretch of one kind of states, half-open.
public struct MeterStretch: Hashable, Sendable {
    public let span: MeterSpan
    public let from: Instant
    /// No longer part of it.
    public let to: Instant

    public init(span: MeterSpan, from: Instant, to: Instant) {
        self.span = span
        self.from = from
        self.to = to
    }
}

extension MeterStateStore {
    /// Hands over each state of a meter within the stretch, in the order of time. Different values are not counted in
    /// them: what is different within a quarter may not be within the day.
    /// - Parameter customer: `nil` for all together.
    public func forEach(
        of meter: Meter.ID, customer: Customer.ID?, in stretch: MeterStretch,
        body: (Instant, MeterState) throws -> Void
    ) throws {
        try tx.forEach(
            """
            SELECT * FROM meter_states
            WHERE meter = $1 AND product = '' AND customer = $2 AND span = $3 AND starts_at >= $4 AND starts_at < $5
            ORDER BY starts_at
            """, meter.text, customer?.text ?? "", stretch.span.rawValue, stretch.from.millisecondsSince1970,
            stretch.to.millisecondsSince1970
        ) { row in
            var state = try Self.state(row)
            state.otherUniques = 0
            try body(try row.instant("starts_at"), state)
        }
    }

    /// How many different values a meter has seen in all these stretches together.
    public func uniques(of meter: Meter.ID, customer: Customer.ID?, in stretches: [MeterStretch]) throws -> Int64 {
        guard !stretches.isEmpty else { return 0 }
        var values: [SQLValue] = [.text(meter.text), .text(customer?.text ?? "")]
        let parts = stretches.map { stretch in
            values += [
                .text(stretch.span.rawValue), .integer(stretch.from.millisecondsSince1970),
                .integer(stretch.to.millisecondsSince1970),
            ]
            let last = values.count
            return """
                SELECT value FROM meter_uniques WHERE meter = $1 AND product = '' AND customer = $2
                    AND span = $\(last - 2) AND starts_at >= $\(last - 1) AND starts_at < $\(last)
                """
        }
        // A UNION keeps each value once; of one part alone that has to be said.
        let different =
            parts.count == 1
            ? parts[0].replacing("SELECT value", with: "SELECT DISTINCT value") : parts.joined(separator: " UNION ")
        return try tx.first("SELECT COUNT(*) AS found FROM (\(different)) AS seen", values: values)?.int64("found") ?? 0
    }

    /// Customers of whom a meter has counted anything in these stretches, in the order of their ids, from the one after
    /// `after`.
    public func customers(
        of meter: Meter.ID, in stretches: [MeterStretch], after: Customer.ID?, limit: Int
    ) throws -> [Customer.ID] {
        guard !stretches.isEmpty else { return [] }
        let (sql, values) = Self.customers(of: meter, in: stretches, after: after, limit: limit)
        return try tx.query(sql, values: values).map { Customer.ID(stored: try $0.text("customer")) }
    }

    static func customers(
        of meter: Meter.ID, in stretches: [MeterStretch], after: Customer.ID?, limit: Int
    ) -> (sql: String, values: [SQLValue]) {
        var values: [SQLValue] = [.text(meter.text), .text(after?.text ?? ""), .integer(Int64(limit))]
        let parts = stretches.map { stretch in
            values += [
                .text(stretch.span.rawValue), .integer(stretch.from.millisecondsSince1970),
                .integer(stretch.to.millisecondsSince1970),
            ]
            let last = values.count
            return "(span = $\(last - 2) AND starts_at >= $\(last - 1) AND starts_at < $\(last))"
        }
        let sql = """
            SELECT DISTINCT customer FROM meter_states
            WHERE meter = $1 AND product = '' AND customer > $2 AND (\(parts.joined(separator: " OR ")))
            ORDER BY customer LIMIT $3
            """
        return (sql, values)
    }
}

extension MeterStateStore {
    /// Makes the days of a meter anew from its quarters, customer by customer, so that memory does not grow with them.
    /// - Parameter day: the beginning of the day that holds a quarter.
    public func rebuildDays(of meter: Meter.ID, day: (Instant) -> Instant) throws {
        for table in ["meter_states", "meter_uniques"] {
            try tx.execute("DELETE FROM \(table) WHERE meter = $1 AND product = '' AND span = 'day'", meter.text)
        }
        var last: String?
        while let row = try tx.first(
            """
            SELECT customer FROM meter_states WHERE meter = $1 AND product = '' AND ($2 = 0 OR customer > $3)
            ORDER BY customer LIMIT 1
            """, meter.text, last == nil ? 0 : 1, last ?? "")
        {
            let customer = try row.text("customer")
            try rebuildDays(of: meter, customer.isEmpty ? nil : Customer.ID(stored: customer), day: day)
            last = customer
        }
    }

    private func rebuildDays(of meter: Meter.ID, _ customer: Customer.ID?, day: (Instant) -> Instant) throws {
        var days: [Instant: MeterState] = [:]
        let all = MeterStretch(
            span: .quarter, from: Instant(millisecondsSince1970: .min), to: Instant(millisecondsSince1970: .max))
        try forEach(of: meter, customer: customer, in: all) { start, state in
            try days[day(start), default: .empty].merge(state)
        }
        try tx.forEach(
            """
            SELECT DISTINCT starts_at, value FROM meter_uniques
            WHERE meter = $1 AND product = '' AND customer = $2 AND span = 'quarter'
            """, meter.text, customer?.text ?? ""
        ) { row in
            days[day(try row.instant("starts_at")), default: .empty].uniques.insert(try row.text("value"))
        }
        for (start, state) in days.sorted(by: { $0.key < $1.key }) {
            try write(state, to: MeterBucket(meter: meter, customer: customer, span: .day, startsAt: start), after: nil)
        }
    }
}
