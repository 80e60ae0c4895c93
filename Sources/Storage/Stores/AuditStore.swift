public import Billing

extension Transaction {
    public var audit: AuditStore { AuditStore(tx: self) }
}

/// Reads the rows of the books again, page by page, each beside what it must agree with. Nothing stored is believed:
/// sums are made anew from the postings.
public struct AuditStore {
    let tx: Transaction

    /// A ledger account with the sum of its postings.
    public struct Account: Sendable {
        public let id: Int64
        public let book: String
        public let kind: String
        public let customer: String
        public let currency: String
        public let stored: Int64
        public let floor: Int64
        public let summed: Int128
        /// Minor units of the customer's open charges; `nil` for other kinds than `pending`.
        public let openCharges: Int64?
        /// What is left in the customer's lots; `nil` for other kinds than `wallet`.
        public let lots: Int128?
        /// What charges say was deducted there; `nil` for other kinds than `refunds` and `chargebacks`.
        public let deducted: Int64?
    }

    public func accounts(book: ConnectedAccount.ID?, after: Int64, limit: Int) throws -> [Account] {
        try tx.query(
            """
            SELECT a.id, a.book, a.kind, a.customer, a.currency, a.balance, a.floor,
                \(Self.posted("/")) AS millions, \(Self.posted("%")) AS rest,
                CASE WHEN a.kind = 'pending' THEN (
                    SELECT CAST(COALESCE(SUM(c.amount), 0) AS BIGINT) FROM charges c
                    WHERE c.customer = a.customer AND c.currency = a.currency
                        AND c.status IN (\(StatusList.openCharges))
                ) END AS open_charges,
                CASE WHEN a.kind = 'wallet' THEN \(Self.left("/")) END AS left_millions,
                CASE WHEN a.kind = 'wallet' THEN \(Self.left("%")) END AS left_rest,
                CASE a.kind WHEN 'refunds' THEN \(Self.deducted("refunds_micros"))
                    WHEN 'chargebacks' THEN \(Self.deducted("chargebacks_micros")) END AS deducted
            FROM (
                SELECT * FROM ledger_accounts WHERE id > $1 AND ($2 = '' OR book = $2) ORDER BY id LIMIT $3
            ) a
            ORDER BY a.id
            """, after, book?.text ?? "", limit
        ).map { row in
            Account(
                id: try row.int64("id"), book: try row.text("book"), kind: try row.text("kind"),
                customer: try row.text("customer"), currency: try row.text("currency"),
                stored: try row.int64("balance"), floor: try row.int64("floor"), summed: try ExactSum.total(row),
                openCharges: try row.int64OrNil("open_charges"),
                lots: try row.int64OrNil("left_millions").map { millions in
                    Int128(millions) * 1_000_000 + Int128(try row.int64("left_rest"))
                }, deducted: try row.int64OrNil("deducted"))
        }
    }

    /// Half of an exact sum of what was posted to account `a`. Summed by itself: to group many accounts' postings, a
    /// database keeps all of them.
    private static func posted(_ part: String) -> String {
        """
        (SELECT CAST(COALESCE(SUM(p.amount \(part) 1000000), 0) AS BIGINT) FROM postings p WHERE p.account = a.id)
        """
    }

    /// Half of an exact sum of what is left in the lots of row `a`'s customer: its millions, or the rest.
    private static func left(_ part: String) -> String {
        """
        (SELECT CAST(COALESCE(SUM(w.remaining_micros \(part) 1000000), 0) AS BIGINT) FROM wallet_lots w
            WHERE w.customer = a.customer AND w.remaining_micros > 0)
        """
    }

    /// What the charges of account `a`'s book and currency have deducted.
    private static func deducted(_ column: String) -> String {
        """
        (SELECT CAST(COALESCE(SUM(s.\(column)), 0) AS BIGINT) FROM settlings s JOIN charges c ON c.id = s.charge
            WHERE (s.refunds_micros > 0 OR s.chargebacks_micros > 0) AND c.account = a.book
                AND c.currency = a.currency)
        """
    }

    /// One currency of one book, which adds up to zero.
    public struct Total: Sendable {
        public let book: String
        public let currency: String
        public let sum: Int128
    }

    public func totals(book: ConnectedAccount.ID?) throws -> [Total] {
        try tx.query(
            """
            SELECT book, currency, \(ExactSum.columns(of: "balance")) FROM ledger_accounts
            WHERE ($1 = '' OR book = $1) GROUP BY book, currency ORDER BY book, currency
            """, book?.text ?? ""
        ).map { row in
            Total(book: try row.text("book"), currency: try row.text("currency"), sum: try ExactSum.total(row))
        }
    }

