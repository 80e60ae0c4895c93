extension Schema {
    /// How far Stripe and the books were compared, and what was found.
    static let reconciling = [
        """
        CREATE TABLE reconciliations (
            id TEXT PRIMARY KEY,
            account TEXT REFERENCES accounts (id),
            scope TEXT NOT NULL,
            status TEXT NOT NULL,
            cursor TEXT NOT NULL,
            summary TEXT NOT NULL,
            started_at BIGINT NOT NULL,
            finished_at BIGINT
        )
        """,
        "CREATE INDEX reconciliations_running ON reconciliations (id) WHERE status = 'running'",
        "CREATE INDEX reconciliations_by_scope ON reconciliations (scope, started_at)",
        """
        CREATE TABLE discrepancies (
            id TEXT PRIMARY KEY,
            reconciliation TEXT NOT NULL REFERENCES reconciliations (id),
            account TEXT NOT NULL,
            kind TEXT NOT NULL,
            object TEXT NOT NULL,
            amount_micros BIGINT NOT NULL,
            currency TEXT NOT NULL,
            detail TEXT NOT NULL,
            found_at BIGINT NOT NULL,
            UNIQUE (reconciliation, account, kind, object, currency)
        )
        """,
        "CREATE INDEX discrepancies_by_reconciliation ON discrepancies (reconciliation, id)",
        """
        CREATE TABLE unchecked_accounts (
            reconciliation TEXT NOT NULL REFERENCES reconciliations (id),
            account TEXT NOT NULL REFERENCES accounts (id),
            reason TEXT NOT NULL,
            detail TEXT NOT NULL,
            PRIMARY KEY (reconciliation, account)
        )
        """,
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
            part TEXT NOT NULL,
            created BIGINT NOT NULL,
            PRIMARY KEY (account, id)
        )
        """,
        "CREATE INDEX balance_transactions_by_payment ON balance_transactions (account, payment_intent)",
        """
        CREATE TABLE balance_findings (
            account TEXT NOT NULL,
            balance_transaction TEXT NOT NULL,
            kind TEXT NOT NULL,
            currency TEXT NOT NULL,
            amount_micros BIGINT NOT NULL,
            in_suspense INTEGER NOT NULL,
            detail TEXT NOT NULL,
            PRIMARY KEY (account, balance_transaction, kind, currency)
        )
        """,
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
