public import Billing
public import Ledger

/// What the books have posted at Stripe beside the lines of the Stripe balance, each looked for from the other's side.
extension BalanceTransactionStore {
    /// A payment that the books have and the Stripe balance does not, as far as its lines were read.
    public struct UnmatchedPayment: Hashable, Sendable {
        /// Our id of the charge or top-up.
        public let id: String
        public let paymentIntent: String
        /// Minor units.
        public let amount: Int64
        public let currency: Currency
    }

    /// Charges and top-ups of the account that were paid in a stretch of time and have no line, in the order of their
    /// ids.
    public func unmatchedPayments(
        account: ConnectedAccount.ID, paidFrom: Instant, paidBefore: Instant, after: String, limit: Int
    ) throws -> [UnmatchedPayment] {
        try tx.query(
            """
            SELECT id, payment_intent, amount, currency FROM (
                SELECT id, account, payment_intent, amount, currency FROM charges
                WHERE account = $1 AND status = 'paid' AND updated_at >= $2 AND updated_at < $3 AND id > $4
                UNION ALL
                SELECT id, account, payment_intent, amount, currency FROM top_ups
                WHERE account = $1 AND status = 'paid' AND updated_at >= $2 AND updated_at < $3 AND id > $4
            ) paid
            WHERE NOT EXISTS (
                SELECT 1 FROM balance_transactions b
                WHERE b.account = paid.account AND b.payment_intent = paid.payment_intent AND b.part = 'payment')
            ORDER BY id LIMIT $5
            """, account.text, paidFrom.millisecondsSince1970, paidBefore.millisecondsSince1970, after, limit
        ).map { row in
            UnmatchedPayment(
                id: try row.text("id"), paymentIntent: try row.textOrNil("payment_intent") ?? "",
                amount: try row.int64("amount"), currency: try row.currency("currency"))
        }
    }
}

// MARK: Facts without a line

extension BalanceTransactionStore {
    /// A movement at Stripe that the books have posted, and of which no line is here; or a line that Stripe's list does
    /// not have.
    public struct UnmatchedFact: Hashable, Sendable {
        public enum Kind: String, Sendable {
            case payment, refund
            /// A refund that had left and failed.
            case returned
            case dispute, line
        }

        /// Where it stands in the order of the list.
        public let place: String
        public let kind: Kind
        /// Our id of the charge, the top-up, the refund or the dispute; Stripe's of a line.
        public let id: String
        /// Stripe's id of the payment, the refund, or the line that a dispute has named.
        public let object: String
        /// Minor units that the books have moved at Stripe; below zero what has left.
        public let amount: Int64
        public let currency: Currency
    }

    /// Posted before `before`, or booked before it without the list, in the order of their places.
    public func unmatched(
        account: ConnectedAccount.ID, before: Instant, after: String, limit: Int
    ) throws -> [UnmatchedFact] {
        try tx.query(
            """
            SELECT place, kind, id, object, amount, currency FROM (
                \(Self.facts)
                UNION ALL
                SELECT b.id AS place, 'line' AS kind, b.id AS id, b.id AS object, b.amount - b.fee AS amount,
                    b.currency AS currency
                FROM balance_transactions b
                WHERE b.account = $1 AND b.unlisted_since < $2 AND \(Self.isBookable)
            ) posted WHERE place > $3 ORDER BY place LIMIT $4
            """, account.text, before.millisecondsSince1970, after, limit
        ).map { row in
            UnmatchedFact(
                place: try row.text("place"), kind: try row.choice("kind"), id: try row.text("id"),
                object: try row.textOrNil("object") ?? "", amount: try row.int64("amount"),
                currency: try row.currency("currency"))
        }
    }

    /// How many facts have no line, and what they come to in minor units, by currency.
    /// - Parameter before: `nil` for whenever they were posted.
    public func unmatchedSums(
        account: ConnectedAccount.ID, before: Instant?
    ) throws -> [Currency: (items: Int64, sum: Int128)] {
        try sums(
            """
            SELECT currency, COUNT(*) AS items, \(ExactSum.columns(of: "amount")) FROM (\(Self.facts)) posted
            GROUP BY currency
            """, account.text, before?.millisecondsSince1970 ?? .max)
    }

    /// Facts of account $1 that were posted before $2 and have no line.
    private static let facts = """
        \(payments("charges"))
        UNION ALL
        \(payments("top_ups"))
        UNION ALL
        SELECT r.id AS place, 'refund' AS kind, r.id AS id, r.stripe_refund AS object, -r.amount AS amount,
            r.currency AS currency
        FROM refunds r WHERE r.account = $1 AND r.posted = 1 AND r.updated_at < $2 AND NOT EXISTS (
            SELECT 1 FROM balance_transactions b WHERE b.account = r.account AND b.source = r.stripe_refund
                AND b.part = 'refund' AND b.amount < 0)
        UNION ALL
        SELECT r.id || ' returned' AS place, 'returned' AS kind, r.id AS id, r.stripe_refund AS object,
            r.amount AS amount, r.currency AS currency
        FROM refunds r WHERE r.account = $1 AND r.posted = 1 AND r.status IN (\(StatusList.voidRefunds))
            AND r.updated_at < $2 AND NOT EXISTS (
            SELECT 1 FROM balance_transactions b WHERE b.account = r.account AND b.source = r.stripe_refund
                AND b.part = 'refund' AND b.amount > 0)
        UNION ALL
        SELECT d.id || ' ' || m.balance_transaction AS place, 'dispute' AS kind, d.id AS id,
            m.balance_transaction AS object, -m.amount AS amount, d.currency AS currency
        FROM dispute_movements m JOIN disputes d ON d.id = m.dispute
        JOIN journal_entries e ON e.book = m.account AND e.reference = 'stripe:' || m.balance_transaction || ':disputed'
        WHERE m.account = $1 AND m.amount <> 0 AND e.posted_at < $2 AND NOT EXISTS (
            SELECT 1 FROM balance_transactions b WHERE b.account = m.account AND b.id = m.balance_transaction)
        """

