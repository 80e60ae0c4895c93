public import Billing
public import Ledger
public import Storage

/// An organization with what its customers owe and have together.
public struct OrganizationReport: Hashable, Sendable {
    public let name: String
    public let customers: Int64
    public let accrued: Money
    /// As the books have it: what is past its expiry counts until somebody opens the wallet.
    public let wallet: Money
    public let held: Money
    public let pending: Money
}

/// Groups of a merchant's customers. A group is there as long as a customer names it.
public struct Organizations: Sendable {
    let context: WorkerContext

    /// By name, those that come after `after`.
    public func list(
        account: ConnectedAccount, after: String? = nil, limit: Int, in tx: Transaction
    ) throws -> [OrganizationStore.Entry] {
        try tx.organizations.list(account: account.id, after: after, limit: limit)
    }

    /// - Throws: `not_found`; `overflow` when the sum does not fit 64 bits.
    public func get(_ name: String, account: ConnectedAccount, in tx: Transaction) throws -> OrganizationReport {
        guard let entry = try tx.organizations.find(name, account: account.id) else {
            throw WorkerError.notFound("organization")
        }
        let balances = try tx.organizations.balances(name, account: account.id)
        func money(_ micros: Int128) throws -> Money {
            guard let fitting = Int64(exactly: micros) else {
                throw WorkerError.conflict("overflow", "the balances together do not fit 64 bits of micros")
            }
            return Money(micros: fitting, account.currency)
        }
        func balance(_ kind: LedgerAccount.Kind) -> Int128 { balances[kind.rawValue] ?? 0 }
        return OrganizationReport(
            name: entry.name, customers: entry.customers, accrued: try money(balance(.accrued)),
            wallet: try money(-balance(.wallet)), held: try money(tx.organizations.held(name, account: account.id)),
            pending: try money(balance(.pending)))
    }
}
