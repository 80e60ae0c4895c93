public import Billing
public import Ledger

extension Transaction {
    public var discrepancies: DiscrepancyStore { DiscrepancyStore(tx: self) }
}

/// A difference between Stripe and the books, or within the books, that a run has named.
public struct Discrepancy: Identified, Hashable, Sendable {
    public static let idPrefix = "bdis"
    public typealias ID = Identifier<Discrepancy>

    public enum Kind: String, CaseIterable, Sendable {
        /// Stripe moved money in the name of a charge or top-up that the books do not have.
        case unknownPayment = "unknown_payment"
        /// The payment of one account's charge lies on another account.
        case accountDiffers = "account_differs"
        case amountDiffers = "amount_differs"
        case currencyDiffers = "currency_differs"
        /// The platform's fee is not what was asked for.
        case applicationFeeDiffers = "application_fee_differs"
        /// A second payment for what another PaymentIntent has paid.
        case secondPayment = "second_payment"
        /// Stripe was paid, and the charge or top-up cannot take it: it was canceled before.
        case notPosted = "not_posted"
        /// Paid in the books, and Stripe knows no such payment.
        case missingAtStripe = "missing_at_stripe"
        case refund
        case dispute
        /// Another movement that names a payment of ours.
        case unexplained
        /// The line cannot be put into the books: a currency that has no rule, or more than 64 bits.
        case cannotBeBooked = "cannot_be_booked"
        /// Suspense holds what no listed line explains.
        case suspenseUnlisted = "suspense_unlisted"
        /// A line of the Stripe balance and its entries do not move the books alike.
        case lineNotFollowed = "line_not_followed"
        /// Stripe tells of a line otherwise than it is in the books.
        case lineChanged = "line_changed"
        /// What the books hold at Stripe is not what the lines come to, and those that are still to come.
        case balanceDiffers = "balance_differs"
        /// A usage event has no rated line.
        case ratedLineMissing = "rated_line_missing"
        /// A usage event costs, by what it reported, something else than its line says, or was stored with it.
        case ratedLineDiffers = "rated_line_differs"
        /// What rounding has left of a customer's usage is not what is carried on.
        case carryDiffers = "carry_differs"
        /// A customer's running totals are not the sums of their events.
        case totalsDiffer = "totals_differ"
        /// No entry has posted a usage event.
        case usageNotPosted = "usage_not_posted"
        /// An entry books something else than its events come to.
        case usageEntryDiffers = "usage_entry_differs"
        /// Two ways come to different sums, and no row was found that differs.
        case legsDiffer = "legs_differ"
        /// The books contradict themselves.
        case books
    }

    public let id: ID
    public let account: ConnectedAccount.ID
    public let kind: Kind
    /// What it is about: an id of Stripe's or of ours, or a row of the books.
    public let object: String
    /// What was found more than was expected; below zero what was found less. Of Stripe and the books, Stripe is what
    /// was found.
    public let amount: Money
    /// A sentence for a person.
    public let detail: String
    public let foundAt: Instant
    public var rows = Rows()

    /// Which rows differ, and what each side has.
    public struct Rows: Hashable, Sendable {
        public var event: UsageEvent.ID?
        /// Of the journal.
        public var entry: Int64?
        public var reference: String?
        /// `txn_…`
        public var balanceTransaction: String?
        /// Micros of the currency of `amount`; `nil` where the difference is of no amount.
        public var expectedMicros: Int64?
        public var foundMicros: Int64?

        public init() {}
    }

    public init(
        id: ID, account: ConnectedAccount.ID, kind: Kind, object: String, amount: Money, detail: String,
        foundAt: Instant
    ) {
        self.id = id
        self.account = account
        self.kind = kind
        self.object = object
        self.amount = amount
        self.detail = detail
        self.foundAt = foundAt
    }

    /// The same, told otherwise.
    public func detailed(_ detail: String) -> Discrepancy {
        var told = Discrepancy(
            id: id, account: account, kind: kind, object: object, amount: amount, detail: detail, foundAt: foundAt)
        told.rows = rows
        return told
    }
}

public struct DiscrepancyStore {
    let tx: Transaction

