public import Billing
public import Ledger

extension Transaction {
    public var usageTotals: UsageTotalsStore { UsageTotalsStore(tx: self) }
}

/// How long the stretches are that totals are kept for.
public enum UsageSpan: String, CaseIterable, Sendable {
    /// A quarter of an hour, in UTC.
    case quarter
    /// In the account's time zone.
    case day
}

/// One stretch of one series.
public struct UsageBucket: Hashable, Sendable {
    public let series: Int64
    public let span: UsageSpan
    public let startsAt: Instant

    public init(series: Int64, span: UsageSpan, startsAt: Instant) {
        self.series = series
        self.span = span
        self.startsAt = startsAt
    }
}

/// Running totals of usage. Sums are made by the caller, in whole numbers that cannot overflow unseen, and written in
/// the commit of the events.
public struct UsageTotalsStore {
    let tx: Transaction

    /// - Returns: the number of the series; `nil` when nothing was ever used under these labels.
    public func find(_ series: UsageSeries) throws -> Int64? {
        let labels = series.labels
        return try tx.first(
            """
            SELECT id FROM usage_series WHERE customer = $1 AND model = $2 AND feature = $3 AND action = $4
                AND api_key = $5 AND provider = $6 AND product = $7 AND organization = $8
            """, series.customer.text, labels.model ?? "", labels.feature ?? "", labels.action ?? "",
            labels.key ?? "", labels.provider ?? "", labels.product ?? "", labels.organization ?? ""
        )?.int64("id")
    }

    public func open(_ series: UsageSeries) throws -> Int64 {
        let id = try tx.first("SELECT COALESCE(MAX(id), 0) + 1 AS next FROM usage_series")?.int64("next") ?? 1
        let labels = series.labels
        try tx.execute(
            """
            INSERT INTO usage_series (id, account, customer, api_key, provider, model, feature, action, product,
                organization)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """, id, series.account.text, series.customer.text, labels.key ?? "", labels.provider ?? "",
            labels.model ?? "", labels.feature ?? "", labels.action ?? "", labels.product ?? "",
            labels.organization ?? "")
        return id
    }

    /// What a stretch has come to; `nil` when nothing was used in it.
    public func sums(of bucket: UsageBucket) throws -> UsageSums? {
        try tx.first(
            "SELECT \(Self.columns) FROM usage_totals WHERE series = $1 AND span = $2 AND starts_at = $3",
            bucket.series, bucket.span.rawValue, bucket.startsAt.millisecondsSince1970
        ).map(Self.sums)
    }

    /// - Returns: one for each of them, in their order; `nil` where nothing was used.
    public func sums(of buckets: [UsageBucket]) throws -> [UsageSums?] {
        var found = [UsageSums?](repeating: nil, count: buckets.count)
        var rows: [SQLValue] = []
        rows.reserveCapacity(4 * buckets.count)
        for (place, bucket) in buckets.enumerated() {
            rows.append(.integer(bucket.series))
            rows.append(.text(bucket.span.rawValue))
            rows.append(.integer(bucket.startsAt.millisecondsSince1970))
            rows.append(.integer(Int64(place)))
        }
        try tx.forEach(Self.reading, rows: rows) { row in found[Int(try row.int64(at: 12))] = try Self.sums(row) }
        return found
    }

    private static let reading = ManyRows(
        width: 4,
        row: { "(CAST(\($0[0]) AS BIGINT), \($0[1]), CAST(\($0[2]) AS BIGINT), CAST(\($0[3]) AS BIGINT))" }
    ) { list in
        // The list comes first: each of its rows is one step into the index.
        """
        SELECT \(columns), k.column4 FROM (VALUES \(list)) AS k CROSS JOIN usage_totals AS t
        WHERE t.series = k.column1 AND t.span = k.column2 AND t.starts_at = k.column3
        """
    }

    /// Millionths of each unit that is no token.
    public func units(of bucket: UsageBucket) throws -> [UsageUnit: Int64] {
        let rows = try tx.query(
            "SELECT unit, total FROM usage_unit_totals WHERE series = $1 AND span = $2 AND starts_at = $3",
            bucket.series, bucket.span.rawValue, bucket.startsAt.millisecondsSince1970)
        return try Dictionary(
            rows.map { (try UsageUnit(try $0.text("unit")), try $0.int64("total")) }, uniquingKeysWith: { $1 })
    }

