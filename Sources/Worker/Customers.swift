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
        let customer = try make(new.externalID, new.details, account: account)
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
        try tx.customers.update(customer)
        let changes = AuditedFields.changes(from: before.audited, to: customer.audited)
        try context.audit(.changed, .customer, customer.id.text, of: account.id, changes, by: actor, in: tx)
        try Charging(context: context).markDueAtThreshold(customer, account: account, in: tx)
        return customer
    }

    /// - Parameter name: our id (`bcus_…`) or the merchant's external id.
    public func get(_ name: String, account: ConnectedAccount, in tx: Transaction) throws -> Customer {
        guard let customer = try find(name, account: account, in: tx) else { throw WorkerError.notFound("customer") }
        return customer
    }

    /// - Parameter name: our id or an external id; a customer of that external id is made when there is none.
    func findOrMake(_ name: String, account: ConnectedAccount, in tx: Transaction) throws -> Customer {
        try find(name, account: account, in: tx) ?? getOrMake(name, account: account, in: tx)
    }

    /// The customer of that external id, made now when there is none.
    func getOrMake(_ externalID: String, account: ConnectedAccount, in tx: Transaction) throws -> Customer {
        if let customer = try tx.customers.find(externalID: externalID, account: account.id) { return customer }
        let customer = try make(externalID, CustomerDetails(), account: account)
        if try tx.customers.insert(customer) { return customer }
        guard let other = try tx.customers.find(externalID: externalID, account: account.id) else {
            throw WorkerError(.unavailable, "customer_in_flight", "this customer is being made; send the request again")
        }
        return other
    }

    /// Newest first.
    public func list(
        account: ConnectedAccount, after: Customer.ID?, limit: Int, in tx: Transaction
    ) throws -> [Customer] {
        try tx.customers.list(account: account.id, after: after, limit: limit)
    }

    public func balance(of customer: Customer, account: ConnectedAccount, in tx: Transaction) throws -> CustomerBalance
    {
        let wallet = Wallet(customer: customer, currency: account.currency, tx: tx)
        let spendable = try wallet.spendable(at: context.now)
        let pending = LedgerAccount(book: account.book, .pending, customer: customer.id.text)
        return CustomerBalance(
            accrued: try wallet.accrued(), wallet: try spendable.paid.adding(spendable.promotional),
            paidAhead: spendable.paid, promotional: spendable.promotional, held: .zero(account.currency),
            pending: try tx.journal.balance(of: pending, account.currency),
            paid: try context.currencies.money(minor: try tx.charges.paid(by: customer.id), account.currency))
    }

    private func find(_ name: String, account: ConnectedAccount, in tx: Transaction) throws -> Customer? {
        if let id = Customer.ID(name), let customer = try tx.customers.find(id), customer.account == account.id {
            return customer
        }
        return try tx.customers.find(externalID: name, account: account.id)
    }

    private func make(
        _ externalID: String, _ details: CustomerDetails, account: ConnectedAccount
    ) throws -> Customer {
        try FieldCheck.name("external_id", externalID, 1...200)
        var customer = Customer(
            id: .make(context.seams), account: account.id, externalID: externalID, createdAt: context.now)
        details.apply(to: &customer)
        return customer
    }
}

/// What a caller may say of a customer; what is `nil` stays as it is.
public struct CustomerDetails: Hashable, Sendable {
    public var name: String?
    public var email: String?
    public var metadata: [String: String]?
    /// `cus_…` on the merchant's Stripe account, for a customer whom Stripe knows already.
    public var stripeCustomer: String?
    /// `pm_…`, attached to that customer; charged off session.
    public var paymentMethod: String?

    public init(
        name: String? = nil, email: String? = nil, metadata: [String: String]? = nil, stripeCustomer: String? = nil,
        paymentMethod: String? = nil
    ) {
        self.name = name
        self.email = email
        self.metadata = metadata
        self.stripeCustomer = stripeCustomer
        self.paymentMethod = paymentMethod
    }

    func check() throws(WorkerError) {
        if let name { try FieldCheck.text("name", name, 1...200) }
        if let email { try FieldCheck.email("email", email) }
        if let metadata { try FieldCheck.metadata(metadata) }
        if let stripeCustomer { try FieldCheck.token("stripe_customer", stripeCustomer) }
        if let paymentMethod { try FieldCheck.token("payment_method", paymentMethod) }
    }

    func apply(to customer: inout Customer) {
        customer.name = name ?? customer.name
        customer.email = email ?? customer.email
        customer.metadata = metadata ?? customer.metadata
        customer.stripeCustomer = stripeCustomer ?? customer.stripeCustomer
        customer.paymentMethod = paymentMethod ?? customer.paymentMethod
    }
}

public struct NewCustomer: Hashable, Sendable {
    public var externalID: String
    public var details: CustomerDetails

    public init(externalID: String, details: CustomerDetails = CustomerDetails()) {
        self.externalID = externalID
        self.details = details
    }
}

public struct CustomerBalance: Hashable, Sendable {
    /// Used, and neither paid nor in a charge.
    public let accrued: Money
    /// Paid ahead or given, and not past its expiry.
    public let wallet: Money
    /// What of the wallet was paid: by top-ups, or past Stripe.
    public let paidAhead: Money
    /// What of the wallet was given away.
    public let promotional: Money
    /// Set apart for requests in flight.
    public let held: Money
    /// In a charge that has not come to its end.
    public let pending: Money
    /// Paid by charges so far; top-ups are in the wallet.
    public let paid: Money
}
