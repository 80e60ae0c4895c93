extension Schema {
    /// Running totals of usage, so that no question needs to read the events again.
    static let totals = [
        // One combination of everything that totals can be asked by; '' stands for none.
        """
        CREATE TABLE usage_series (
            id BIGINT PRIMARY KEY,
            account TEXT NOT NULL REFERENCES accounts (id),
            customer TEXT NOT NULL REFERENCES customers (id),
            api_key TEXT NOT NULL,
            provider TEXT NOT NULL,
            model TEXT NOT NULL,
            feature TEXT NOT NULL,
            action TEXT NOT NULL,
            product TEXT NOT NULL,
            organization TEXT NOT NULL,
            UNIQUE (customer, model, feature, action, api_key, provider, product, organization)
        )
        """,
        "CREATE INDEX usage_series_by_account ON usage_series (account, id)",
        "CREATE INDEX usage_series_by_key ON usage_series (account, api_key)",
        // span: 'quarter' of an hour, in UTC, which fits every time zone; 'day' in the account's time zone.
        // Tokens are counted in millionths, as quantities are.
        """
        CREATE TABLE usage_totals (
            series BIGINT NOT NULL REFERENCES usage_series (id),
            span TEXT NOT NULL,
            starts_at BIGINT NOT NULL,
            requests BIGINT NOT NULL,
            late BIGINT NOT NULL,
            cost_micros BIGINT NOT NULL,
            price_micros BIGINT NOT NULL,
            latency_ms BIGINT NOT NULL,
            latencies BIGINT NOT NULL,
            input_tokens BIGINT NOT NULL,
            output_tokens BIGINT NOT NULL,
            cache_read_tokens BIGINT NOT NULL,
            cache_write_5m_tokens BIGINT NOT NULL,
            cache_write_1h_tokens BIGINT NOT NULL,
            reasoning_tokens BIGINT NOT NULL,
            PRIMARY KEY (series, span, starts_at)
        )
        """,
        """
        CREATE TABLE usage_unit_totals (
            series BIGINT NOT NULL REFERENCES usage_series (id),
            span TEXT NOT NULL,
            starts_at BIGINT NOT NULL,
            unit TEXT NOT NULL,
            total BIGINT NOT NULL,
            PRIMARY KEY (series, span, starts_at, unit)
        )
        """,
        """
        INSERT INTO usage_series (id, account, customer, api_key, provider, model, feature, action, product,
            organization)
        SELECT ROW_NUMBER() OVER (ORDER BY account, customer, model), account, customer, '', '', model, '', '', '', ''
        FROM (SELECT DISTINCT account, customer, COALESCE(model, '') AS model FROM usage_events) AS seen
        """,
        totals(of: "quarter", milliseconds: 900_000),
        // Until a merchant names a time zone, days are those of UTC.
        totals(of: "day", milliseconds: 86_400_000),
        // subject: 'account:…', 'customer:…' or 'key:…'; period: 'minute', 'day', 'month' or 'ever'.
        """
        CREATE TABLE limit_counters (
            subject TEXT NOT NULL,
            period TEXT NOT NULL,
            starts_at BIGINT NOT NULL,
            requests BIGINT NOT NULL,
            tokens BIGINT NOT NULL,
            cost_micros BIGINT NOT NULL,
            spend_micros BIGINT NOT NULL,
            held_requests BIGINT NOT NULL,
            held_tokens BIGINT NOT NULL,
            held_cost_micros BIGINT NOT NULL,
            held_spend_micros BIGINT NOT NULL,
            PRIMARY KEY (subject, period, starts_at)
        )
        """,
        """
        CREATE TABLE usage_imports (
            account TEXT NOT NULL REFERENCES accounts (id),
            fingerprint TEXT NOT NULL,
            name TEXT NOT NULL,
            position BIGINT NOT NULL,
            line BIGINT NOT NULL,
            accepted BIGINT NOT NULL,
            duplicate BIGINT NOT NULL,
            rejected BIGINT NOT NULL,
            started_at BIGINT NOT NULL,
            updated_at BIGINT NOT NULL,
            finished_at BIGINT,
            PRIMARY KEY (account, fingerprint)
        )
        """,
    ]

    private static func totals(of span: String, milliseconds: Int) -> String {
        """
        INSERT INTO usage_totals (series, span, starts_at, requests, late, cost_micros, price_micros, latency_ms,
            latencies, input_tokens, output_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens,
            reasoning_tokens)
        SELECT usage_series.id, '\(span)', usage_events.time / \(milliseconds) * \(milliseconds), COUNT(*), 0,
            CAST(SUM(usage_events.cost_micros) AS BIGINT), CAST(SUM(usage_events.price_micros) AS BIGINT),
            0, 0, 0, 0, 0, 0, 0, 0
        FROM usage_events JOIN usage_series ON usage_series.customer = usage_events.customer
            AND usage_series.model = COALESCE(usage_events.model, '')
        GROUP BY usage_series.id, usage_events.time / \(milliseconds)
        """
    }
}
