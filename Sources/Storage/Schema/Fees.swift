extension Schema {
    /// What payments have cost, by the customer who paid: so that a margin need not read the lines of Stripe's balance
    /// again.
    static let fees = [
        // starts_at: a quarter of an hour, in UTC, which fits every time zone. customer: '' for fees of no payment of
        // ours.
        """
        CREATE TABLE payment_fees (
            account TEXT NOT NULL REFERENCES accounts (id),
            starts_at BIGINT NOT NULL,
            customer TEXT NOT NULL,
            currency TEXT NOT NULL,
            processor_micros BIGINT NOT NULL,
            application_micros BIGINT NOT NULL,
            PRIMARY KEY (account, starts_at, customer, currency)
        )
        """,
        """
        INSERT INTO payment_fees (account, starts_at, customer, currency, processor_micros, application_micros)
        SELECT b.account, b.created / 900000 * 900000, COALESCE(c.customer, t.customer, ''), l.currency,
            CAST(SUM(CASE l.kind WHEN 'processor_fees' THEN p.amount ELSE 0 END) AS BIGINT),
            CAST(SUM(CASE l.kind WHEN 'application_fees' THEN p.amount ELSE 0 END) AS BIGINT)
        FROM balance_transactions b
        JOIN journal_entries e ON e.book = b.account AND e.reference = 'stripe:' || b.id
        JOIN postings p ON p.entry = e.sequence
        JOIN ledger_accounts l ON l.id = p.account AND l.kind IN ('processor_fees', 'application_fees')
        LEFT JOIN charges c ON c.payment_intent = b.payment_intent
        LEFT JOIN top_ups t ON t.payment_intent = b.payment_intent
        GROUP BY b.account, b.created / 900000 * 900000, COALESCE(c.customer, t.customer, ''), l.currency
        """,
    ]
}
