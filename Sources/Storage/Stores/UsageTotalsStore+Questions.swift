public import Billing
public import Ledger

/// What is asked of the totals: sums of all series that fit, over a half-open stretch of time.
public struct UsageTotalsQuestion: Sendable {
    public let account: ConnectedAccount.ID
    /// What each dimension must be; an empty text for usage that says nothing of it.
    public var filters: [UsageDimension: String]
    public var groupedBy: [UsageDimension]
    /// Whether each quarter or day is summed up apart.
    public var isByStart: Bool

    public init(
        account: ConnectedAccount.ID, filters: [UsageDimension: String], groupedBy: [UsageDimension], isByStart: Bool
    ) {
        self.account = account
        self.filters = filters
        self.groupedBy = groupedBy
        self.isByStart = isByStart
    }
}

/// Which rows hold the answer.
public struct UsageTotalsStretch: Hashable, Sendable {
    public let span: UsageSpan
    public let from: Instant
    /// No longer part of it.
    public let to: Instant

    public init(span: UsageSpan, from: Instant, to: Instant) {
        self.span = span
        self.from = from
        self.to = to
    }
}

/// One group of the answer.
public struct UsageTotalsGroup: Sendable {
    /// In the order of `groupedBy`; empty where nothing was said.
    public let values: [String]
    /// Where the question is by start.
    public let startsAt: Instant?
}

extension UsageTotalsStore {
    /// Hands over the sums of each group. A row is read for each quarter or day of each series, however many events
    /// it is of.
    public func forEach(
        _ question: UsageTotalsQuestion, in stretch: UsageTotalsStretch,
        body: (UsageTotalsGroup, UsageFigures<Int128>) throws -> Void
    ) throws {
        let (sql, values) = Self.statement(question, stretch, "usage_totals", Self.exactSums, groupedToo: [])
        try tx.forEach(sql, values: values) { row in try body(Self.group(row, question), Self.figures(row)) }
    }

    /// Hands over the sums of units that are no tokens, in millionths.
    public func forEachUnit(
        _ question: UsageTotalsQuestion, in stretch: UsageTotalsStretch,
        body: (UsageTotalsGroup, UsageUnit, Int128) throws -> Void
    ) throws {
        let sums = "t.unit AS unit, \(ExactSum.columns(of: "t.total"))"
        let (sql, values) = Self.statement(question, stretch, "usage_unit_totals", sums, groupedToo: ["t.unit"])
        try tx.forEach(sql, values: values) { row in
            try body(Self.group(row, question), try UsageUnit(try row.text("unit")), try ExactSum.total(row))
        }
    }

