import Billing
import Ledger
import Storage

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

    /// In the order in which they were made.
    /// - Parameter currency: the account's, in which all are made.
    static func all(_ rules: CurrencyRules, _ currency: Currency, in tx: Transaction) throws -> [Invoice] {
        try tx.query(
            """
            SELECT c.external_id AS customer, p.slug AS plan, h.created_at AS made, h.status AS status,
                h.amount AS amount
            FROM charges h JOIN customers c ON c.id = h.customer JOIN plans p ON p.id = c.plan
            ORDER BY h.created_at, h.id
            """
        ).map { row in
            Invoice(
                customer: try row.text("customer"), plan: try row.text("plan"),
                month: String(Instant(millisecondsSince1970: try row.int64("made")).rfc3339.prefix(7)),
                status: try row.text("status"),
                amountMicros: try rules.money(minor: try row.int64("amount"), currency).micros)
        }
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
