public import Billing

/// Refunds and disputes, each beside the entries that moved their money.
extension AuditStore {
    /// A refund with what its entries moved on `stripe_balance`, in micros; `nil` where there is no entry.
    public struct RefundEntries: Sendable {
        public let refund: Refund
        public let gone: Int64?
        public let back: Int64?
    }

    public func refunds(account: ConnectedAccount.ID?, after: String, limit: Int) throws -> [RefundEntries] {
        try tx.query(
            """
            SELECT c.*, \(Self.atStripe("'stripe:' || c.stripe_refund || ':refunded'")) AS gone,
                \(Self.atStripe("'stripe:' || c.stripe_refund || ':returned'")) AS back
            FROM (SELECT * FROM refunds WHERE id > $1 AND ($2 = '' OR account = $2) ORDER BY id LIMIT $3) c
            ORDER BY c.id
            """, after, account?.text ?? "", limit
        ).map { row in
            RefundEntries(
                refund: try RefundStore.refund(row), gone: try row.int64OrNil("gone"),
                back: try row.int64OrNil("back"))
        }
    }

    /// A dispute with what its movements come to, and what their entries moved on `stripe_balance`.
    public struct DisputeEntries: Sendable {
        public let dispute: Dispute
        /// Minor units: what was withdrawn, less what came back.
        public let moved: Int64
        /// Micros, credits negative.
        public let booked: Int64
        /// Movements that no entry has.
        public let unbooked: Int64
    }

    public func disputes(account: ConnectedAccount.ID?, after: String, limit: Int) throws -> [DisputeEntries] {
        try tx.query(
            """
            SELECT d.id, d.account, d.customer, d.charge, d.top_up, d.stripe_dispute, d.amount, d.currency, d.reason,
                d.status, d.withdrawn, d.evidence_due_by, d.created_at, d.updated_at,
                CAST(COALESCE(SUM(d.moved), 0) AS BIGINT) AS sum_moved,
                CAST(COALESCE(SUM(d.booked), 0) AS BIGINT) AS sum_booked,
                CAST(COALESCE(SUM(CASE WHEN d.moved <> 0 AND d.booked IS NULL THEN 1 ELSE 0 END), 0) AS BIGINT)
                    AS unbooked
            FROM (
                SELECT c.*, m.amount AS moved,
                    \(Self.atStripe("'stripe:' || m.balance_transaction || ':disputed'")) AS booked
                FROM (SELECT * FROM disputes WHERE id > $1 AND ($2 = '' OR account = $2) ORDER BY id LIMIT $3) c
                LEFT JOIN dispute_movements m ON m.dispute = c.id
            ) d
            GROUP BY d.id, d.account, d.customer, d.charge, d.top_up, d.stripe_dispute, d.amount, d.currency, d.reason,
                d.status, d.withdrawn, d.evidence_due_by, d.created_at, d.updated_at
            ORDER BY d.id
            """, after, account?.text ?? "", limit
        ).map { row in
            DisputeEntries(
                dispute: try DisputeStore.dispute(row), moved: try row.int64("sum_moved"),
                booked: try row.int64("sum_booked"), unbooked: try row.int64("unbooked"))
        }
    }

    /// What one entry moved on `stripe_balance` in the book and currency of row `c`.
    private static func atStripe(_ reference: String) -> String {
        """
        (SELECT CAST(SUM(p.amount) AS BIGINT) FROM journal_entries e
            JOIN postings p ON p.entry = e.sequence JOIN ledger_accounts l ON l.id = p.account
            WHERE e.book = c.account AND e.reference = \(reference)
                AND l.kind = 'stripe_balance' AND l.currency = c.currency)
        """
    }

    /// What money that went back of a charge has done, each side by itself.
    public struct ChargeMoneyBack: Sendable {
        /// Minor units that refunds and disputes have moved.
        public let gone: Int64
        /// Minor units that refunds under way and open disputes may yet take.
        public let atStake: Int64
        /// Micros of its usage that corrections have taken back; `nil` where nothing says that it settled anything.
        public let returned: Int64?
        public let deductions: Settling.Deductions
        /// Micros of the lots that were made of it, what is left in them, and what of that is kept.
        public let credited: Int64
        public let unspent: Int64
        public let claimed: Int64

        init(_ row: Row) throws {
            gone = try row.int64("gone")
            atStake = try row.int64("at_stake")
            returned = try row.int64OrNil("returned_micros")
            deductions = Settling.Deductions(
                refunds: try row.int64OrNil("refunds_micros") ?? 0,
                chargebacks: try row.int64OrNil("chargebacks_micros") ?? 0,
                taken: try row.int64OrNil("taken_micros") ?? 0)
            credited = try row.int64("credited")
            unspent = try row.int64("unspent")
            claimed = try row.int64("claimed")
        }

        /// Of the charge in row `c`.
        static let columns = """
            (SELECT CAST(COALESCE(SUM(r.amount), 0) AS BIGINT) FROM refunds r WHERE r.charge = c.id
                AND r.posted = 1 AND r.status NOT IN (\(StatusList.voidRefunds)))
            + (SELECT CAST(COALESCE(SUM(d.withdrawn), 0) AS BIGINT) FROM disputes d WHERE d.charge = c.id) AS gone,
            (SELECT CAST(COALESCE(SUM(r.amount), 0) AS BIGINT) FROM refunds r WHERE r.charge = c.id
                AND r.posted = 0 AND r.status NOT IN (\(StatusList.voidRefunds)))
            + (SELECT CAST(COALESCE(SUM(d.amount - d.withdrawn), 0) AS BIGINT) FROM disputes d
                WHERE d.charge = c.id AND d.amount > d.withdrawn
                    AND d.status NOT IN (\(StatusList.endedDisputes))) AS at_stake,
            \(settled("returned_micros")), \(settled("refunds_micros")), \(settled("chargebacks_micros")),
            \(settled("taken_micros")),
            \(lots("amount_micros")) AS credited, \(lots("remaining_micros")) AS unspent,
            \(lots("claimed_micros")) AS claimed
            """

        private static func settled(_ column: String) -> String {
            "(SELECT s.\(column) FROM settlings s WHERE s.charge = c.id) AS \(column)"
        }

        private static func lots(_ column: String) -> String {
            "(SELECT CAST(COALESCE(SUM(w.\(column)), 0) AS BIGINT) FROM wallet_lots w WHERE w.charge = c.id)"
        }
    }
}
