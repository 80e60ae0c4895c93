import Billing
import Ledger

/// What became of a plan, in micros of the account's currency.
public struct PlanYear: Sendable, Encodable {
    public let plan: String
    public private(set) var customers = 0
    public private(set) var requests: Int64 = 0
    /// By limits and wallets, before the provider was called.
    public let refused: Int64
    public private(set) var costMicros: Int64 = 0
    public private(set) var revenueMicros: Int64 = 0
    /// What Stripe took, as far as it was in the account's currency.
    public private(set) var stripeFeeMicros: Int64 = 0
    public private(set) var applicationFeeMicros: Int64 = 0
    public private(set) var marginMicros: Int64 = 0
    /// What customers paid into their wallets.
    public private(set) var toppedUpMicros: Int64 = 0
    /// Asked for and declined, whether that still stands or was given up.
    public private(set) var lostToDeclinesMicros: Int64 = 0
    /// Not asked for yet.
    public private(set) var accruedMicros: Int64 = 0
    /// Of all months.
    public let billedMicros: Int64
    public let paidMicros: Int64
    public let months: [InvoicedMonth]

    init(_ plan: String, refused: Int64, _ invoices: [Invoice]) {
        self.plan = plan
        self.refused = refused
        let months = Dictionary(grouping: invoices.filter { $0.plan == plan }, by: \.month)
        self.months = months.sorted { $0.key < $1.key }.map { InvoicedMonth($0.key, $0.value) }
        billedMicros = self.months.reduce(0) { $0 + $1.billedMicros }
        paidMicros = self.months.reduce(0) { $0 + $1.paidMicros }
    }

    /// Adds one customer of the plan.
    mutating func add(_ customer: ForecastRows.Customer, _ rules: CurrencyRules, _ currency: Currency) throws {
        customers += 1
        requests += customer.requests
        costMicros += customer.cost
        revenueMicros += customer.price
        stripeFeeMicros += customer.stripeFee
        applicationFeeMicros += customer.applicationFee
        marginMicros = revenueMicros - costMicros - stripeFeeMicros - applicationFeeMicros
        toppedUpMicros += try rules.money(minor: customer.toppedUp, currency).micros
        lostToDeclinesMicros += customer.pending
        // What was given up is owed as before, and is not begun anew.
        if customer.latestStatus == "canceled" {
            lostToDeclinesMicros += customer.accrued
        } else {
            accruedMicros += customer.accrued
        }
    }
}
