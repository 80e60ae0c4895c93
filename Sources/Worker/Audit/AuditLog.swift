public import Billing
public import Storage

/// Who changed which setting, from what to what: written in the commit of the change, and read again.
public struct AuditLog: Sendable {
    let context: WorkerContext

    public enum Object: String, CaseIterable, Sendable {
        case account, key, customer, plan, grant, price, product, meter, refund
        case topUp = "top_up"
        case usageEvent = "usage_event"
        case webhookEvent = "webhook_event"
        case webhookEndpoint = "webhook_endpoint"
        case discrepancy
    }

    public enum Action: String, CaseIterable, Sendable {
        case created, changed, archived, restored, removed
        case blocked, unblocked
        case connected, disconnected
        case revoked, rotated
        case granted, corrected, imported, replayed, reset, explained
    }

    /// Newest first, those made before `after`.
    public func list(_ filter: AuditFilter, after: AuditEntry.ID? = nil, limit: Int, in tx: Transaction) throws
        -> [AuditEntry]
    {
        try tx.auditLog.list(filter, after: after, limit: limit)
    }
}

extension WorkerContext {
    /// Writes down what `actor` did, in the transaction in which it is done. A change in which nothing is different
    /// is none, and is not written.
    /// - Parameters:
    ///   - account: whose thing it is; `nil` for the platform's.
    ///   - changes: never a secret, nor what is made of one.
    func audit(
        _ action: AuditLog.Action, _ object: AuditLog.Object, _ id: String, of account: ConnectedAccount.ID?,
        _ changes: [AuditChange] = [], by actor: Actor, in tx: Transaction
    ) throws {
        guard action != .changed || !changes.isEmpty else { return }
        try tx.auditLog.append(
            AuditEntry(
                id: .make(seams), account: account, actor: actor.text, action: action.rawValue,
                object: object.rawValue, objectID: id, changes: changes, at: now))
    }
}
