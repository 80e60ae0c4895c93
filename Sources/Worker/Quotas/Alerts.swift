public import Billing
public import Storage

/// What crossed a limit, emptied a wallet, was refused or had to wait; each told once.
public struct Alerts: Sendable {
    let context: WorkerContext

    /// Newest first, those given before `after`.
    /// - Parameter customer: `nil` for all of the account, those about the account itself included.
    public func list(
        account: ConnectedAccount, customer: Customer? = nil, kind: Alert.Kind? = nil, after: Alert.ID?, limit: Int,
        in tx: Transaction
    ) throws -> [Alert] {
        try tx.alerts.list(account: account.id, customer: customer?.id, kind: kind, after: after, limit: limit)
    }
}
