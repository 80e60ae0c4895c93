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
    /// Exact, also where it is more than 64 bits hold.
    public let micros: Int128
    public let currency: Currency

    public init(_ name: Name, items: Int64, _ micros: Int128, _ currency: Currency) {
        self.name = name
        self.items = items
        self.micros = micros
        self.currency = currency
    }
}

public struct ReconciliationLegStore {
    let tx: Transaction

    /// Adds to what the run has of an account's leg so far.
    /// - Throws: `LedgerError.overflow` where that is beyond a million times 64 bits.
    public func add(_ leg: ReconciliationLeg, of account: ConnectedAccount.ID, to run: ReconciliationRecord.ID) throws {
        let known = try find(leg.name, leg.currency, of: account, in: run)
        let micros = (known?.micros ?? 0) + leg.micros
        guard let millions = Int64(exactly: micros / 1_000_000) else { throw LedgerError.overflow(leg.name.rawValue) }
        try tx.execute(
            """
            INSERT INTO reconciliation_legs (reconciliation, account, leg, currency, items, micros, millions)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (reconciliation, account, leg, currency)
            DO UPDATE SET items = excluded.items, micros = excluded.micros, millions = excluded.millions
            """, run.text, account.text, leg.name.rawValue, leg.currency.code, (known?.items ?? 0) + leg.items,
            Int64(micros % 1_000_000), millions)
    }

    public func find(
        _ name: ReconciliationLeg.Name, _ currency: Currency, of account: ConnectedAccount.ID,
        in run: ReconciliationRecord.ID
    ) throws -> ReconciliationLeg? {
        try tx.first(
            """
            SELECT items, micros, millions FROM reconciliation_legs
            WHERE reconciliation = $1 AND account = $2 AND leg = $3 AND currency = $4
            """, run.text, account.text, name.rawValue, currency.code
        ).map {
            let micros = Int128(try $0.int64(at: 2)) * 1_000_000 + Int128(try $0.int64(at: 1))
            return ReconciliationLeg(name, items: try $0.int64(at: 0), micros, currency)
        }
    }

    /// All legs of a run, by currency and in their order.
    /// - Parameter account: `nil` adds all accounts up.
    public func list(in run: ReconciliationRecord.ID, account: ConnectedAccount.ID? = nil) throws -> [ReconciliationLeg]
    {
        let legs = try tx.query(
            """
            SELECT leg, currency, CAST(SUM(items) AS BIGINT) AS items, \(ExactSum.columns(of: "micros")),
                CAST(SUM(millions / 1000000) AS BIGINT) AS billions,
                CAST(SUM(millions % 1000000) AS BIGINT) AS more_millions
            FROM reconciliation_legs WHERE reconciliation = $1 AND ($2 = '' OR account = $2)
            GROUP BY leg, currency
            """, run.text, account?.text ?? ""
        ).map { row in
            let billions = Int128(try row.int64("billions")) * 1_000_000 + Int128(try row.int64("more_millions"))
            return ReconciliationLeg(
                try row.choice("leg"), items: try row.int64("items"),
                try ExactSum.total(row) + billions * 1_000_000, try row.currency("currency"))
        }
        let order = ReconciliationLeg.Name.allCases
        return legs.sorted {
            ($0.currency.code, order.firstIndex(of: $0.name) ?? 0)
                < ($1.currency.code, order.firstIndex(of: $1.name) ?? 0)
        }
    }
}
