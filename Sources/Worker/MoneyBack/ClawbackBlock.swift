import Billing
import Ledger
import Storage

/// Keeps a customer out who owes what was spent of a payment that was taken back, where the account has it so, and
/// lets them in again when nothing of it is owed any more.
struct ClawbackBlock {
    let context: WorkerContext
    let tx: Transaction

    /// The customer's callers see it. It tells such a block from one that somebody else has set.
    static let reason = "a payment was taken back that had been spent"

    func set(_ customer: Customer, _ wallet: Wallet) throws {
        guard customer.status == .active, let account = try tx.accounts.find(customer.account),
            account.terms.inForce.onClawback == .block, try wallet.receivable().isPositive
        else { return }
        _ = try Customers(context: context).block(
            customer.id.text, reason: Self.reason, account: account, by: .worker, in: tx)
    }

    /// To be asked after whatever may have paid what is owed.
    func lift(_ id: Customer.ID, in currency: Currency) throws {
        guard let customer = try tx.customers.find(id), customer.status == .blocked,
            customer.blockedReason == Self.reason, let account = try tx.accounts.find(customer.account),
            try !Wallet(customer: customer, currency: currency, context: context, tx: tx).receivable().isPositive
        else { return }
        _ = try Customers(context: context).unblock(customer.id.text, account: account, by: .worker, in: tx)
    }
}
