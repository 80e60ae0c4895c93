extension Schema {
    /// What a usage event says in full, how it was priced, and what prices there are.
    static let rating = [
        "ALTER TABLE usage_events ADD COLUMN kind TEXT NOT NULL DEFAULT 'usage'",
        "ALTER TABLE usage_events ADD COLUMN corrects TEXT",
        "ALTER TABLE usage_events ADD COLUMN provider TEXT",
        "ALTER TABLE usage_events ADD COLUMN feature TEXT",
        "ALTER TABLE usage_events ADD COLUMN action TEXT",
        "ALTER TABLE usage_events ADD COLUMN product TEXT",
        "ALTER TABLE usage_events ADD COLUMN organization TEXT",
        "ALTER TABLE usage_events ADD COLUMN api_key TEXT",
        "ALTER TABLE usage_events ADD COLUMN latency_ms BIGINT",
        "ALTER TABLE usage_events ADD COLUMN quantities TEXT NOT NULL DEFAULT '{}'",
        // NULL for what was priced before lines were kept.
        "ALTER TABLE usage_events ADD COLUMN rated TEXT",
        // What the caller said, to tell a repeat from another event under the same name.
        "ALTER TABLE usage_events ADD COLUMN fingerprint BYTEA",
        // The period it counts in: when it happened, or when it came if that period was closed.
        "ALTER TABLE usage_events ADD COLUMN counted_at BIGINT",
        "ALTER TABLE usage_events ADD COLUMN late INTEGER NOT NULL DEFAULT 0",
        // The journal entry that posted it; NULL when there was nothing to post.
        "ALTER TABLE usage_events ADD COLUMN entry BIGINT",
        "ALTER TABLE usage_events ADD COLUMN authorization_id TEXT",
        "UPDATE usage_events SET counted_at = time",
        """
        UPDATE usage_events SET entry = (
            SELECT sequence FROM journal_entries
            WHERE book = usage_events.account AND reference = 'usage:' || usage_events.id)
        """,
        "CREATE UNIQUE INDEX usage_events_corrected_once ON usage_events (corrects) WHERE corrects IS NOT NULL",
        "CREATE INDEX usage_events_by_entry ON usage_events (entry)",
        """
        CREATE TABLE price_imports (
            id TEXT PRIMARY KEY,
            number BIGINT NOT NULL UNIQUE,
            account TEXT REFERENCES accounts (id),
            source TEXT NOT NULL,
            version TEXT NOT NULL,
            prices INTEGER NOT NULL,
            imported_at BIGINT NOT NULL
        )
        """,
        "CREATE INDEX price_imports_by_account ON price_imports (account, number)",
        """
        CREATE TABLE prices (
            import TEXT NOT NULL REFERENCES price_imports (id),
            place INTEGER NOT NULL,
            price TEXT NOT NULL,
            PRIMARY KEY (import, place)
        )
        """,
        """
        CREATE TABLE meters (
            id TEXT PRIMARY KEY,
            account TEXT NOT NULL REFERENCES accounts (id),
            slug TEXT NOT NULL,
            name TEXT NOT NULL,
            definition TEXT NOT NULL,
            archived_at BIGINT,
            created_at BIGINT NOT NULL,
            UNIQUE (account, slug)
        )
        """,
        """
        CREATE TABLE meter_states (
            meter TEXT NOT NULL REFERENCES meters (id),
            customer TEXT NOT NULL REFERENCES customers (id),
            span TEXT NOT NULL,
            starts_at BIGINT NOT NULL,
            state TEXT NOT NULL,
            PRIMARY KEY (meter, customer, span, starts_at)
        )
        """,
        """
        CREATE TABLE meter_uniques (
            meter TEXT NOT NULL REFERENCES meters (id),
            customer TEXT NOT NULL REFERENCES customers (id),
            span TEXT NOT NULL,
            starts_at BIGINT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (meter, customer, span, starts_at, value)
        )
        """,
        """
        CREATE TABLE products (
            id TEXT PRIMARY KEY,
            account TEXT NOT NULL REFERENCES accounts (id),
            slug TEXT NOT NULL,
            name TEXT NOT NULL,
            definition TEXT NOT NULL,
            archived_at BIGINT,
            created_at BIGINT NOT NULL,
            updated_at BIGINT NOT NULL,
            UNIQUE (account, slug)
        )
        """,
    ]
}
