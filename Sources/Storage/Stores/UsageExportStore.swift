public import Billing
public import Ledger

extension Transaction {
    public var usageExport: UsageExportStore { UsageExportStore(tx: self) }
}

/// All usage of an account, customer by customer, in the order in which it came in.
public struct UsageExportStore {
    let tx: Transaction

    public struct Line: Hashable, Sendable {
        public let event: UsageEvent
        /// The merchant's own name for the customer.
        public let customer: String
    }

    /// Which of an event's times is looked at: when it happened, or by when totals, limits and bills count it.
    public enum Clock: String, CaseIterable, Sendable {
        case happened = "time"
        case counted = "counted_at"
    }

    private static let customersAtOnce = 200

    /// The lines after `after` whose time, by that clock, is at or after `from` and before `to`.
    ///
    /// Each customer is a question of its own, which begins at its place in an index and ends when the page is full:
    /// one question over all would first sort everything that a customer has.
    /// - Parameter only: `nil` for all customers.
    public func page(
        account: ConnectedAccount.ID, of only: Customer? = nil, from: Instant?, to: Instant?,
        by clock: Clock = .happened, after: Line?, limit: Int
    ) throws -> [Line] {
        let stretch = Stretch(clock: clock, from: from, to: to)
        if let only {
            return try read((only.id, only.externalID), stretch, after: after?.event.id, limit: limit)
        }
        var lines: [Line] = []
        if let after {
            lines = try read((after.event.customer, after.customer), stretch, after: after.event.id, limit: limit)
        }
        var last = after?.event.customer
        while lines.count < limit {
            let next = try customers(account, after: last)
            for customer in next where lines.count < limit {
                lines += try read(customer, stretch, limit: limit - lines.count)
            }
            guard next.count == Self.customersAtOnce else { break }
            last = next.last?.id
        }
        return lines
    }

    private func customers(
        _ account: ConnectedAccount.ID, after: Customer.ID?
    ) throws -> [(id: Customer.ID, name: String)] {
        var query = Conditions()
        query.add("account = ?", account.text)
        query.add("id > ?", after?.text)
        return try query.rows(
            "customers", columns: "id, external_id", order: "id", limit: Self.customersAtOnce, in: tx
        ).map { (Customer.ID(stored: try $0.text("id")), try $0.text("external_id")) }
    }

    private struct Stretch {
        let clock: Clock
        let from: Instant?
        let to: Instant?
    }

    private func read(
        _ customer: (id: Customer.ID, name: String), _ stretch: Stretch, after: UsageEvent.ID? = nil, limit: Int
    ) throws -> [Line] {
        var query = Conditions()
        query.add("customer = ?", customer.id.text)
        query.add("\(stretch.clock.rawValue) >= ?", stretch.from?.millisecondsSince1970)
        query.add("\(stretch.clock.rawValue) < ?", stretch.to?.millisecondsSince1970)
        query.add("id > ?", after?.text)
        return try query.rows("usage_events", order: "id", limit: limit, in: tx).map {
            Line(event: try UsageStore.event($0), customer: customer.name)
        }
    }
}
