public import Billing

/// Facts and entries, each looked for from the other's side.
extension AuditStore {
    /// A lot with what entries have taken from it, and what the entry that gave it moved on the customer's `wallet`.
    public struct LotEntries: Sendable {
        public let stored: StoredLot
        /// Less what was given back.
        public let taken: Int128
        /// Credits negative; `nil` where there is no such entry.
        public let granted: Int64?
        /// Whether the books have a wallet of its customer at all.
        public let hasWallet: Bool
    }

    public func lots(account: ConnectedAccount.ID?, after: String, limit: Int) throws -> [LotEntries] {
        try tx.query(
            """
            SELECT w.*, 0 AS is_expired,
                (SELECT CAST(COALESCE(SUM(d.amount_micros / 1000000), 0) AS BIGINT) FROM lot_debits d
                    WHERE d.lot = w.id) AS millions,
                (SELECT CAST(COALESCE(SUM(d.amount_micros % 1000000), 0) AS BIGINT) FROM lot_debits d
                    WHERE d.lot = w.id) AS rest,
                (SELECT CAST(SUM(p.amount) AS BIGINT) FROM journal_entries e
                    JOIN postings p ON p.entry = e.sequence JOIN ledger_accounts l ON l.id = p.account
                    WHERE e.book = w.account AND e.reference = 'lot:' || w.id || ':granted'
                        AND l.kind = 'wallet' AND l.customer = w.customer) AS granted,
                CASE WHEN EXISTS (SELECT 1 FROM ledger_accounts l
                    WHERE l.book = w.account AND l.kind = 'wallet' AND l.customer = w.customer)
                    THEN 1 ELSE 0 END AS has_wallet
            FROM (SELECT * FROM wallet_lots WHERE id > $1 AND ($2 = '' OR account = $2) ORDER BY id LIMIT $3) w
            ORDER BY w.id
            """, after, account?.text ?? "", limit
        ).map { row in
            LotEntries(
                stored: try WalletStore.stored(row), taken: try ExactSum.total(row),
                granted: try row.int64OrNil("granted"), hasWallet: try row.bool("has_wallet"))
        }
    }

    /// An entry that names a fact which is not there.
    public struct Orphan: Sendable {
        public let sequence: Int64
        public let book: String
        public let reference: String
    }

    /// Entries of a stretch of the journal whose usage event, charge, payment or balance transaction does not exist,
    /// or does not stand as the entry says.
    public func orphans(book: ConnectedAccount.ID?, after: Int64, through: Int64) throws -> [Orphan] {
        try tx.query(
            """
            SELECT e.sequence, e.book, e.reference FROM journal_entries e
            WHERE e.sequence > $1 AND e.sequence <= $2 AND ($3 = '' OR e.book = $3)
                AND CASE WHEN SUBSTR(e.reference, 1, 6) = 'usage:' THEN NOT EXISTS (
                    SELECT 1 FROM usage_events u WHERE u.id = SUBSTR(e.reference, 7) AND u.account = e.book)
                ELSE (
                (e.reference LIKE 'charge:%:opened' AND NOT EXISTS (
                    SELECT 1 FROM charges c WHERE c.id = SUBSTR(e.reference, 8, LENGTH(e.reference) - 14)
                        AND c.account = e.book))
                OR (e.reference LIKE 'charge:%:released' AND NOT EXISTS (
                    SELECT 1 FROM charges c WHERE c.id = SUBSTR(e.reference, 8, LENGTH(e.reference) - 16)
                        AND c.account = e.book AND c.status = 'canceled'))
                OR (e.reference LIKE 'stripe:%:succeeded' AND NOT EXISTS (
                    SELECT 1 FROM charges c
                    WHERE c.payment_intent = SUBSTR(e.reference, 8, LENGTH(e.reference) - 17)
                        AND c.account = e.book AND c.status = 'paid')
                    AND NOT EXISTS (
                    SELECT 1 FROM top_ups t
                    WHERE t.payment_intent = SUBSTR(e.reference, 8, LENGTH(e.reference) - 17)
                        AND t.account = e.book AND t.status = 'paid'))
                OR (e.reference LIKE 'lot:%' AND NOT EXISTS (
                    SELECT 1 FROM wallet_lots w WHERE w.account = e.book
                        AND w.id = SUBSTR(e.reference, 5, 31)))
                OR (e.reference LIKE 'stripe:%:refunded' AND NOT EXISTS (
                    SELECT 1 FROM refunds r WHERE r.account = e.book AND r.posted = 1
                        AND r.stripe_refund = SUBSTR(e.reference, 8, LENGTH(e.reference) - 16)))
                OR (e.reference LIKE 'stripe:%:returned' AND NOT EXISTS (
                    SELECT 1 FROM refunds r WHERE r.account = e.book AND r.status IN ('failed', 'canceled')
                        AND r.stripe_refund = SUBSTR(e.reference, 8, LENGTH(e.reference) - 16)))
                OR (e.reference LIKE 'stripe:%:disputed' AND NOT EXISTS (
                    SELECT 1 FROM dispute_movements m WHERE m.account = e.book
                        AND m.balance_transaction = SUBSTR(e.reference, 8, LENGTH(e.reference) - 16)))
                OR (e.reference LIKE 'stripe:%:explained' AND NOT EXISTS (
                    SELECT 1 FROM balance_transactions b WHERE b.account = e.book AND b.part <> 'suspense'
                        AND b.id = SUBSTR(e.reference, 8, LENGTH(e.reference) - 17)))
                OR (e.reference LIKE 'stripe:txn%' AND e.reference NOT LIKE 'stripe:%:disputed'
                    AND e.reference NOT LIKE 'stripe:%:explained' AND NOT EXISTS (
                    SELECT 1 FROM balance_transactions b WHERE b.account = e.book AND b.id = SUBSTR(e.reference, 8)))
                ) END
            ORDER BY e.sequence
            """, after, through, book?.text ?? ""
        ).map { row in
            Orphan(
                sequence: try row.int64("sequence"), book: try row.text("book"), reference: try row.text("reference"))
        }
    }
}
