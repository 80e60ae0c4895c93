public import Billing
import Ledger
public import Storage

/// Answers what a merchant earns, and on what, after everybody has taken their part.
public struct Margins: Sendable {
    let context: WorkerContext

    /// Usage counts when it counts in totals, fees when the payment was made. Read from running totals of both.
    ///
    /// Fees are of payments, so by customer and by hour, day or month they are exact. By anything else, and where only
    /// a part of the usage is asked for, the fees of each customer are split over that customer's usage by its price,
    /// to the micro. Where there was none, they are in a group that says nothing else.
    /// - Throws: `invalid_field`, `unaligned_time`, `range_too_long`, naming the parameter.
    public func ask(_ query: UsageQuery, account: ConnectedAccount, in tx: Transaction) throws -> MarginReport {
        var sheet = try MarginSheet(query, account: account)
        try sheet.readUsage(in: tx)
        try sheet.readFees(in: tx)
        let groups = try sheet.groups()
        var total = MarginFigures.zero
        for figures in groups.values { total.add(figures) }
        let page = try GroupPage(of: groups.keys, after: query.after, limit: query.limit)
        let rows = page.groups.map { values in
            MarginRow(
                id: GroupPage.id(of: values), groups: query.named(values), figures: groups[values] ?? .zero)
        }
        return MarginReport(rows: rows, total: total, otherFees: sheet.otherFees)
    }

    /// The merchant's own names of the customers whom rows are of, by our ids.
    public func externalIDs(in rows: some Sequence<MarginRow>, in tx: Transaction) throws -> [String: String] {
        try Customers(context: context).externalIDs(of: rows.compactMap { $0.groups.customer }, in: tx)
    }
}
