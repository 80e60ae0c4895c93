extension Schema {
    /// How a charge that was not paid is followed, and what is told of it.
    static let dunning = [
        "ALTER TABLE charges ADD COLUMN dunning_since BIGINT",
        // When the worker looks at it next: for a try, or for the end.
        "ALTER TABLE charges ADD COLUMN dunning_due_at BIGINT",
        "ALTER TABLE charges ADD COLUMN dunning_wait TEXT",
        "ALTER TABLE charges ADD COLUMN dunning_ended_at BIGINT",
        "ALTER TABLE charges ADD COLUMN dunning_end_reason TEXT",
        "CREATE INDEX charges_dunning_due ON charges (dunning_due_at) WHERE dunning_due_at IS NOT NULL",
        """
        CREATE TABLE charge_attempts (
            charge TEXT NOT NULL REFERENCES charges (id),
            number INTEGER NOT NULL,
            at BIGINT NOT NULL,
            origin TEXT NOT NULL,
            method TEXT,
            outcome TEXT,
            ended_at BIGINT,
            code TEXT,
            advice TEXT,
            PRIMARY KEY (charge, number)
        )
        """,
        // What is open is followed from now on: of its tries only the last is known, and the worker looks at once at
        // what has failed.
        """
        INSERT INTO charge_attempts (charge, number, at, origin, method, outcome, ended_at, code, advice)
        SELECT c.id, c.attempt, c.updated_at, CASE WHEN c.attempt = 1 THEN 'charge' ELSE 'request' END,
            u.payment_method, CASE c.status WHEN 'failed' THEN 'declined' WHEN 'requires_action' THEN 'requires_action'
                ELSE NULL END,
            CASE c.status WHEN 'pending' THEN NULL ELSE c.updated_at END, c.reason, c.advice_code
        FROM charges c JOIN customers u ON u.id = c.customer
        WHERE c.status IN ('pending', 'requires_action', 'failed')
        """,
        "UPDATE charges SET dunning_due_at = 0 WHERE status IN ('requires_action', 'failed')",
        "ALTER TABLE alerts ADD COLUMN charge TEXT REFERENCES charges (id)",
        "ALTER TABLE alerts ADD COLUMN reason TEXT",
        "ALTER TABLE alerts ADD COLUMN url TEXT",
    ]
}
