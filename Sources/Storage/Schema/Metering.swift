extension Schema {
    static let metering = [
        """
        CREATE TABLE usage_events (
            id TEXT PRIMARY KEY,
            account TEXT NOT NULL REFERENCES accounts (id),
            customer TEXT NOT NULL REFERENCES customers (id),
            source TEXT NOT NULL,
            event_id TEXT NOT NULL,
            time BIGINT NOT NULL,
            cost_micros BIGINT NOT NULL,
            price_micros BIGINT NOT NULL,
            markup_ppm BIGINT NOT NULL,
            model TEXT,
            metadata TEXT NOT NULL,
            received_at BIGINT NOT NULL,
            UNIQUE (account, source, event_id)
        )
        """,
        "CREATE INDEX usage_events_by_customer ON usage_events (customer, id)",
    ]
}
