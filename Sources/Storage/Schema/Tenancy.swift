extension Schema {
    /// Merchants, their keys, and their customers.
    static let tenancy = [
        """
        CREATE TABLE accounts (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            email TEXT,
            country TEXT,
            currency TEXT NOT NULL,
            stripe_mode TEXT NOT NULL,
            stripe_account TEXT,
            status TEXT NOT NULL,
            status_reason TEXT,
            requirements_due TEXT NOT NULL,
            markup_ppm BIGINT NOT NULL,
            application_fee_ppm BIGINT NOT NULL,
            application_fee_fixed BIGINT NOT NULL,
            cycle TEXT NOT NULL,
            charge_threshold BIGINT,
            top_up_minimum BIGINT,
            top_up_maximum BIGINT,
            next_run_at BIGINT,
            created_at BIGINT NOT NULL
        )
        """,
        "CREATE UNIQUE INDEX accounts_by_stripe_account ON accounts (stripe_account)",
        // Events without an account are the platform's own, so only one merchant can be that.
        "CREATE UNIQUE INDEX accounts_one_platform ON accounts (stripe_mode) WHERE stripe_mode = 'platform'",
        "CREATE INDEX accounts_by_next_run ON accounts (next_run_at) WHERE next_run_at IS NOT NULL",
        """
        CREATE TABLE api_keys (
            id TEXT PRIMARY KEY,
            account TEXT REFERENCES accounts (id),
            origin TEXT NOT NULL,
            name TEXT NOT NULL,
            secret_hash BYTEA NOT NULL UNIQUE,
            hint TEXT NOT NULL,
            created_at BIGINT NOT NULL,
            revoked_at BIGINT
        )
        """,
        "CREATE INDEX api_keys_by_account ON api_keys (account)",
        """
        CREATE TABLE oauth_states (
            state_hash BYTEA PRIMARY KEY,
            account TEXT NOT NULL REFERENCES accounts (id),
            expires_at BIGINT NOT NULL
        )
        """,
        "CREATE INDEX oauth_states_by_account ON oauth_states (account)",
        "CREATE INDEX oauth_states_by_expiry ON oauth_states (expires_at)",
        """
        CREATE TABLE onboardings (
            account TEXT PRIMARY KEY REFERENCES accounts (id),
            attempt INTEGER NOT NULL,
            request TEXT,
            written_at BIGINT,
            asked INTEGER NOT NULL,
            answered INTEGER NOT NULL,
            asked_at BIGINT NOT NULL
        )
        """,
        "CREATE INDEX onboardings_by_asked ON onboardings (asked_at)",
        """
        CREATE TABLE onboarding_links (
            token_hash BYTEA PRIMARY KEY,
            account TEXT NOT NULL REFERENCES accounts (id),
            return_url TEXT,
            refresh_url TEXT,
            visits INTEGER NOT NULL,
            expires_at BIGINT NOT NULL
        )
        """,
        "CREATE INDEX onboarding_links_by_account ON onboarding_links (account)",
        "CREATE INDEX onboarding_links_by_expiry ON onboarding_links (expires_at)",
        """
        CREATE TABLE customers (
            id TEXT PRIMARY KEY,
            account TEXT NOT NULL REFERENCES accounts (id),
            external_id TEXT NOT NULL,
            name TEXT,
            email TEXT,
            metadata TEXT NOT NULL,
            stripe_customer TEXT,
            payment_method TEXT,
            price_carry BIGINT NOT NULL,
            charge_due INTEGER NOT NULL,
            created_at BIGINT NOT NULL,
            UNIQUE (account, external_id)
        )
        """,
        "CREATE INDEX customers_charge_due ON customers (id) WHERE charge_due = 1",
        "CREATE INDEX customers_by_stripe_customer ON customers (account, stripe_customer)",
    ]
}
