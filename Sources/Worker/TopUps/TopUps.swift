public import Billing
import Ledger
public import Storage
import Stripe

public import struct Billing.Customer

/// What a caller asks for.
public struct NewTopUp: Hashable, Sendable {
    /// Our id or the merchant's external id; the customer is made on first use.
    public var customer: String
    /// Minor units of the account's currency.
    public var amount: Int64
    /// Where Stripe sends the customer afterwards; may hold `{CHECKOUT_SESSION_ID}`.
    public var successURL: String
    public var cancelURL: String?

    public init(customer: String, amount: Int64, successURL: String, cancelURL: String?) {
        self.customer = customer
        self.amount = amount
        self.successURL = successURL
        self.cancelURL = cancelURL
    }
}

/// Selling wallet money: a Checkout Session on the merchant's Stripe account, which also saves the card.
public struct TopUps: Sendable {
    let context: WorkerContext

    /// Writes the top-up down, then makes its session at Stripe.
    /// - Returns: the top-up with the `url` where the customer pays.
    public func open(_ new: NewTopUp, account: ConnectedAccount) async throws -> TopUp {
        let stripe = try context.requireStripe()
        try account.requireCharges()
        try check(new, account: account)
        let intended = try await context.database.write { [context] tx in
            let customer = try Customers(context: context).findOrMake(new.customer, account: account, in: tx)
            if !customer.owesForPaymentTakenBack { try customer.requireActive() }
            let topUp = TopUp(
                id: .make(context.seams), account: account.id, customer: customer.id, amount: new.amount,
                currency: account.currency,
                applicationFee: account.applicationFee(
                    on: new.amount, step: try context.currencies.rule(for: account.currency).step),
                status: .creating,
                createdAt: context.now, updatedAt: context.now)
            try tx.topUps.insert(topUp)
            return (topUp: topUp, customer: customer)
        }
        do {
            let customer = try await known(intended.customer, for: intended.topUp, account: account, stripe)
            let session = try await stripe.send(
                request(intended.topUp, new, customer: customer, scope: try account.scope()), context)
            return try await context.database.write { [context] tx in
                try TopUpOutcome(context: context, tx: tx).apply(session, to: intended.topUp.id)
            }
        } catch let error as StripeError {
            if error.kind == .rejected { try await fail(intended.topUp) }
            throw error.asWorkerError()
        }
    }

    public func get(_ id: TopUp.ID, account: ConnectedAccount, in tx: Transaction) throws -> TopUp {
        guard let topUp = try tx.topUps.find(id), topUp.account == account.id else {
            throw WorkerError.notFound("top-up")
        }
        return topUp
    }

    /// Newest first.
    public func list(
        account: ConnectedAccount, customer: Customer.ID? = nil, after: TopUp.ID?, limit: Int, in tx: Transaction
    ) throws -> [TopUp] {
        try tx.topUps.list(account: account.id, customer: customer, after: after, limit: limit)
    }

    private func check(_ new: NewTopUp, account: ConnectedAccount) throws {
        try FieldCheck.name("customer", new.customer, 1...200)
        try FieldCheck.webAddress("success_url", new.successURL)
        if let cancelURL = new.cancelURL { try FieldCheck.webAddress("cancel_url", cancelURL) }
        try check(new.amount, account: account)
    }

    /// - Parameter amount: minor units of the account's currency.
    func check(_ amount: Int64, account: ConnectedAccount) throws {
        do {
            try context.currencies.check(charge: amount, account.currency)
        } catch {
            throw WorkerError.invalid("amount", error.detail, code: error.code)
        }
        if let minimum = account.topUpMinimum, amount < minimum {
            let least = context.currencies.text(minor: minimum, account.currency)
            throw WorkerError.invalid("amount", "this account's least top-up is \(least)", code: "amount_too_small")
        }
        if let maximum = account.topUpMaximum, amount > maximum {
            let largest = context.currencies.text(minor: maximum, account.currency)
            throw WorkerError.invalid("amount", "this account's largest top-up is \(largest)", code: "amount_too_large")
        }
    }

    /// The customer's id at Stripe; the customer is made there when Stripe does not know them yet.
    private func known(
        _ customer: Customer, for topUp: TopUp, account: ConnectedAccount, _ stripe: StripeAccess
    ) async throws -> String {
        if let known = customer.stripeCustomer { return known }
        let scope = try account.scope()
        func request(_ idempotencyKey: String) -> StripeRequest<Stripe.Customer> {
            Stripe.Customer.create(
                name: customer.name, email: customer.email,
                metadata: [StripeMetadata.customer: customer.id.text, StripeMetadata.account: account.id.text],
                in: scope, idempotencyKey: idempotencyKey)
        }
        let made: Stripe.Customer
        do {
            made = try await stripe.send(request("\(customer.id):customer"), context)
        } catch let error as StripeError where error.code == .idempotencyMismatch || error.isReplayed {
            // The key holds a failure, or what the customer was called before, for a day. A customer too many at Stripe
            // does no harm; a top-up that cannot be had does.
            made = try await stripe.send(request("\(topUp.id):customer"), context)
        }
        return try await context.database.write { tx in
            guard var current = try tx.customers.find(customer.id) else { throw WorkerError.notFound("customer") }
            if let known = current.stripeCustomer { return known }
            current.stripeCustomer = made.id
            try tx.customers.update(current)
            return made.id
        }
    }

    private func request(
        _ topUp: TopUp, _ new: NewTopUp, customer: String, scope: AccountScope
    ) -> StripeRequest<Checkout.Session> {
        Checkout.Session.createPayment(
            amount: topUp.amount, currency: topUp.currency.code, productName: "Wallet top-up", customer: customer,
            successURL: new.successURL, cancelURL: new.cancelURL, clientReferenceID: topUp.id.text,
            metadata: StripeMetadata.of(topUp),
            applicationFeeAmount: topUp.applicationFee > 0 ? topUp.applicationFee : nil, setupFutureUsage: .offSession,
            in: scope, idempotencyKey: "\(topUp.id):session")
    }

    private func fail(_ topUp: TopUp) async throws {
        try await context.database.write { [context] tx in
            guard var current = try tx.topUps.find(topUp.id) else { return }
            current.status = current.status.after(.failed)
            current.updatedAt = context.now
            try tx.topUps.update(current)
        }
    }
}
