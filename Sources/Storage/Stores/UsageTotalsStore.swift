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

    static func sums(_ row: Row) throws -> UsageSums {
        var sums = UsageSums()
        sums.requests = try row.int64("requests")
        sums.late = try row.int64("late")
        sums.costMicros = try row.int64("cost_micros")
        sums.priceMicros = try row.int64("price_micros")
        sums.latencyMs = try row.int64("latency_ms")
        sums.latencies = try row.int64("latencies")
        sums.inputTokens = try row.int64("input_tokens")
        sums.outputTokens = try row.int64("output_tokens")
        sums.cacheReadTokens = try row.int64("cache_read_tokens")
        sums.cacheWrite5mTokens = try row.int64("cache_write_5m_tokens")
        sums.cacheWrite1hTokens = try row.int64("cache_write_1h_tokens")
        sums.reasoningTokens = try row.int64("reasoning_tokens")
        return sums
    }
}
