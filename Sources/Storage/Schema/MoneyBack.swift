extension Schema {
    /// Money that comes back: refunds, disputes, and what they take back from wallets.
    static let moneyBack = [
        """
        CREATE TABLE refunds (
            id TEXT PRIMARY KEY,
            account TEXT NOT NULL REFERENCES accounts (id),
            customer TEXT NOT NULL REFERENCES customers (id),
            charge TEXT REFERENCES charges (id),
            top_up TEXT REFERENCES top_ups (id),
            amount BIGINT NOT NULL,
            currency TEXT NOT NULL,
            reason TEXT,
            with_application_fee INTEGER NOT NULL,
            origin TEXT NOT NULL,
            status TEXT NOT NULL,
            failure_reason TEXT,
            stripe_refund TEXT,
            posted INTEGER NOT NULL,
            created_at BIGINT NOT NULL,
            updated_at BIGINT NOT NULL,
            CONSTRAINT refund_of_something CHECK (amount > 0 AND (charge IS NOT NULL OR top_up IS NOT NULL))
        )
        """,
        "CREATE UNIQUE INDEX refunds_by_stripe_refund ON refunds (stripe_refund)",
        "CREATE INDEX refunds_by_account ON refunds (account, id)",
        "CREATE INDEX refunds_by_customer ON refunds (customer, id)",
        "CREATE INDEX refunds_by_charge ON refunds (charge, id)",
        "CREATE INDEX refunds_by_top_up ON refunds (top_up, id)",
        "CREATE INDEX refunds_open ON refunds (account, id) WHERE status IN ('pending', 'requires_action')",
        """
        CREATE TABLE disputes (
            id TEXT PRIMARY KEY,
            account TEXT NOT NULL REFERENCES accounts (id),
            customer TEXT NOT NULL REFERENCES customers (id),
            charge TEXT REFERENCES charges (id),
            top_up TEXT REFERENCES top_ups (id),
            stripe_dispute TEXT NOT NULL,
            amount BIGINT NOT NULL,
            currency TEXT NOT NULL,
            reason TEXT,
            status TEXT NOT NULL,
            withdrawn BIGINT NOT NULL,
            evidence_due_by BIGINT,
            created_at BIGINT NOT NULL,
            updated_at BIGINT NOT NULL
        )
        """,
        "CREATE UNIQUE INDEX disputes_by_stripe_dispute ON disputes (stripe_dispute)",
        "CREATE INDEX disputes_by_account ON disputes (account, id)",
        "CREATE INDEX disputes_by_customer ON disputes (customer, id)",
        "CREATE INDEX disputes_by_charge ON disputes (charge, id)",
        "CREATE INDEX disputes_by_top_up ON disputes (top_up, id)",
        """
        CREATE INDEX disputes_open ON disputes (account, id)
        WHERE status NOT IN ('won', 'lost', 'prevented', 'warning_closed')
        """,
        // What a dispute moved, in minor units: above zero what was withdrawn, below zero what came back.
        """
        CREATE TABLE dispute_movements (
            account TEXT NOT NULL REFERENCES accounts (id),
            balance_transaction TEXT NOT NULL,
            dispute TEXT NOT NULL REFERENCES disputes (id),
            amount BIGINT NOT NULL,
            PRIMARY KEY (account, balance_transaction)
        )
        """,
        "CREATE INDEX dispute_movements_by_dispute ON dispute_movements (dispute)",
        // Minor units that were given back or are on their way back; the rest of a payment is what can be refunded.
        "ALTER TABLE charges ADD COLUMN refunded BIGINT NOT NULL DEFAULT 0",
        "ALTER TABLE top_ups ADD COLUMN refunded BIGINT NOT NULL DEFAULT 0",
        // What open disputes and refunds under way may yet take back of a lot: so much of it stays.
        "ALTER TABLE wallet_lots ADD COLUMN claimed_micros BIGINT NOT NULL DEFAULT 0",
        "ALTER TABLE outbox ADD COLUMN refund TEXT REFERENCES refunds (id)",
        "CREATE INDEX outbox_by_refund ON outbox (refund)",
    ]
}
