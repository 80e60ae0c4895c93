extension Schema {
    /// What money that went back of a charge has done in the books, so that no correction gives the same money again;
    /// and sums of comparisons that are exact at any size.
    static let deductions = [
        // What stands on `refunds` and on `chargebacks` for the charge: what went back, less what corrections of the
        // usage that it had paid have taken off there.
        """
        ALTER TABLE settlings ADD COLUMN refunds_micros BIGINT NOT NULL DEFAULT 0
            CONSTRAINT refunds_never_below_zero CHECK (refunds_micros >= 0)
        """,
        """
        ALTER TABLE settlings ADD COLUMN chargebacks_micros BIGINT NOT NULL DEFAULT 0
            CONSTRAINT chargebacks_never_below_zero CHECK (chargebacks_micros >= 0)
        """,
        // What went back of the credit that corrections had made of the charge, and has not come again.
        """
        ALTER TABLE settlings ADD COLUMN taken_micros BIGINT NOT NULL DEFAULT 0
            CONSTRAINT taken_never_below_zero CHECK (taken_micros >= 0)
        """,
        """
        UPDATE settlings SET refunds_micros = COALESCE((
            SELECT CAST(SUM(r.amount * (settlings.amount_micros / c.amount)) AS BIGINT)
            FROM refunds r JOIN charges c ON c.id = r.charge
            WHERE r.charge = settlings.charge AND r.posted = 1 AND r.status NOT IN ('failed', 'canceled')), 0)
        WHERE charge IS NOT NULL
        """,
        """
        UPDATE settlings SET chargebacks_micros = COALESCE((
            SELECT CAST(SUM(d.withdrawn * (settlings.amount_micros / c.amount)) AS BIGINT)
            FROM disputes d JOIN charges c ON c.id = d.charge
            WHERE d.charge = settlings.charge AND d.withdrawn > 0), 0)
        WHERE charge IS NOT NULL
        """,
        // A way's sum is `millions` × 1,000,000 + `micros`, as it may be more than 64 bits hold.
        "ALTER TABLE reconciliation_legs ADD COLUMN millions BIGINT NOT NULL DEFAULT 0",
        "CREATE INDEX settlings_deducted ON settlings (charge) WHERE refunds_micros > 0 OR chargebacks_micros > 0",
    ]
}
