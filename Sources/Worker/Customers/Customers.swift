public import Billing
public import Ledger
public import Storage

/// A merchant's customers: made by hand or on first use, changed, found, and what each owes and has.
public struct Customers: Sendable {
    let context: WorkerContext

    /// - Throws: `conflict` when the account already has a customer of that external id.
    public func create(
        _ new: NewCustomer, account: ConnectedAccount, by actor: Actor, in tx: Transaction
    ) throws -> Customer {
        try new.details.check()
        let customer = try make(new.externalID, new.details, account: account, in: tx)
        guard try tx.customers.insert(customer) else {
            throw WorkerError.conflict("customer_exists", "the account already has a customer with this external_id")
        }
        let changes = AuditedFields.changes(to: customer.audited)
        try context.audit(.created, .customer, customer.id.text, of: account.id, changes, by: actor, in: tx)
        return customer
    }

    public func update(
        _ name: String, _ details: CustomerDetails, account: ConnectedAccount, by actor: Actor, in tx: Transaction
    ) throws -> Customer {
        try details.check()
        let before = try get(name, account: account, in: tx)
        var customer = before
        details.apply(to: &customer)
        try putOnPlan(&customer, details.plan, account: account, in: tx)
        try tx.customers.update(customer)
        try tx.customers.updateSettings(customer)
        if customer.zone(of: account) != before.zone(of: account) {
            try LimitCounters(context: context).recount(customer, account: account, in: tx)
        }
        let changes = AuditedFields.changes(from: before.audited, to: customer.audited)
        try context.audit(.changed, .customer, customer.id.text, of: account.id, changes, by: actor, in: tx)
        try Charging(context: context).markDueAtThreshold(customer, account: account, in: tx)
        try Dunning(context: context).methodChanged(from: before, to: customer, in: tx)
        return customer
    }

    /// - Parameter name: our id (`bcus_…`) or the merchant's external id.
    public func get(_ name: String, account: ConnectedAccount, in tx: Transaction) throws -> Customer {
        guard let customer = try find(name, account: account, in: tx) else { throw WorkerError.notFound("customer") }
        return customer
    }

    /// - Parameter name: our id or an external id; a customer of that external id is made when there is none.
    func findOrMake(_ name: String, account: ConnectedAccount, in tx: Transaction) throws -> Customer {
        try getOrMake(name, account: account, in: tx)
    }

    /// The customer of that external id, made now when there is none. Our own id is taken as well, since callers have
    /// both at hand, and never becomes somebody's external id.
    func getOrMake(_ externalID: String, account: ConnectedAccount, in tx: Transaction) throws -> Customer {
        let (customer, isNew) = try findOrPrepare(externalID, account: account, in: tx)
        guard isNew else { return customer }
        if try tx.customers.insert(customer) { return customer }
        guard let other = try tx.customers.find(externalID: externalID, account: account.id) else {
            throw WorkerError(.unavailable, "customer_in_flight", "this customer is being made; send the request again")
        }
        return other
    }

    /// The customer, or one as first use makes it, which is not written yet.
    func findOrPrepare(
        _ name: String, account: ConnectedAccount, in tx: Transaction
    ) throws -> (customer: Customer, isNew: Bool) {
        if let customer = try find(name, account: account, in: tx) { return (customer, false) }
        guard Customer.ID(name) == nil else { throw WorkerError.notFound("customer") }
        return (try make(name, CustomerDetails(), account: account, in: tx), true)
    }

    /// Newest first, those made before `after`.
    /// - Throws: `not_found` for a plan that there is not.
    public func list(
        _ search: CustomerSearch = CustomerSearch(), account: ConnectedAccount, after: Customer.ID?, limit: Int,
        in tx: Transaction
    ) throws -> [Customer] {
        let plan = try search.plan.map { try Plans(context: context).get($0, account: account.id, in: tx).id }
        return try tx.customers.list(
            CustomerFilter(
                account: account.id, text: search.text, status: search.status, plan: plan,
                organization: search.organization),
            after: after, limit: limit)
    }

    /// The merchant's own names of customers, by our ids.
    public func externalIDs(of ids: some Sequence<String>, in tx: Transaction) throws -> [String: String] {
        var names: [String: String] = [:]
        for id in ids where names[id] == nil {
            names[id] = try tx.customers.find(Customer.ID(stored: id))?.externalID
        }
        return names
    }

