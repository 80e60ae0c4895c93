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

    /// - Parameter unlistedSince: now, where something else than Stripe's list of lines has told of it.
    /// - Returns: `false` when the line is here already; nothing is changed then.
    public func insert(_ line: BalanceTransactionRecord, unlistedSince: Instant? = nil) throws -> Bool {
        try tx.execute(
            """
            INSERT INTO balance_transactions
                (account, id, type, amount, fee, currency, source, payment_intent, part, created, unlisted_since)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            ON CONFLICT (account, id) DO NOTHING
            """, line.account.text, line.id, line.type, line.amount, line.fee, line.currency, line.source,
            line.paymentIntent, line.part.rawValue, line.created.millisecondsSince1970,
            unlistedSince?.millisecondsSince1970) == 1
    }

    /// Stripe's list of lines has it.
    public func setListed(_ id: String, account: ConnectedAccount.ID) throws {
        try tx.execute(
            """
            UPDATE balance_transactions SET unlisted_since = NULL
            WHERE account = $1 AND id = $2 AND unlisted_since IS NOT NULL
            """, account.text, id)
    }

    /// Whether another line is here that was taken for the same movement of a payment, or of a refund.
    /// - Parameter part: what `line` is to be taken for.
    public func hasTwin(of line: BalanceTransactionRecord, as part: BalanceTransactionRecord.Part) throws -> Bool {
        try tx.first(
            """
            SELECT 1 AS one FROM balance_transactions
            WHERE account = $1 AND id <> $2 AND part = $3
                AND ((part = 'payment' AND payment_intent = $4)
                    OR (part = 'refund' AND source = $5 AND (amount < 0) = ($6 < 0)))
            """, line.account.text, line.id, part.rawValue, line.paymentIntent, line.source, line.amount) != nil
    }

    /// All lines of one payment.
    public func ids(paymentIntent: String, account: ConnectedAccount.ID) throws -> [String] {
        try tx.query(
            "SELECT id FROM balance_transactions WHERE account = $1 AND payment_intent = $2", account.text,
            paymentIntent
        ).map { try $0.text("id") }
    }

    /// All lines of one thing of Stripe's.
    public func ids(source: String, account: ConnectedAccount.ID) throws -> [String] {
        try tx.query(
            "SELECT id FROM balance_transactions WHERE account = $1 AND source = $2", account.text, source
        ).map { try $0.text("id") }
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
        ).map { row in (try row.text("balance_transaction"), try Self.finding(row)) }
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

// MARK: What lies on suspense

extension BalanceTransactionStore {
    public func find(_ id: String, account: ConnectedAccount.ID) throws -> BalanceTransactionRecord? {
        try tx.first("SELECT * FROM balance_transactions WHERE account = $1 AND id = $2", account.text, id)
            .map(Self.record)
    }

    /// Lines of one payment that nothing has explained, in the order of their ids.
    public func suspended(paymentIntent: String, account: ConnectedAccount.ID) throws -> [BalanceTransactionRecord] {
        try tx.query(
            """
            SELECT * FROM balance_transactions WHERE account = $1 AND payment_intent = $2 AND part = 'suspense'
            ORDER BY id
            """, account.text, paymentIntent
        ).map(Self.record)
    }

    /// Lines of one refund that nothing has explained, in the order of their ids.
    public func suspended(source: String, account: ConnectedAccount.ID) throws -> [BalanceTransactionRecord] {
        try tx.query(
            "SELECT * FROM balance_transactions WHERE account = $1 AND source = $2 AND part = 'suspense' ORDER BY id",
            account.text, source
        ).map(Self.record)
    }

    /// The next of all of the account's lines that lie on suspense.
    public func suspended(account: ConnectedAccount.ID, after: String) throws -> BalanceTransactionRecord? {
        try tx.first(
            """
            SELECT b.* FROM balance_findings f
            JOIN balance_transactions b ON b.account = f.account AND b.id = f.balance_transaction
            WHERE f.account = $1 AND f.balance_transaction > $2 AND f.in_suspense = 1 AND b.part = 'suspense'
            ORDER BY f.balance_transaction LIMIT 1
            """, account.text, after
        ).map(Self.record)
    }

    /// Why a line lies on suspense, and how much of it; `nil` where none of it does.
    public func suspension(of line: String, account: ConnectedAccount.ID) throws -> BalanceFinding? {
        try tx.first(
            """
            SELECT * FROM balance_findings WHERE account = $1 AND balance_transaction = $2 AND in_suspense = 1
            ORDER BY kind, currency LIMIT 1
            """, account.text, line
        ).map(Self.finding)
    }

    /// What was found out about a line: its part, in place of what was unexplained.
    public func explain(
        _ line: String, account: ConnectedAccount.ID, as part: BalanceTransactionRecord.Part, _ finding: BalanceFinding
    ) throws {
        try tx.execute(
            "UPDATE balance_transactions SET part = $3 WHERE account = $1 AND id = $2", account.text, line,
            part.rawValue)
        try tx.execute(
            """
            DELETE FROM balance_findings
            WHERE account = $1 AND balance_transaction = $2 AND kind = $3 AND currency = $4
            """, account.text, line, finding.kind.rawValue, finding.amount.currency.code)
    }

    static func finding(_ row: Row) throws -> BalanceFinding {
        BalanceFinding(
            try row.choice("kind"), Money(micros: try row.int64("amount_micros"), try row.currency("currency")),
            isInSuspense: try row.bool("in_suspense"), try row.text("detail"))
    }

    static func record(_ row: Row) throws -> BalanceTransactionRecord {
        BalanceTransactionRecord(
            account: ConnectedAccount.ID(stored: try row.text("account")), id: try row.text("id"),
            type: try row.text("type"), amount: try row.int64("amount"), fee: try row.int64("fee"),
            currency: try row.text("currency"), source: try row.textOrNil("source"),
            paymentIntent: try row.textOrNil("payment_intent"), part: try row.choice("part"),
            created: try row.instant("created"))
    }
}
