extension Schema {
    /// What came in, before it is worked off; what goes out, before it is sent; and what our own callers were answered.
    static let doors = [
        """
        CREATE TABLE inbox (
            event_id TEXT PRIMARY KEY,
            endpoint TEXT NOT NULL,
            type TEXT NOT NULL,
            stripe_account TEXT,
            livemode INTEGER NOT NULL,
            created BIGINT NOT NULL,
            body BYTEA NOT NULL,
            state TEXT NOT NULL,
            reason TEXT,
            attempts INTEGER NOT NULL,
            next_attempt_at BIGINT NOT NULL,
            received_at BIGINT NOT NULL
        )
        """,
        "CREATE INDEX inbox_waiting ON inbox (next_attempt_at) WHERE state = 'received'",
        "CREATE INDEX inbox_by_time ON inbox (received_at, event_id)",
        "CREATE INDEX inbox_parked ON inbox (received_at, event_id) WHERE state = 'parked'",
        """
        CREATE TABLE outbox (
            id TEXT PRIMARY KEY,
            account TEXT NOT NULL REFERENCES accounts (id),
            charge TEXT NOT NULL REFERENCES charges (id),
            kind TEXT NOT NULL,
            request TEXT NOT NULL,
            state TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            first_sent_at BIGINT,
            next_attempt_at BIGINT NOT NULL,
            last_error TEXT,
            created_at BIGINT NOT NULL
        )
        """,
        "CREATE INDEX outbox_waiting ON outbox (next_attempt_at) WHERE state = 'waiting'",
        "CREATE INDEX outbox_parked ON outbox (id) WHERE state = 'parked'",
        "CREATE INDEX outbox_by_charge ON outbox (charge)",
        """
        CREATE TABLE idempotency_keys (
            scope TEXT NOT NULL,
            key TEXT NOT NULL,
            fingerprint BYTEA NOT NULL,
            claim TEXT,
            claimed_at BIGINT NOT NULL,
            status INTEGER,
            body BYTEA,
            sealed INTEGER NOT NULL,
            created_at BIGINT NOT NULL,
            PRIMARY KEY (scope, key)
        )
        """,
        "CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at)",
    ]
}