    public func balance(of customer: Customer, account: ConnectedAccount, in tx: Transaction) throws -> CustomerBalance
    {
        let wallet = Wallet(customer: customer, currency: account.currency, context: context, tx: tx)
        let contents = try wallet.contents(at: context.now)
        let pending = LedgerAccount(book: account.book, .pending, customer: customer.id.text)
        let (accrued, receivable) = (try wallet.accrued(), try wallet.receivable())
        let held = try held(by: customer, in: tx)
        let party = Party(account: account, customer: customer, key: nil, plan: try Party.plan(of: customer, in: tx))
        let standing = WalletStanding(
            balance: try contents.spendable.micros, accrued: accrued.micros, receivable: receivable.micros, held: held)
        return CustomerBalance(
            accrued: accrued, receivable: receivable, wallet: try contents.all, paidAhead: contents.paid,
            promotional: contents.promotional, frozen: contents.frozen, held: Money(micros: held, account.currency),
            available: party.isPrepaid ? Money(micros: standing.available, account.currency) : nil,
            pending: try tx.journal.balance(of: pending, account.currency),
            paid: try context.currencies.money(minor: try tx.charges.paid(by: customer.id), account.currency))
    }

    /// What is set apart, without what is past its time.
    private func held(by customer: Customer, in tx: Transaction) throws -> Int64 {
        let held = try tx.heldTotals.meter(of: customer.id)?.heldMicros ?? 0
        return try tx.holds.due(of: customer.id, at: context.now).reduce(held) { $0 - $1.heldMicros }
    }

    private func find(_ name: String, account: ConnectedAccount, in tx: Transaction) throws -> Customer? {
        if let id = Customer.ID(name), let customer = try tx.customers.find(id), customer.account == account.id {
            return customer
        }
        return try tx.customers.find(externalID: name, account: account.id)
    }

    private func make(
        _ externalID: String, _ details: CustomerDetails, account: ConnectedAccount, in tx: Transaction
    ) throws -> Customer {
        try FieldCheck.name("external_id", externalID, 1...200)
        guard Customer.ID(externalID) == nil else {
            throw WorkerError.invalid("external_id", "external_id must be a name of your own, not an id of Bursar's")
        }
        var customer = Customer(
            id: .make(context.seams), account: account.id, externalID: externalID, createdAt: context.now)
        details.apply(to: &customer)
        if case .keep = details.plan {
            customer.plan = try tx.plans.standard(of: account.id)?.id
        } else {
            try putOnPlan(&customer, details.plan, account: account, in: tx)
        }
        return customer
    }

    /// What was used stays used: the limits of the new plan hold from the next request on, over the same counters.
    private func putOnPlan(
        _ customer: inout Customer, _ change: FieldChange<String>, account: ConnectedAccount, in tx: Transaction
    ) throws {
        switch change {
        case .keep: return
        case .clear: customer.plan = nil
        case .set(let name):
            guard let plan = try? Plans(context: context).get(name, account: account.id, in: tx) else {
                throw WorkerError.invalid("plan", "there is no such plan; `GET /v1/plans` lists them")
            }
            guard plan.archivedAt == nil || plan.id == customer.plan else {
                throw WorkerError(
                    .conflict, "plan_archived", "this plan is archived and takes nobody new", field: "plan")
            }
            customer.plan = plan.id
        }
    }
}

public struct CustomerBalance: Hashable, Sendable {
    /// Used, and neither paid nor in a charge.
    public let accrued: Money
    /// Spent of top-ups that were refunded or withdrawn by disputes afterwards, and not paid again.
    public let receivable: Money
    /// Paid ahead or given, and not past its expiry; what is frozen, too.
    public let wallet: Money
    /// What of the wallet was paid: by top-ups, or past Stripe.
    public let paidAhead: Money
    /// What of the wallet was given away.
    public let promotional: Money
    /// What of the wallet can be neither spent nor held, because an open dispute or a refund under way may take it.
    public let frozen: Money
    /// Set apart for requests in flight.
    public let held: Money
    /// What a prepaid customer can still set apart: the wallet, less what is frozen, owed and held. Below zero after a
    /// capture above its hold; `nil` for who pays afterwards.
    public let available: Money?
    /// In a charge that has not come to its end.
    public let pending: Money
    /// Paid by charges so far; top-ups are in the wallet.
    public let paid: Money
}
