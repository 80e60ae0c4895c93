extension Schema {
    /// What limits look at besides the running totals, whom they have told, and the chain of what was changed.
    static let caps = [
        // What the event was counted under, which the customer may have left since; NULL for what came before.
        "ALTER TABLE usage_events ADD COLUMN counted_organization TEXT",
        """
        CREATE INDEX usage_events_taken_back_of_customer ON usage_events (customer, counted_at)
        WHERE corrects IS NOT NULL
        """,
        """
        CREATE INDEX usage_events_taken_back_of_account ON usage_events (account, counted_at)
        WHERE corrects IS NOT NULL
        """,
        // A limit that was raised or lowered is another one.
        """
        UPDATE alerts SET subject = subject || ' cap:' || CAST(cap AS TEXT)
        WHERE kind IN ('limit', 'limit_reached', 'throttled') AND measure <> 'wallet'
        """,
        // Each entry of the audit log holds a link to the one before it.
        "ALTER TABLE audit_log ADD COLUMN sequence BIGINT",
        "ALTER TABLE audit_log ADD COLUMN hash BYTEA",
        "CREATE UNIQUE INDEX audit_log_in_order ON audit_log (sequence)",
        """
        CREATE TABLE audit_end (
            id INTEGER PRIMARY KEY,
            sequence BIGINT NOT NULL,
            hash BYTEA NOT NULL,
            CONSTRAINT one_audit_end CHECK (id = 1)
        )
        """,
    ]
}
