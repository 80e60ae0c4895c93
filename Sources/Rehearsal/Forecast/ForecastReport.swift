import Billing
public import Foundation
import Ledger

/// A year as it was played: what each plan came to, and every invoice.
public struct ForecastReport: Sendable {
    public let currency: String
    public let plans: [PlanYear]
    public let invoices: [Invoice]
    /// What Stripe took in other currencies than the account's, in micros; no margin has it in it.
    public let otherFees: [String: Int64]
    private let rules: CurrencyRules

    /// - Parameter refused: requests, by plan.
    init(
        _ slugs: [String], refused: [String: Int64], _ currency: Currency, _ rules: CurrencyRules, _ rows: ForecastRows
    ) throws {
        let invoices = try rows.charges.map { try Invoice($0, rules, currency) }
        var years = Dictionary(
            uniqueKeysWithValues: slugs.map { ($0, PlanYear($0, refused: refused[$0, default: 0], invoices)) })
        for customer in rows.customers { try years[customer.plan]?.add(customer, rules, currency) }
        self.currency = currency.code
        self.invoices = invoices
        self.rules = rules
        plans = slugs.compactMap { years[$0] }
        otherFees = rows.otherFees
    }

    // MARK: For a person

    /// - Parameter withInvoices: whether each one is printed, and not their months alone.
    public func text(withInvoices: Bool) -> String {
        var parts = plans.flatMap { year in [figures(of: year).description, months(of: year).description] }
        if withInvoices { parts.append(invoiceTable.description) }
        for (currency, micros) in otherFees.sorted(by: { $0.key < $1.key }) {
            parts.append("Stripe took \(money(micros, currency)) besides; no margin has them in it")
        }
        return parts.joined(separator: "\n\n")
    }

    private func money(_ micros: Int64, _ currency: String? = nil) -> String {
        let code = currency ?? self.currency
        return Currency(code).map { rules.text(Money(micros: micros, $0)) } ?? "\(micros) micros of \(code)"
    }

    private func figures(of year: PlanYear) -> FigureTable {
        var table = FigureTable("plan \(year.plan)")
        table.add("customers", year.customers)
        table.add("requests", Int(year.requests))
        table.add("requests refused by limits, wallets and blocks", Int(year.refused))
        table.add("revenue", money(year.revenueMicros))
        table.add("cost at the providers", money(year.costMicros))
        table.add("Stripe's fees", money(year.stripeFeeMicros))
        table.add("the platform's application fees", money(year.applicationFeeMicros))
        table.add("margin after all of them", money(year.marginMicros))
        table.add("billed", money(year.billedMicros))
        table.add("paid", money(year.paidMicros))
        table.add("topped up", money(year.toppedUpMicros))
        table.add("lost to declines", money(year.lostToDeclinesMicros))
        table.add("accrued, not yet charged", money(year.accruedMicros))
        return table
    }

    private func months(of year: PlanYear) -> ColumnTable {
        guard !year.months.isEmpty else { return ColumnTable(["  no invoices"]) }
        var table = ColumnTable(["  invoices", "charges", "billed", "paid", "declined"])
        for month in year.months {
            table.add(
                [
                    "  \(month.month)", "\(month.charges)", money(month.billedMicros), money(month.paidMicros),
                    money(month.declinedMicros),
                ])
        }
        return table
    }

    private var invoiceTable: ColumnTable {
        var table = ColumnTable(["customer", "plan", "month", "amount", "status"])
        for invoice in invoices {
            table.add(
                [invoice.customer, invoice.plan, invoice.month, money(invoice.amountMicros), invoice.status])
        }
        return table
    }

    // MARK: For a program

    /// The same as one JSON object, all money in micros.
    public func json(withInvoices: Bool) throws -> Data {
        struct Whole: Encodable {
            let currency: String
            let plans: [PlanYear]
            let otherFeesMicros: [String: Int64]
            let invoices: [Invoice]?
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return try encoder.encode(
            Whole(
                currency: currency, plans: plans, otherFeesMicros: otherFees,
                invoices: withInvoices ? invoices : nil))
    }
}
