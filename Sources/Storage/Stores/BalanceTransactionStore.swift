public import Billing
public import Ledger

extension Transaction {
    public var balanceTransactions: BalanceTransactionStore { BalanceTransactionStore(tx: self) }
}

/// A line of a merchant's Stripe balance, as it was put into the books.
public struct BalanceTransactionRecord: Hashable, Sendable {
    /// What the line was taken for.
    public enum Part: String, CaseIterable, Sendable {
        /// A payment of ours.
        case payment
        /// Money of a payment of ours that was given back, or came back of a refund that failed.
        case refund
        /// What a dispute withdrew of a payment of ours, or reinstated.
        case dispute
        case payout
        /// What Stripe takes for itself.
        case stripeFee = "stripe_fee"
        /// What the platform earns by a payment on a connected account.
        case platformFee = "platform_fee"
        case outside, suspense
    }

    public let account: ConnectedAccount.ID
    /// `txn_…`
    public let id: String
    /// Stripe's word for it.
    public let type: String
    /// Minor units, as is the fee.
    public let amount: Int64
    public let fee: Int64
    public let currency: String
    public let source: String?
    public let paymentIntent: String?
    public let part: Part
    public let created: Instant

    public init(
        account: ConnectedAccount.ID, id: String, type: String, amount: Int64, fee: Int64, currency: String,
        source: String?, paymentIntent: String?, part: Part, created: Instant
    ) {
        self.account = account
        self.id = id
        self.type = type
        self.amount = amount
        self.fee = fee
        self.currency = currency
        self.source = source
        self.paymentIntent = paymentIntent
        self.part = part
        self.created = created
    }
}

/// What is wrong with a line. It stays until somebody has explained it; every run lists it again.
public struct BalanceFinding: Hashable, Sendable {
    public let kind: Discrepancy.Kind
    public let amount: Money
    /// Whether `amount` was booked on suspense.
    public let isInSuspense: Bool
    public let detail: String

    public init(_ kind: Discrepancy.Kind, _ amount: Money, isInSuspense: Bool, _ detail: String) {
        self.kind = kind
        self.amount = amount
        self.isInSuspense = isInSuspense
        self.detail = detail
    }
}

public struct BalanceTransactionStore {
    let tx: Transaction

    /// - Returns: `false` when the line is here already; nothing is changed then.
    public func insert(_ line: BalanceTransactionRecord) throws -> Bool {
        try tx.execute(
            """
            INSERT INTO balance_transactions
                (account, id, type, amount, fee, currency, source, payment_intent, part, created)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT (account, id) DO NOTHING
            """, line.account.text, line.id, line.type, line.amount, line.fee, line.currency, line.source,
            line.paymentIntent, line.part.rawValue, line.created.millisecondsSince1970) == 1
    }

    public func isKnown(_ id: String, account: ConnectedAccount.ID) throws -> Bool {
        try tx.first("SELECT 1 AS one FROM balance_transactions WHERE account = $1 AND id = $2", account.text, id)
            != nil
    }

    public func insert(_ finding: BalanceFinding, of line: String, account: ConnectedAccount.ID) throws {
        try tx.execute(
            """
            INSERT INTO balance_findings
                (account, balance_transaction, kind, currency, amount_micros, in_suspense, detail)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (account, balance_transaction, kind, currency) DO NOTHING
            """, account.text, line, finding.kind.rawValue, finding.amount.currency.code, finding.amount.micros,
            finding.isInSuspense, finding.detail)
    }

    /// What is still unexplained on the account's lines, in the order of the lines' ids.
    public func findings(
        account: ConnectedAccount.ID, after: String, limit: Int
    ) throws -> [(line: String, finding: BalanceFinding)] {
        try tx.query(
            """
            SELECT * FROM balance_findings WHERE account = $1 AND balance_transaction IN (
                SELECT DISTINCT balance_transaction FROM balance_findings
                WHERE account = $1 AND balance_transaction > $2 ORDER BY balance_transaction LIMIT $3)
            ORDER BY balance_transaction, kind, currency
            """, account.text, after, limit
        ).map { row in
            let amount = Money(micros: try row.int64("amount_micros"), try row.currency("currency"))
            let finding = BalanceFinding(
                try row.choice("kind"), amount, isInSuspense: try row.bool("in_suspense"), try row.text("detail"))
            return (try row.text("balance_transaction"), finding)
        }
    }

    /// What the account's suspense holds beyond what the findings say; zero, or somebody posted past them.
    public func unlistedSuspense(account: ConnectedAccount.ID) throws -> [Money] {
        try tx.query(
            """
            SELECT currency, \(ExactSum.columns(of: "amount")) FROM (
                SELECT currency, balance AS amount FROM ledger_accounts WHERE book = $1 AND kind = 'suspense'
                UNION ALL
                SELECT currency, amount_micros AS amount FROM balance_findings WHERE account = $1 AND in_suspense = 1
            ) both_sides GROUP BY currency ORDER BY currency
            """, account.text
        ).compactMap { row in
            let unlisted = try ExactSum.total(row)
            return unlisted == 0 ? nil : Money(micros: Int64(clamping: unlisted), try row.currency("currency"))
        }
    }
}

// MARK: Payments whose line has not come

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