    /// A charge with what its entries moved on the customer's `pending` account: micros, `nil` where there is no entry.
    public struct ChargeEntries: Sendable {
        public let charge: Charge
        public let opened: Int64?
        public let paid: Int64?
        public let released: Int64?
        /// Minor units of the refunds that are not void.
        public let refunds: Int64
        public let moneyBack: ChargeMoneyBack
    }

    public func charges(account: ConnectedAccount.ID?, after: String, limit: Int) throws -> [ChargeEntries] {
        try tx.query(
            """
            SELECT c.*, \(Self.moved("pending", "'charge:' || c.id || ':opened'")) AS opened,
                \(Self.moved("pending", "'stripe:' || c.payment_intent || ':succeeded'")) AS paid,
                \(Self.moved("pending", "'charge:' || c.id || ':released'")) AS released,
                \(Self.refunds("charge")) AS refunds, \(ChargeMoneyBack.columns)
            FROM (SELECT * FROM charges WHERE id > $1 AND ($2 = '' OR account = $2) ORDER BY id LIMIT $3) c
            ORDER BY c.id
            """, after, account?.text ?? "", limit
        ).map { row in
            ChargeEntries(
                charge: try ChargeStore.charge(row), opened: try row.int64OrNil("opened"),
                paid: try row.int64OrNil("paid"), released: try row.int64OrNil("released"),
                refunds: try row.int64("refunds"), moneyBack: try ChargeMoneyBack(row))
        }
    }

    /// A top-up with what its payment moved on the customer's `wallet`: micros, `nil` where there is no entry.
    public struct TopUpEntries: Sendable {
        public let topUp: TopUp
        public let paid: Int64?
        /// Minor units of the refunds that are not void.
        public let refunds: Int64
        /// Minor units that refunds under way and open disputes may yet take.
        public let atStake: Int64
        /// What its lot says of that, in micros; `nil` where it has no lot.
        public let claimedMicros: Int64?
    }

    public func topUps(account: ConnectedAccount.ID?, after: String, limit: Int) throws -> [TopUpEntries] {
        try tx.query(
            """
            SELECT c.*, \(Self.moved("wallet", "'stripe:' || c.payment_intent || ':succeeded'")) AS paid,
                \(Self.refunds("top_up")) AS refunds,
                (SELECT CAST(COALESCE(SUM(r.amount), 0) AS BIGINT) FROM refunds r WHERE r.top_up = c.id
                    AND r.posted = 0 AND r.status NOT IN (\(StatusList.voidRefunds)))
                + (SELECT CAST(COALESCE(SUM(d.amount - d.withdrawn), 0) AS BIGINT) FROM disputes d
                    WHERE d.top_up = c.id AND d.amount > d.withdrawn
                        AND d.status NOT IN (\(StatusList.endedDisputes))) AS at_stake,
                (SELECT w.claimed_micros FROM wallet_lots w WHERE w.top_up = c.id) AS claimed
            FROM (SELECT * FROM top_ups WHERE id > $1 AND ($2 = '' OR account = $2) ORDER BY id LIMIT $3) c
            ORDER BY c.id
            """, after, account?.text ?? "", limit
        ).map { row in
            TopUpEntries(
                topUp: try TopUpStore.topUp(row), paid: try row.int64OrNil("paid"), refunds: try row.int64("refunds"),
                atStake: try row.int64("at_stake"), claimedMicros: try row.int64OrNil("claimed"))
        }
    }

    private static func refunds(_ column: String) -> String {
        """
        (SELECT CAST(COALESCE(SUM(r.amount), 0) AS BIGINT) FROM refunds r WHERE r.\(column) = c.id
            AND r.status NOT IN (\(StatusList.voidRefunds)))
        """
    }

    /// What one entry moved on one account of the customer of row `c`.
    private static func moved(_ kind: String, _ reference: String) -> String {
        """
        (SELECT CAST(SUM(p.amount) AS BIGINT) FROM journal_entries e
            JOIN postings p ON p.entry = e.sequence JOIN ledger_accounts l ON l.id = p.account
            WHERE e.book = c.account AND e.reference = \(reference)
                AND l.kind = '\(kind)' AND l.customer = c.customer AND l.currency = c.currency)
        """
    }
}