    /// - Returns: `false` when the run lists it already.
    public func insert(_ discrepancy: Discrepancy, in run: ReconciliationRecord.ID) throws -> Bool {
        try tx.execute(
            """
            INSERT INTO discrepancies (id, reconciliation, account, kind, object, amount_micros, currency, detail,
                found_at, event, entry, reference, balance_transaction, expected_micros, found_micros)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            ON CONFLICT (reconciliation, account, kind, object, currency) DO NOTHING
            """, discrepancy.id.text, run.text, discrepancy.account.text, discrepancy.kind.rawValue, discrepancy.object,
            discrepancy.amount.micros, discrepancy.amount.currency.code, discrepancy.detail,
            discrepancy.foundAt.millisecondsSince1970, discrepancy.rows.event?.text, discrepancy.rows.entry,
            discrepancy.rows.reference, discrepancy.rows.balanceTransaction, discrepancy.rows.expectedMicros,
            discrepancy.rows.foundMicros) == 1
    }

    /// In the order in which they were found.
    /// - Parameter account: whose; `nil` for all.
    public func list(
        in run: ReconciliationRecord.ID, account: ConnectedAccount.ID? = nil, after: Discrepancy.ID? = nil, limit: Int
    ) throws -> [Discrepancy] {
        try tx.query(
            """
            SELECT * FROM discrepancies WHERE reconciliation = $1 AND id > $2 AND ($4 = '' OR account = $4)
            ORDER BY id LIMIT $3
            """, run.text, after?.text ?? "", limit, account?.text ?? ""
        ).map(Self.discrepancy)
    }

    private static func discrepancy(_ row: Row) throws -> Discrepancy {
        var discrepancy = Discrepancy(
            id: Discrepancy.ID(stored: try row.text("id")),
            account: ConnectedAccount.ID(stored: try row.text("account")),
            kind: try row.choice("kind"), object: try row.text("object"),
            amount: Money(micros: try row.int64("amount_micros"), try row.currency("currency")),
            detail: try row.text("detail"), foundAt: try row.instant("found_at"))
        discrepancy.rows.event = try row.textOrNil("event").map(UsageEvent.ID.init(stored:))
        discrepancy.rows.entry = try row.int64OrNil("entry")
        discrepancy.rows.reference = try row.textOrNil("reference")
        discrepancy.rows.balanceTransaction = try row.textOrNil("balance_transaction")
        discrepancy.rows.expectedMicros = try row.int64OrNil("expected_micros")
        discrepancy.rows.foundMicros = try row.int64OrNil("found_micros")
        return discrepancy
    }

    /// Whether the run has found anything of the account.
    public func hasAny(of account: ConnectedAccount.ID, in run: ReconciliationRecord.ID) throws -> Bool {
        try tx.first(
            "SELECT 1 AS one FROM discrepancies WHERE reconciliation = $1 AND account = $2 LIMIT 1", run.text,
            account.text) != nil
    }

    /// How many the sweeps between the full runs have found, of those started since `instant`.
    /// - Parameter account: whose; `nil` for all.
    public func foundBySweeps(since instant: Instant, account: ConnectedAccount.ID? = nil) throws -> Int64 {
        try tx.first(
            """
            SELECT COUNT(*) AS found FROM reconciliations r JOIN discrepancies d ON d.reconciliation = r.id
            WHERE r.scope = 'events' AND r.account IS NULL AND r.started_at >= $1 AND ($2 = '' OR d.account = $2)
            """, instant.millisecondsSince1970, account?.text ?? "")?.int64("found") ?? 0
    }

    /// - Parameter account: whose; `nil` for all.
    public func count(in run: ReconciliationRecord.ID, account: ConnectedAccount.ID? = nil) throws -> Int64 {
        try tx.first(
            "SELECT COUNT(*) AS found FROM discrepancies WHERE reconciliation = $1 AND ($2 = '' OR account = $2)",
            run.text, account?.text ?? "")?.int64("found") ?? 0
    }

    /// How much the run's discrepancies come to in each currency, all counted as positive.
    /// - Parameter account: whose; `nil` for all.
    public func unexplained(in run: ReconciliationRecord.ID, account: ConnectedAccount.ID? = nil) throws -> [Money] {
        try tx.query(
            """
            SELECT currency, \(ExactSum.columns(of: "ABS(amount_micros)")) FROM discrepancies
            WHERE reconciliation = $1 AND ($2 = '' OR account = $2) GROUP BY currency ORDER BY currency
            """, run.text, account?.text ?? ""
        ).map { row in
            // More than fits is as good as all there is.
            Money(micros: Int64(clamping: try ExactSum.total(row)), try row.currency("currency"))
        }
    }
}
