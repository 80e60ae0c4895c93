extension Schema {
    /// What each way of a comparison came to, and which rows a difference is between.
    static let fourWay = [
        "ALTER TABLE discrepancies ADD COLUMN event TEXT",
        "ALTER TABLE discrepancies ADD COLUMN entry BIGINT",
        "ALTER TABLE discrepancies ADD COLUMN reference TEXT",
        "ALTER TABLE discrepancies ADD COLUMN balance_transaction TEXT",
        "ALTER TABLE discrepancies ADD COLUMN expected_micros BIGINT",
        "ALTER TABLE discrepancies ADD COLUMN found_micros BIGINT",
        """
        CREATE TABLE reconciliation_legs (
            reconciliation TEXT NOT NULL REFERENCES reconciliations (id),
            account TEXT NOT NULL REFERENCES accounts (id),
            leg TEXT NOT NULL,
            currency TEXT NOT NULL,
            items BIGINT NOT NULL,
            micros BIGINT NOT NULL,
            PRIMARY KEY (reconciliation, account, leg, currency)
        )
        """,
        // Up to which entry of the journal usage was compared as it came, and the last event from before lines were
        // kept: every later one has a line.
        """
        CREATE TABLE usage_comparisons (
            id INTEGER PRIMARY KEY,
            sequence BIGINT NOT NULL,
            last_without_line TEXT NOT NULL,
            CONSTRAINT one_comparison CHECK (id = 1)
        )
        """,
        """
        INSERT INTO usage_comparisons (id, sequence, last_without_line)
        SELECT 1, (SELECT COALESCE(MAX(sequence), 0) FROM journal_entries),
            (SELECT COALESCE(MAX(id), '') FROM usage_events WHERE rated IS NULL)
        """,
        // Since when, by our clock, a line is in the books that Stripe's list of lines has not told of.
        "ALTER TABLE balance_transactions ADD COLUMN unlisted_since BIGINT",
        """
        CREATE INDEX balance_transactions_unlisted ON balance_transactions (account, id)
        WHERE unlisted_since IS NOT NULL
        """,
        "CREATE INDEX balance_transactions_by_source ON balance_transactions (account, source)",
    ]
}
