import Billing
import Ledger

/// What a customer was billed at one time: a charge.
public struct Invoice: Sendable, Encodable {
    public let customer: String
    public let plan: String
    /// `2026-11`, in UTC.
    public let month: String
    /// Of the charge: `paid`, `failed`, `requires_action`, `canceled`, `pending`.
    public let status: String
    public let amountMicros: Int64

    var isDeclined: Bool { ["failed", "requires_action", "canceled"].contains(status) }

    /// - Parameter currency: the account's, in which all are made.
    init(_ charge: ForecastRows.Charge, _ rules: CurrencyRules, _ currency: Currency) throws {
        customer = charge.customer
        plan = charge.plan
        month = String(charge.madeAt.rfc3339.prefix(7))
        status = charge.status
        amountMicros = try rules.money(minor: charge.amount, currency).micros
    }
}

/// What all customers of a plan were billed in one month.
public struct InvoicedMonth: Sendable, Encodable {
    public let month: String
    public let charges: Int
    public let billedMicros: Int64
    public let paidMicros: Int64
    public let declinedMicros: Int64

    init(_ month: String, _ invoices: [Invoice]) {
        func sum(_ fits: (Invoice) -> Bool) -> Int64 { invoices.filter(fits).reduce(0) { $0 + $1.amountMicros } }
        self.month = month
        charges = invoices.count
        billedMicros = sum { _ in true }
        paidMicros = sum { $0.status == "paid" }
        declinedMicros = sum(\.isDeclined)
    }
}