    /// - Parameter before: what the stretch held when it was read; `nil` when there was none.
    /// - Throws: `StorageError` (locked) when another has written it meanwhile.
    public func write(_ sums: UsageSums, to bucket: UsageBucket, before: UsageSums?) throws {
        let written = try tx.execute(
            """
            INSERT INTO usage_totals (series, span, starts_at, \(Self.columns))
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            ON CONFLICT (series, span, starts_at) DO UPDATE SET
                requests = excluded.requests, late = excluded.late, cost_micros = excluded.cost_micros,
                price_micros = excluded.price_micros, latency_ms = excluded.latency_ms,
                latencies = excluded.latencies, input_tokens = excluded.input_tokens,
                output_tokens = excluded.output_tokens, cache_read_tokens = excluded.cache_read_tokens,
                cache_write_5m_tokens = excluded.cache_write_5m_tokens,
                cache_write_1h_tokens = excluded.cache_write_1h_tokens,
                reasoning_tokens = excluded.reasoning_tokens
            WHERE usage_totals.requests = $16 AND usage_totals.cost_micros = $17
            """, bucket.series, bucket.span.rawValue, bucket.startsAt.millisecondsSince1970, sums.requests, sums.late,
            sums.costMicros, sums.priceMicros, sums.latencyMs, sums.latencies, sums.inputTokens, sums.outputTokens,
            sums.cacheReadTokens, sums.cacheWrite5mTokens, sums.cacheWrite1hTokens, sums.reasoningTokens,
            before?.requests ?? 0, before?.costMicros ?? 0)
        guard written == 1 else { throw StorageError(.locked, detail: "usage_totals") }
    }

    /// Adds to each of them.
    /// - Parameter uses: each stretch once; the sums fit 64 bits.
    public func add(_ uses: [(bucket: UsageBucket, sums: UsageSums)]) throws {
        var rows: [SQLValue] = []
        rows.reserveCapacity(15 * uses.count)
        for (bucket, sums) in uses {
            rows.append(.integer(bucket.series))
            rows.append(.text(bucket.span.rawValue))
            rows += [
                .integer(bucket.startsAt.millisecondsSince1970), .integer(sums.requests), .integer(sums.late),
                .integer(sums.costMicros), .integer(sums.priceMicros), .integer(sums.latencyMs),
                .integer(sums.latencies), .integer(sums.inputTokens), .integer(sums.outputTokens),
                .integer(sums.cacheReadTokens), .integer(sums.cacheWrite5mTokens),
                .integer(sums.cacheWrite1hTokens), .integer(sums.reasoningTokens),
            ]
        }
        try tx.execute(Self.adding, rows: rows)
    }

    private static let adding = ManyRows(width: 15, longest: 16) { list in
        let sums = columns.split(separator: ", ").map { "\($0) = usage_totals.\($0) + excluded.\($0)" }
        return """
            INSERT INTO usage_totals (series, span, starts_at, \(columns)) VALUES \(list)
            ON CONFLICT (series, span, starts_at) DO UPDATE SET \(sums.joined(separator: ", "))
            """
    }

    /// - Parameter total: millionths.
    public func write(_ total: Int64, of unit: UsageUnit, to bucket: UsageBucket) throws {
        try tx.execute(
            """
            INSERT INTO usage_unit_totals (series, span, starts_at, unit, total) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (series, span, starts_at, unit) DO UPDATE SET total = excluded.total
            """, bucket.series, bucket.span.rawValue, bucket.startsAt.millisecondsSince1970, unit.name, total)
    }

    static let columns = """
        requests, late, cost_micros, price_micros, latency_ms, latencies, input_tokens, output_tokens, \
        cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, reasoning_tokens
        """

    /// - Parameter row: begins with `columns`.
    static func sums(_ row: Row) throws -> UsageSums {
        var sums = UsageSums()
        sums.requests = try row.int64(at: 0)
        sums.late = try row.int64(at: 1)
        sums.costMicros = try row.int64(at: 2)
        sums.priceMicros = try row.int64(at: 3)
        sums.latencyMs = try row.int64(at: 4)
        sums.latencies = try row.int64(at: 5)
        sums.inputTokens = try row.int64(at: 6)
        sums.outputTokens = try row.int64(at: 7)
        sums.cacheReadTokens = try row.int64(at: 8)
        sums.cacheWrite5mTokens = try row.int64(at: 9)
        sums.cacheWrite1hTokens = try row.int64(at: 10)
        sums.reasoningTokens = try row.int64(at: 11)
        return sums
    }
}
