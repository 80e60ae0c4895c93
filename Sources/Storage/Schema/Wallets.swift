extension Schema {
    /// What was paid or given ahead, lot by lot; what is set apart for requests in flight; and who was told.
    static let wallets = [
        // What changes with every usage of a customer: what rounding left, as whole and fraction of a micro.
        """
        CREATE TABLE customer_meters (
            customer TEXT PRIMARY KEY REFERENCES customers (id),
            cost_carry TEXT NOT NULL,
            price_carry TEXT NOT NULL,
            held_micros BIGINT NOT NULL,
            next_expiry BIGINT,
            filled_micros BIGINT NOT NULL,
            filled_at BIGINT NOT NULL,
            CONSTRAINT held_never_below_zero CHECK (held_micros >= 0)
        )
        """,
        """
        INSERT INTO customer_meters (customer, cost_carry, price_carry, held_micros, filled_micros, filled_at)
        SELECT id, '0', '0.' || SUBSTR(CAST(1000000 + price_carry AS TEXT), 2), 0, 0, created_at FROM customers
        """,
        """
        CREATE TABLE wallet_lots (
            id TEXT PRIMARY KEY,
            account TEXT NOT NULL REFERENCES accounts (id),
            customer TEXT NOT NULL REFERENCES customers (id),
            kind TEXT NOT NULL,
            priority INTEGER NOT NULL,
            expires_at BIGINT,
            amount_micros BIGINT NOT NULL,
            remaining_micros BIGINT NOT NULL,
            top_up TEXT REFERENCES top_ups (id),
            reason TEXT,
            created_at BIGINT NOT NULL,
            CONSTRAINT lot_within_bounds CHECK (remaining_micros >= 0 AND remaining_micros <= amount_micros)
        )
        """,
        "CREATE INDEX wallet_lots_by_customer ON wallet_lots (customer, id)",
        "CREATE INDEX wallet_lots_to_spend ON wallet_lots (customer) WHERE remaining_micros > 0",
        """
        CREATE INDEX wallet_lots_to_expire ON wallet_lots (expires_at)
        WHERE remaining_micros > 0 AND expires_at IS NOT NULL
        """,
        // Which lots an entry took from (above zero) or gave back to (below zero).
        """
        CREATE TABLE lot_debits (
            entry BIGINT NOT NULL REFERENCES journal_entries (sequence),
            lot TEXT NOT NULL REFERENCES wallet_lots (id),
            amount_micros BIGINT NOT NULL,
            PRIMARY KEY (entry, lot)
        )
        """,
        "CREATE INDEX lot_debits_by_lot ON lot_debits (lot)",
        // A wallet that was filled before lots were kept is one lot.
        """
        INSERT INTO wallet_lots (id, account, customer, kind, priority, amount_micros, remaining_micros, reason,
            created_at)
        SELECT 'blot_' || SUBSTR(customers.id, 6), customers.account, customers.id, 'paid', 100, -balance, -balance,
            'brought forward', customers.created_at
        FROM ledger_accounts JOIN customers ON customers.id = ledger_accounts.customer
        WHERE ledger_accounts.kind = 'wallet' AND ledger_accounts.balance < 0
        """,
        """
        CREATE TABLE authorizations (
            id TEXT PRIMARY KEY,
            account TEXT NOT NULL REFERENCES accounts (id),
            customer TEXT NOT NULL REFERENCES customers (id),
            api_key TEXT,
            status TEXT NOT NULL,
            held_micros BIGINT NOT NULL,
            held_cost_micros BIGINT NOT NULL,
            held_tokens BIGINT NOT NULL,
            estimate TEXT NOT NULL,
            usage_event TEXT,
            captured_micros BIGINT,
            expires_at BIGINT NOT NULL,
            created_at BIGINT NOT NULL,
            settled_at BIGINT
        )
        """,
        "CREATE INDEX authorizations_by_account ON authorizations (account, id)",
        "CREATE INDEX authorizations_by_customer ON authorizations (customer, id)",
        "CREATE INDEX authorizations_held ON authorizations (customer, expires_at) WHERE status = 'held'",
        "CREATE INDEX authorizations_to_expire ON authorizations (expires_at) WHERE status = 'held'",
        """
        CREATE TABLE alerts (
            id TEXT PRIMARY KEY,
            account TEXT NOT NULL REFERENCES accounts (id),
            customer TEXT REFERENCES customers (id),
            api_key TEXT,
            kind TEXT NOT NULL,
            measure TEXT NOT NULL,
            percent INTEGER NOT NULL,
            period_start BIGINT NOT NULL,
            used BIGINT NOT NULL,
            cap BIGINT NOT NULL,
            subject TEXT NOT NULL,
            created_at BIGINT NOT NULL,
            UNIQUE (subject, kind, measure, percent, period_start)
        )
        """,
        "CREATE INDEX alerts_by_account ON alerts (account, id)",
        "CREATE INDEX alerts_by_kind ON alerts (account, kind, id)",
        "CREATE INDEX alerts_by_customer ON alerts (customer, id)",
        "ALTER TABLE top_ups ADD COLUMN automatic INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE top_ups ADD COLUMN reason TEXT",
        "ALTER TABLE top_ups ADD COLUMN pay_token TEXT",
        "CREATE UNIQUE INDEX top_ups_one_automatic ON top_ups (customer)"
            + " WHERE automatic = 1 AND status IN ('creating', 'open', 'pending')",
        // How the automatic top-ups of a customer went, and when the wallet is to be looked at next.
        """
        CREATE TABLE auto_top_ups (
            customer TEXT PRIMARY KEY REFERENCES customers (id),
            due_at BIGINT,
            declines INTEGER NOT NULL,
            last_started_at BIGINT,
            month_start BIGINT,
            month_total BIGINT NOT NULL,
            stopped_at BIGINT,
            stop_reason TEXT
        )
        """,
        "CREATE INDEX auto_top_ups_due ON auto_top_ups (due_at) WHERE due_at IS NOT NULL",
        // A command may now be of a top-up, too.
        """
        CREATE TABLE outgoing (
            id TEXT PRIMARY KEY,
            account TEXT NOT NULL REFERENCES accounts (id),
            charge TEXT REFERENCES charges (id),
            top_up TEXT REFERENCES top_ups (id),
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
        """
        INSERT INTO outgoing (id, account, charge, kind, request, state, attempts, first_sent_at, next_attempt_at,
            last_error, created_at)
        SELECT id, account, charge, kind, request, state, attempts, first_sent_at, next_attempt_at, last_error,
            created_at
        FROM outbox
        """,
        "DROP TABLE outbox",
        "ALTER TABLE outgoing RENAME TO outbox",
        "CREATE INDEX outbox_waiting ON outbox (next_attempt_at) WHERE state = 'waiting'",
        "CREATE INDEX outbox_parked ON outbox (id) WHERE state = 'parked'",
        "CREATE INDEX outbox_by_charge ON outbox (charge)",
        "CREATE INDEX outbox_by_top_up ON outbox (top_up)",
    ]
}
