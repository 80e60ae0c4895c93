public import Billing
public import Ledger
public import Storage

/// Which usage is exported.
public struct UsageSelection: Hashable, Sendable {
    /// At or after.
    public var from: Instant?
    /// Before.
    public var to: Instant?
    /// Which of an event's times is asked for.
    public var by = UsageExportStore.Clock.happened
    /// Only of this one: our id or the merchant's external id.
    public var customer: String?

    public init(from: Instant? = nil, to: Instant? = nil, customer: String? = nil) {
        self.from = from
        self.to = to
        self.customer = customer
    }
}

/// Pages of what is exported. Each is a read of its own, so that no snapshot lives as long as a slow reader.
public struct Exporting: Sendable {
    let context: WorkerContext

    /// Customer by customer, in the order in which it came in.
    /// - Throws: `not_found` for a customer that there is not.
    public func usage(
        _ selection: UsageSelection, account: ConnectedAccount.ID, after: UsageExportStore.Line?, limit: Int
    ) async throws -> [UsageExportStore.Line] {
        try await context.database.read { [context] tx in
            let customer = try selection.customer.map { name in
                let account = try Accounts(context: context).get(account, in: tx)
                return try Customers(context: context).get(name, account: account, in: tx)
            }
            return try tx.usageExport.page(
                account: account, of: customer, from: selection.from, to: selection.to,
                by: selection.by, after: after, limit: limit)
        }
    }

    /// Newest first.
    public func customers(
        _ search: CustomerSearch, account: ConnectedAccount.ID, after: Customer.ID?, limit: Int
    ) async throws -> [Customer] {
        try await context.database.read { [context] tx in
            let account = try Accounts(context: context).get(account, in: tx)
            return try Customers(context: context).list(search, account: account, after: after, limit: limit, in: tx)
        }
    }
}
