extension Schema {
    static let reconciling = [
        """
        CREATE TABLE reconciliations (
            id TEXT PRIMARY KEY,
            account TEXT REFERENCES accounts (id),
            status TEXT NOT NULL,
            cursor TEXT NOT NULL,
            summary TEXT NOT NULL,
            started_at BIGINT NOT NULL,
            finished_at BIGINT
        )
        """,
        """
        CREATE TABLE discrepancies (
            id TEXT PRIMARY KEY,
            reconciliation TEXT NOT NULL REFERENCES reconciliations (id),
            account TEXT NOT NULL REFERENCES accounts (id),
            kind TEXT NOT NULL,
            object TEXT NOT NULL,
            amount_micros BIGINT NOT NULL,
            currency TEXT NOT NULL,
            detail TEXT NOT NULL,
            found_at BIGINT NOT NULL
        )
        """,
        "CREATE INDEX discrepancies_by_reconciliation ON discrepancies (reconciliation, id)",
        """
        CREATE TABLE balance_transactions (
            account TEXT NOT NULL REFERENCES accounts (id),
            id TEXT NOT NULL,
            type TEXT NOT NULL,
            amount BIGINT NOT NULL,
            fee BIGINT NOT NULL,
            currency TEXT NOT NULL,
            source TEXT,
            payment_intent TEXT,
            created BIGINT NOT NULL,
            PRIMARY KEY (account, id)
        )
        """,
        "CREATE INDEX balance_transactions_by_payment ON balance_transactions (account, payment_intent)",
        """
        CREATE TABLE sweep_cursors (
            account TEXT NOT NULL REFERENCES accounts (id),
            stream TEXT NOT NULL,
            position BIGINT NOT NULL,
            PRIMARY KEY (account, stream)
        )
        """,
    ]
}
