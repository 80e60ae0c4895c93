public import Billing
public import Ledger

extension Transaction {
    public var reconciliationLegs: ReconciliationLegStore { ReconciliationLegStore(tx: self) }
}

/// One of the ways by which a run has added up the same money, in one currency.
public struct ReconciliationLeg: Hashable, Sendable {
    public enum Name: String, CaseIterable, Sendable {
        /// What each event costs, rated again from what it reported by the prices of its line.
        case usageEvents = "usage_events"
        /// What the lines say was posted.
        case ratedLines = "rated_lines"
        /// What the entries of usage have posted to revenue.
        case ledgerRevenue = "ledger_revenue"
        /// What the books hold at Stripe.
        case ledgerStripeBalance = "ledger_stripe_balance"
        /// What of it Stripe has not told of yet, within the grace: payments, refunds and movements of disputes.
        case awaitingStripe = "awaiting_stripe"
        /// What the lines of the Stripe balance come to, after fees.
        case stripe
    }

    public let name: Name
    /// How many events, lines, entries, postings or lines of the Stripe balance.
    public let items: Int64
    public let amount: Money

    public init(_ name: Name, items: Int64, _ amount: Money) {
        self.name = name
        self.items = items
        self.amount = amount
    }
}

public struct ReconciliationLegStore {
    let tx: Transaction

    /// Adds to what the run has of an account's leg so far. What does not fit 64 bits stays at their end.
    public func add(_ leg: ReconciliationLeg, of account: ConnectedAccount.ID, to run: ReconciliationRecord.ID) throws {
        let known = try find(leg.name, leg.amount.currency, of: account, in: run)
        let micros = Int64(clamping: Int128(known?.amount.micros ?? 0) + Int128(leg.amount.micros))
        try tx.execute(
            """
            INSERT INTO reconciliation_legs (reconciliation, account, leg, currency, items, micros)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (reconciliation, account, leg, currency)
            DO UPDATE SET items = excluded.items, micros = excluded.micros
            """, run.text, account.text, leg.name.rawValue, leg.amount.currency.code, (known?.items ?? 0) + leg.items,
            micros)
    }

    public func find(
        _ name: ReconciliationLeg.Name, _ currency: Currency, of account: ConnectedAccount.ID,
        in run: ReconciliationRecord.ID
    ) throws -> ReconciliationLeg? {
        try tx.first(
            """
            SELECT items, micros FROM reconciliation_legs
            WHERE reconciliation = $1 AND account = $2 AND leg = $3 AND currency = $4
            """, run.text, account.text, name.rawValue, currency.code
        ).map {
            ReconciliationLeg(name, items: try $0.int64(at: 0), Money(micros: try $0.int64(at: 1), currency))
        }
    }

    /// All legs of a run, by currency and in their order.
    /// - Parameter account: `nil` adds all accounts up.
    public func list(in run: ReconciliationRecord.ID, account: ConnectedAccount.ID? = nil) throws -> [ReconciliationLeg]
    {
        let legs = try tx.query(
            """
            SELECT leg, currency, CAST(SUM(items) AS BIGINT) AS items, \(ExactSum.columns(of: "micros"))
            FROM reconciliation_legs WHERE reconciliation = $1 AND ($2 = '' OR account = $2)
            GROUP BY leg, currency
            """, run.text, account?.text ?? ""
        ).map { row in
            ReconciliationLeg(
                try row.choice("leg"), items: try row.int64("items"),
                Money(micros: Int64(clamping: try ExactSum.total(row)), try row.currency("currency")))
        }
        let order = ReconciliationLeg.Name.allCases
        return legs.sorted {
            ($0.amount.currency.code, order.firstIndex(of: $0.name) ?? 0)
                < ($1.amount.currency.code, order.firstIndex(of: $1.name) ?? 0)
        }
    }
}
