public import Billing
import Ledger
public import Storage

// A customer who is blocked uses nothing and buys nothing: usage, authorizations, top-ups and the customer's own keys
// are refused from the commit of the block on. What is owed already is still charged, and who is kept out only for what
// was spent of a payment that was taken back may top up, which pays it.
extension Customers {
    /// - Parameter reason: for whoever asks later; the customer's callers see it, too.
    /// - Throws: `not_found`, `invalid_field`.
    public func block(
        _ name: String, reason: String?, account: ConnectedAccount, by actor: Actor, in tx: Transaction
    ) throws -> Customer {
        if let reason { try FieldCheck.text("reason", reason, 1...500) }
        return try setStatus(name, .blocked, .blocked, reason: reason, account: account, by: actor, in: tx)
    }

    /// A charge that was given up is tried once more.
    /// - Throws: `not_found`.
    public func unblock(
        _ name: String, account: ConnectedAccount, by actor: Actor, in tx: Transaction
    ) throws -> Customer {
        let before = try get(name, account: account, in: tx)
        let customer = try setStatus(name, .active, .unblocked, reason: nil, account: account, by: actor, in: tx)
        if before.status == .blocked { try Dunning(context: context).letIn(customer, in: tx) }
        return customer
    }

    private func setStatus(
        _ name: String, _ status: Customer.Status, _ action: AuditLog.Action, reason: String?,
        account: ConnectedAccount, by actor: Actor, in tx: Transaction
    ) throws -> Customer {
        let before = try get(name, account: account, in: tx)
        guard before.status != status || before.blockedReason != reason else { return before }
        var customer = before
        customer.status = status
        customer.blockedReason = reason
        customer.blockedAt = status == .active ? nil : before.blockedAt ?? context.now
        try tx.customers.setStatus(customer)
        let changes = AuditedFields.changes(from: before.audited, to: customer.audited)
        try context.audit(action, .customer, customer.id.text, of: account.id, changes, by: actor, in: tx)
        return customer
    }
}

extension Customer {
    /// To be asked by whatever lets a customer use or buy something.
    /// - Throws: `customer_blocked`.
    public func requireActive() throws(WorkerError) {
        guard status != .active else { return }
        let reason = blockedReason.map { " (\($0))" } ?? ""
        throw WorkerError(.forbidden, "customer_blocked", "the customer is blocked\(reason)", field: "customer")
    }
}