    private static func statement(
        _ question: UsageTotalsQuestion, _ stretch: UsageTotalsStretch, _ table: String, _ sums: String,
        groupedToo: [String]
    ) -> (sql: String, values: [SQLValue]) {
        var values: [SQLValue] = [
            .text(question.account.text), .text(stretch.span.rawValue),
            .integer(stretch.from.millisecondsSince1970), .integer(stretch.to.millisecondsSince1970),
        ]
        var conditions = ["s.account = $1"]
        for (dimension, value) in question.filters.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            values.append(.text(value))
            conditions.append("s.\(dimension.column) = $\(values.count)")
        }
        var groups = question.groupedBy.map { "s.\($0.column)" }
        if question.isByStart { groups.append("t.starts_at") }
        let shown = groups.enumerated().map { "\($0.element) AS g\($0.offset)" }
        groups += groupedToo
        let sql = """
            SELECT \((shown + [sums]).joined(separator: ", "))
            FROM usage_series s
            JOIN \(table) t ON t.series = s.id AND t.span = $2 AND t.starts_at >= $3 AND t.starts_at < $4
            WHERE \(conditions.joined(separator: " AND "))
            \(groups.isEmpty ? "HAVING COUNT(*) > 0" : "GROUP BY " + groups.joined(separator: ", "))
            """
        return (sql, values)
    }

    private static func group(_ row: Row, _ question: UsageTotalsQuestion) throws -> UsageTotalsGroup {
        let count = question.groupedBy.count
        return UsageTotalsGroup(
            values: try (0..<count).map { try row.text(at: $0) },
            startsAt: question.isByStart ? Instant(millisecondsSince1970: try row.int64(at: count)) : nil)
    }

    private static let sumNames = columns.split(separator: ", ").map(String.init)

    private static let exactSums = sumNames.map { name in
        """
        CAST(SUM(t.\(name) / 1000000) AS BIGINT) AS \(name)_millions, \
        CAST(SUM(t.\(name) % 1000000) AS BIGINT) AS \(name)_rest
        """
    }.joined(separator: ", ")

    private static func figures(_ row: Row) throws -> UsageFigures<Int128> {
        func sum(_ name: String) throws -> Int128 {
            Int128(try row.int64(name + "_millions")) * 1_000_000 + Int128(try row.int64(name + "_rest"))
        }
        var figures = UsageFigures<Int128>()
        figures.requests = try sum("requests")
        figures.late = try sum("late")
        figures.costMicros = try sum("cost_micros")
        figures.priceMicros = try sum("price_micros")
        figures.latencyMs = try sum("latency_ms")
        figures.latencies = try sum("latencies")
        figures.inputTokens = try sum("input_tokens")
        figures.outputTokens = try sum("output_tokens")
        figures.cacheReadTokens = try sum("cache_read_tokens")
        figures.cacheWrite5mTokens = try sum("cache_write_5m_tokens")
        figures.cacheWrite1hTokens = try sum("cache_write_1h_tokens")
        figures.reasoningTokens = try sum("reasoning_tokens")
        return figures
    }
}

extension UsageTotalsStore {
    /// Makes the days of an account anew from its quarters, series by series, so that memory does not grow with them.
    /// - Parameter day: the beginning of the day that holds a quarter.
    public func rebuildDays(of account: ConnectedAccount.ID, day: (Instant) -> Instant) throws {
        var last: Int64 = 0
        while let row = try tx.first(
            "SELECT id FROM usage_series WHERE account = $1 AND id > $2 ORDER BY id LIMIT 1", account.text, last)
        {
            last = try row.int64("id")
            try rebuildDays(of: last, day: day)
        }
    }

    private func rebuildDays(of series: Int64, day: (Instant) -> Instant) throws {
        for table in ["usage_totals", "usage_unit_totals"] {
            try tx.execute("DELETE FROM \(table) WHERE series = $1 AND span = 'day'", series)
        }
        var days: [Instant: UsageSums] = [:]
        try tx.forEach(
            "SELECT starts_at, \(Self.columns) FROM usage_totals WHERE series = $1 AND span = 'quarter'", series
        ) { row in
            let start = day(try row.instant("starts_at"))
            days[start] = try days[start, default: UsageSums()].adding(try Self.sums(row))
        }
        var units: [Instant: [UsageUnit: Quantity]] = [:]
        try tx.forEach(
            "SELECT starts_at, unit, total FROM usage_unit_totals WHERE series = $1 AND span = 'quarter'", series
        ) { row in
            let (start, unit) = (day(try row.instant("starts_at")), try UsageUnit(try row.text("unit")))
            units[start, default: [:]][unit] =
                try units[start]?[unit, default: .zero].adding(
                    Quantity(millionths: try row.int64("total"))) ?? Quantity(millionths: try row.int64("total"))
        }
        for (start, sums) in days {
            let bucket = UsageBucket(series: series, span: .day, startsAt: start)
            try write(sums, to: bucket, before: nil)
            for (unit, total) in units[start] ?? [:] { try write(total.millionths, of: unit, to: bucket) }
        }
    }
}

extension UsageDimension {
    var column: String {
        switch self {
        case .key: "api_key"
        default: rawValue
        }
    }
}