    private static func payments(_ table: String) -> String {
        """
        SELECT p.id AS place, 'payment' AS kind, p.id AS id, p.payment_intent AS object, p.amount AS amount,
            p.currency AS currency
        FROM \(table) p WHERE p.account = $1 AND p.status = 'paid' AND p.updated_at < $2 AND NOT EXISTS (
            SELECT 1 FROM balance_transactions b WHERE b.account = p.account AND b.payment_intent = p.payment_intent
                AND b.part = 'payment')
        """
    }

    private func sums(_ sql: String, _ values: any SQLValueConvertible...) throws -> [Currency: (
        items: Int64, sum: Int128
    )] {
        var sums: [Currency: (items: Int64, sum: Int128)] = [:]
        for row in try tx.query(sql, values: values.map(\.sqlValue)) {
            sums[try row.currency("currency")] = (try row.int64("items"), try ExactSum.total(row))
        }
        return sums
    }
}

// MARK: Lines and their entries

extension BalanceTransactionStore {
    /// A line with what its entries have moved on `stripe_balance`: its own, and that of the fact that it is of.
    public struct FollowedLine: Sendable {
        public let line: BalanceTransactionRecord
        /// Micros by currency.
        public fileprivate(set) var moved: [Currency: Int128]
    }

    /// The account's lines that can be booked, in the order of their ids.
    public func followed(account: ConnectedAccount.ID, after: String, limit: Int) throws -> [FollowedLine] {
        var lines: [FollowedLine] = []
        try tx.forEach(
            """
            SELECT b.account, b.id, b.type, b.amount, b.fee, b.currency, b.source, b.payment_intent, b.part, b.created,
                l.currency AS moved_in, \(ExactSum.columns(of: "p.amount"))
            FROM (
                SELECT * FROM balance_transactions b WHERE b.account = $1 AND b.id > $2 AND \(Self.isBookable)
                ORDER BY b.id LIMIT $3
            ) b
            LEFT JOIN journal_entries e ON e.book = b.account AND e.reference IN (
                'stripe:' || b.id, 'stripe:' || b.id || ':disputed', 'stripe:' || b.id || ':explained',
                CASE b.part WHEN 'payment' THEN 'stripe:' || b.payment_intent || ':succeeded'
                    WHEN 'refund' THEN 'stripe:' || b.source
                        || CASE WHEN b.amount < 0 THEN ':refunded' ELSE ':returned' END END)
            LEFT JOIN postings p ON p.entry = e.sequence
            LEFT JOIN ledger_accounts l ON l.id = p.account AND l.kind = 'stripe_balance' AND l.book = b.account
            GROUP BY b.account, b.id, b.type, b.amount, b.fee, b.currency, b.source, b.payment_intent, b.part,
                b.created, l.currency
            ORDER BY b.id
            """, account.text, after, limit
        ) { row in
            let line = try Self.record(row)
            if lines.last?.line.id != line.id { lines.append(FollowedLine(line: line, moved: [:])) }
            guard let currency = try row.textOrNil("moved_in").flatMap(Currency.init) else { return }
            lines[lines.count - 1].moved[currency] = try ExactSum.total(row)
        }
        return lines
    }

    /// How many of the account's lines there are, and what they come to in minor units after fees, by currency.
    public func told(account: ConnectedAccount.ID) throws -> [Currency: (items: Int64, sum: Int128)] {
        try sums(
            """
            SELECT b.currency AS currency, COUNT(*) AS items, \(ExactSum.columns(of: "(b.amount - b.fee)"))
            FROM balance_transactions b WHERE b.account = $1 AND \(Self.isBookable) GROUP BY b.currency
            """, account.text)
    }

    /// How many postings the account's `stripe_balance` has, and what it holds in micros, by currency.
    public func held(account: ConnectedAccount.ID) throws -> [Currency: (items: Int64, sum: Int128)] {
        try sums(
            """
            SELECT l.currency AS currency,
                SUM((SELECT COUNT(*) FROM postings p WHERE p.account = l.id)) AS items,
                \(ExactSum.columns(of: "l.balance"))
            FROM ledger_accounts l WHERE l.book = $1 AND l.kind = 'stripe_balance' GROUP BY l.currency
            """, account.text)
    }

    private static let isBookable = """
        NOT EXISTS (SELECT 1 FROM balance_findings f WHERE f.account = b.account
            AND f.balance_transaction = b.id AND f.kind = 'cannot_be_booked')
        """
}
