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
                AND CASE \(NamedFact.all.map(\.isMissing).joined(separator: "\n")) ELSE 1 = 0 END
            ORDER BY e.sequence
            """, after, through, book?.text ?? ""
        ).map { row in
            Orphan(
                sequence: try row.int64("sequence"), book: try row.text("book"), reference: try row.text("reference"))
        }
    }
}

/// The fact that a reference of this form names (`FactReference`), and the rows of which one must stand for it.
private struct NamedFact {
    let prefix: String
    var suffix = ""
    /// Of the name between the two; 0 where it goes on to the suffix.
    var idLength = 0
    /// Each a table `f` with a condition; `ID` is the name in the reference.
    let rows: [String]

    /// The first one that a reference matches is what it names; most entries are of usage.
    static let all = [
        NamedFact(prefix: "usage:", rows: ["usage_events f WHERE f.id = ID"]),
        NamedFact(prefix: "charge:", suffix: ":opened", rows: ["charges f WHERE f.id = ID"]),
        NamedFact(
            prefix: "charge:", suffix: ":released", rows: ["charges f WHERE f.id = ID AND f.status = 'canceled'"]),
        NamedFact(prefix: "lot:", idLength: WalletLot.ID.length, rows: ["wallet_lots f WHERE f.id = ID"]),
        NamedFact(
            prefix: "stripe:", suffix: ":succeeded",
            rows: [
                "charges f WHERE f.payment_intent = ID AND f.status = 'paid'",
                "top_ups f WHERE f.payment_intent = ID AND f.status = 'paid'",
            ]),
        NamedFact(
            prefix: "stripe:", suffix: ":refunded", rows: ["refunds f WHERE f.stripe_refund = ID AND f.posted = 1"]),
        NamedFact(
            prefix: "stripe:", suffix: ":returned",
            rows: ["refunds f WHERE f.stripe_refund = ID AND f.status IN (\(StatusList.voidRefunds))"]),
        NamedFact(
            prefix: "stripe:", suffix: ":disputed", rows: ["dispute_movements f WHERE f.balance_transaction = ID"]),
        NamedFact(
            prefix: "stripe:", suffix: ":explained",
            rows: ["balance_transactions f WHERE f.id = ID AND f.part <> 'suspense'"]),
        NamedFact(prefix: "stripe:txn", rows: ["balance_transactions f WHERE f.id = SUBSTR(e.reference, 8)"]),
    ]

    /// A branch of a CASE over the entry `e`.
    var isMissing: String {
        let length = idLength > 0 ? "\(idLength)" : "LENGTH(e.reference) - \(prefix.count + suffix.count)"
        let id = "SUBSTR(e.reference, \(prefix.count + 1), \(length))"
        let missing = rows.map { row in
            "NOT EXISTS (SELECT 1 FROM \(row.replacing(" ID", with: " \(id)")) AND f.account = e.book)"
        }
        return "WHEN e.reference LIKE '\(prefix)%\(suffix)' THEN \(missing.joined(separator: " AND "))"
    }
}
