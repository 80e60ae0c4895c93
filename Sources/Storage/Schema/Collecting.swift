extension Schema {
    /// What customers are asked to pay: charges of what accrued, and top-ups of wallets.
    static let collecting = [
        """
        CREATE TABLE charges (
            id TEXT PRIMARY KEY,
            account TEXT NOT NULL REFERENCES accounts (id),
            customer TEXT NOT NULL REFERENCES customers (id),
            amount BIGINT NOT NULL,
            currency TEXT NOT NULL,
            application_fee BIGINT NOT NULL,
            status TEXT NOT NULL,
            reason TEXT,
            advice_code TEXT,
            payment_intent TEXT,
            attempt INTEGER NOT NULL,
            pay_token TEXT NOT NULL,
            created_at BIGINT NOT NULL,
            updated_at BIGINT NOT NULL
        )
        """,
        "CREATE UNIQUE INDEX charges_by_payment_intent ON charges (payment_intent)",
        "CREATE INDEX charges_by_account ON charges (account, id)",
        "CREATE INDEX charges_by_customer ON charges (customer, id)",
        """
        CREATE UNIQUE INDEX charges_one_open ON charges (customer)
        WHERE status IN ('pending', 'requires_action', 'failed')
        """,
        """
        CREATE INDEX charges_open ON charges (account, id) WHERE status IN ('pending', 'requires_action', 'failed')
        """,
        "CREATE INDEX charges_paid ON charges (account, updated_at) WHERE status = 'paid'",
        """
        CREATE TABLE top_ups (
            id TEXT PRIMARY KEY,
            account TEXT NOT NULL REFERENCES accounts (id),
            customer TEXT NOT NULL REFERENCES customers (id),
            amount BIGINT NOT NULL,
            currency TEXT NOT NULL,
            application_fee BIGINT NOT NULL,
            status TEXT NOT NULL,
            checkout_session TEXT,
            payment_intent TEXT,
            url TEXT,
            created_at BIGINT NOT NULL,
            updated_at BIGINT NOT NULL
        )
        """,
        "CREATE UNIQUE INDEX top_ups_by_session ON top_ups (checkout_session)",
        "CREATE UNIQUE INDEX top_ups_by_payment_intent ON top_ups (payment_intent)",
        "CREATE INDEX top_ups_by_account ON top_ups (account, id)",
        "CREATE INDEX top_ups_paid ON top_ups (account, updated_at) WHERE status = 'paid'",
        "CREATE INDEX top_ups_open ON top_ups (account, id) WHERE status IN ('creating', 'open', 'pending')",
    ]
}
