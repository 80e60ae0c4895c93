import Billing
import Ledger
import Storage

/// Keeps a customer out for what they owe, where the account has it so: what was spent of a payment that was taken
/// back, or a charge that was given up. They are let in again when neither is left; a block that somebody else has set
/// stays as it is.
struct DebtBlock {
    let context: WorkerContext
    let tx: Transaction

    // The customer's callers see the reason, so no decline code is in it. It tells such a block from any other.
    static let takenBack = "a payment was taken back that had been spent"
    static func givenUp(_ charge: Charge) -> String { "charge \(charge.id) was not paid" }

    // MARK: Out

    func set(takenBackFrom customer: Customer) throws {
        guard let account = try tx.accounts.find(customer.account),
            try isOwedForPaymentTakenBack(customer, account)
        else { return }
        try block(customer, Self.takenBack, account)
    }

    func set(givenUp charge: Charge, of customer: Customer, _ account: ConnectedAccount) throws {
        try block(customer, Self.givenUp(charge), account)
    }

    private func block(_ customer: Customer, _ reason: String, _ account: ConnectedAccount) throws {
        guard customer.status == .active else { return }
        try state(reason, customer, account)
    }

    private func state(_ reason: String, _ customer: Customer, _ account: ConnectedAccount) throws {
        _ = try Customers(context: context).block(
            customer.id.text, reason: reason, account: account, by: .worker, in: tx)
    }

    // MARK: In again

    /// To be asked after whatever may have paid what is owed of a payment that was taken back.
    func lift(_ id: Customer.ID, in currency: Currency) throws {
        guard let (customer, account) = try blocked(id, for: Self.takenBack),
            try !receivable(of: customer, currency).isPositive
        else { return }
        let charge = try tx.charges.open(of: id)
        if account.terms.inForce.dunning.atEndInForce == .block, let charge, charge.dunning.endedAt != nil {
            return try state(Self.givenUp(charge), customer, account)
        }
        try letIn(customer, account)
    }

    /// A charge that was given up is paid after all.
    func lift(paid charge: Charge) throws {
        guard let (customer, account) = try blocked(charge.customer, for: Self.givenUp(charge)) else { return }
        if try isOwedForPaymentTakenBack(customer, account) { return try state(Self.takenBack, customer, account) }
        try letIn(customer, account)
    }

    private func blocked(_ id: Customer.ID, for reason: String) throws -> (Customer, ConnectedAccount)? {
        guard let customer = try tx.customers.find(id), customer.status == .blocked,
            customer.blockedReason == reason, let account = try tx.accounts.find(customer.account)
        else { return nil }
        return (customer, account)
    }

    private func letIn(_ customer: Customer, _ account: ConnectedAccount) throws {
        _ = try Customers(context: context).unblock(customer.id.text, account: account, by: .worker, in: tx)
    }

    // MARK: What is owed

    private func isOwedForPaymentTakenBack(_ customer: Customer, _ account: ConnectedAccount) throws -> Bool {
        guard account.terms.inForce.onClawback == .block else { return false }
        return try receivable(of: customer, account.currency).isPositive
    }

    private func receivable(of customer: Customer, _ currency: Currency) throws -> Money {
        try Wallet(customer: customer, currency: currency, context: context, tx: tx).receivable()
    }
}

extension Customer {
    /// Kept out only for what a payment would pay, which they may make.
    var owesForPaymentTakenBack: Bool { status == .blocked && blockedReason == DebtBlock.takenBack }
}
