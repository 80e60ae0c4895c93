extension Schema {
    /// What has paid for usage, so that what is given back goes back to it.
    static let settlings = [
        "ALTER TABLE lot_debits ADD COLUMN returned_micros BIGINT NOT NULL DEFAULT 0",
        // The entry that made the lot, by giving back what no lot had paid.
        "ALTER TABLE wallet_lots ADD COLUMN given_back_by BIGINT REFERENCES journal_entries (sequence)",
        "CREATE INDEX wallet_lots_given_back ON wallet_lots (given_back_by) WHERE given_back_by IS NOT NULL",
        // The charge that is to pay for the lot, which stays frozen until it has.
        "ALTER TABLE wallet_lots ADD COLUMN charge TEXT REFERENCES charges (id)",
        "CREATE INDEX wallet_lots_by_charge ON wallet_lots (charge) WHERE charge IS NOT NULL",
        """
        UPDATE lot_debits SET returned_micros = COALESCE((
            SELECT CAST(SUM(-r.amount_micros) AS BIGINT) FROM lot_debits r
            WHERE r.lot = lot_debits.lot AND r.amount_micros < 0 AND r.entry IN (
                SELECT c.entry FROM usage_events u JOIN usage_events c ON c.corrects = u.id
                WHERE u.entry = lot_debits.entry)), 0)
        WHERE amount_micros > 0 AND entry IN (
            SELECT u.entry FROM usage_events c JOIN usage_events u ON u.id = c.corrects WHERE c.corrects IS NOT NULL)
        """,
        // What was taken out of what had accrued, by the wallet or by a charge. left_micros: what was owed afterwards;
        // NULL where nobody remembers.
        """
        CREATE TABLE settlings (
            customer TEXT NOT NULL REFERENCES customers (id),
            entry BIGINT NOT NULL REFERENCES journal_entries (sequence),
            charge TEXT REFERENCES charges (id),
            amount_micros BIGINT NOT NULL,
            returned_micros BIGINT NOT NULL,
            left_micros BIGINT,
            PRIMARY KEY (customer, entry),
            CONSTRAINT settling_within_bounds CHECK (returned_micros >= 0 AND returned_micros <= amount_micros)
        )
        """,
        "CREATE UNIQUE INDEX settlings_by_charge ON settlings (charge)",
        "CREATE INDEX settlings_to_return ON settlings (customer, entry) WHERE returned_micros < amount_micros",
        """
        INSERT INTO settlings (customer, entry, amount_micros, returned_micros)
        SELECT w.customer, d.entry, CAST(SUM(d.amount_micros) AS BIGINT), 0
        FROM journal_entries e JOIN lot_debits d ON d.entry = e.sequence JOIN wallet_lots w ON w.id = d.lot
        WHERE e.reference LIKE 'wallet:%:settled'
        GROUP BY w.customer, d.entry
        """,
        """
        INSERT INTO settlings (customer, entry, charge, amount_micros, returned_micros)
        SELECT c.customer, e.sequence, c.id, -p.amount, 0
        FROM charges c JOIN journal_entries e ON e.book = c.account AND e.reference = 'charge:' || c.id || ':opened'
        JOIN postings p ON p.entry = e.sequence
        JOIN ledger_accounts l ON l.id = p.account AND l.kind = 'accrued'
        WHERE c.status <> 'canceled'
        """,
    ]
}
