public import Billing
public import Storage

/// What crossed a limit, emptied a wallet, was refused or had to wait; each told once.
public struct Alerts: Sendable {
    let context: WorkerContext

    /// Newest first, those given before `after`.
    /// - Parameters:
    ///   - customer: `nil` for all of the account, those about the account itself included.
    ///   - key: a customer's, who is told nothing of what the merchant pays, nor of other keys; `nil` for the
    ///     merchant's.
    public func list(
        account: ConnectedAccount, customer: Customer? = nil, kind: Alert.Kind? = nil, shownTo key: ApiKey? = nil,
        after: Alert.ID?, limit: Int, in tx: Transaction
    ) throws -> [Alert] {
        try tx.alerts.list(
            account: account.id, customer: customer?.id, kind: kind, shownTo: key, after: after, limit: limit)
    }
}
