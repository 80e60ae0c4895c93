public import Billing
import Ledger
public import Storage
import Stripe

public import struct Billing.Charge
public import struct Billing.Customer

/// Collecting what accrued: a charge and the command to Stripe are written in one commit, and sent by the outbox.
public struct Charging: Sendable {
    let context: WorkerContext

    /// Charges what the customer has accrued, now. A charge that failed before is tried again first: one charge, one
    /// PaymentIntent, and one open charge for each customer.
    /// - Throws: `conflict` when nothing can be charged, with the reason.
    public func open(_ customer: Customer, account: ConnectedAccount, in tx: Transaction) throws -> Charge {
        try account.requireCharges()
        _ = try context.requireStripe()
        if let open = try tx.charges.open(of: customer.id) {
            guard open.status == .failed else {
                throw WorkerError.conflict(
                    "charge_open", "charge \(open.id) of this customer is \(open.status.rawValue); it must end first")
            }
            return try retry(open, customer: customer, account: account, in: tx)
        }
        guard let method = customer.paymentMethod, let stripeCustomer = customer.stripeCustomer else {
            throw WorkerError.conflict(
                "no_payment_method", "the customer has no saved card; paying for a top-up saves one")
        }
        let charge = try intend(customer, account: account, in: tx)
        let scope = try account.scope()
        try enqueue(.pay, for: charge, in: tx) { key in
            Stripe.PaymentIntent.create(
                amount: charge.amount, currency: charge.currency.code, customer: stripeCustomer, paymentMethod: method,
                confirm: true, offSession: true, metadata: StripeMetadata.of(charge),
                applicationFeeAmount: charge.applicationFee > 0 ? charge.applicationFee : nil,
                returnURL: returnURL(of: charge), expand: PaymentOutcome.expansion, in: scope, idempotencyKey: key)
        }
        return charge
    }

    /// Confirms the same PaymentIntent once more, with the card that the customer has now. A charge that waits for the
    /// customer's authentication is tried with another card only.
    /// - Throws: `conflict` when it is at its end, when Stripe has yet to answer, and when one more try is more than
    ///   the card networks allow.
    public func retry(
        _ charge: Charge, customer: Customer, account: ConnectedAccount, origin: ChargeAttempt.Origin = .request,
        in tx: Transaction
    ) throws -> Charge {
        try account.requireCharges()
        let isOpen = charge.status == .failed || (charge.status == .requiresAction && origin == .newMethod)
        guard isOpen, let intent = charge.paymentIntent else {
            throw WorkerError.conflict("charge_not_failed", "only a failed charge can be tried again")
        }
        guard try tx.outbox.waiting(for: charge.id) == nil else { throw WorkerError.chargeInFlight }
        let dunning = Dunning(context: context)
        let earliest = try dunning.earliestTry(of: charge, in: tx)
        guard earliest <= context.now else {
            throw WorkerError.conflict(
                "attempt_limit", "the card networks allow no further try of this charge before \(earliest.rfc3339)")
        }
        var charge = charge
        charge.status = .pending
        charge.reason = nil
        charge.adviceCode = nil
        charge.attempt += 1
        charge.dunning.rest()
        charge.updatedAt = context.now
        try tx.charges.update(charge)
        try dunning.begin(charge, origin, method: customer.paymentMethod, in: tx)
        let scope = try account.scope()
        try enqueue(.payAgain, for: charge, in: tx) { key in
            Stripe.PaymentIntent.confirm(
                intent, paymentMethod: customer.paymentMethod, offSession: true, returnURL: returnURL(of: charge),
                expand: PaymentOutcome.expansion, in: scope, idempotencyKey: key)
        }
        return charge
    }

    /// Gives a charge up. One that Stripe has never seen is over at once; for another the PaymentIntent is canceled
    /// first, so that it cannot be paid after its amount was charged again.
    public func cancel(_ charge: Charge, account: ConnectedAccount, in tx: Transaction) throws -> Charge {
        guard !charge.status.isFinal else {
            throw WorkerError.conflict("charge_final", "the charge is \(charge.status.rawValue) already")
        }
        let waiting = try tx.outbox.waiting(for: charge.id)
        if let waiting, waiting.kind == .pay, try tx.outbox.withdraw(waiting.id) {
            return try PaymentOutcome(context: context, tx: tx).end(charge, as: .canceled, reason: "requested")
        }
        if let waiting { guard try tx.outbox.withdraw(waiting.id) else { throw WorkerError.chargeInFlight } }
        guard let intent = charge.paymentIntent else { throw WorkerError.chargeInFlight }
        let scope = try account.scope()
        try enqueue(.cancel, for: charge, in: tx) { key in
            Stripe.PaymentIntent.cancel(intent, reason: .abandoned, in: scope, idempotencyKey: key)
        }
        return charge
    }

    public func get(_ id: Charge.ID, account: ConnectedAccount, in tx: Transaction) throws -> Charge {
        guard let charge = try tx.charges.find(id), charge.account == account.id else {
            throw WorkerError.notFound("charge")
        }
        return charge
    }

    /// Newest first.
    public func list(
        account: ConnectedAccount, customer: Customer.ID? = nil, status: ChargeStatus? = nil, after: Charge.ID?,
        limit: Int, in tx: Transaction
    ) throws -> [Charge] {
        try tx.charges.list(account: account.id, customer: customer, status: status, after: after, limit: limit)
    }

    /// The page on which the customer finishes the payment, while that is what the charge waits for.
    public func paymentPage(of charge: Charge) -> String? {
        guard charge.status == .requiresAction || charge.status == .failed, charge.paymentIntent != nil else {
            return nil
        }
        return "\(context.policy.publicURL)/pay/\(charge.id)?token=\(charge.payToken)"
    }

    /// What to do next, for a charge that did not go through.
    public func advice(on charge: Charge) -> DeclineAdvice? {
        switch charge.status {
        case .requiresAction: .finishPayment
        case .failed: DeclineAdvice(declineCode: charge.reason ?? "", adviceCode: charge.adviceCode)
        case .pending, .paid, .canceled: nil
        }
    }

    /// A customer whose accrued usage has reached the account's threshold is charged by the next step of the charge
    /// runs.
    func markDueAtThreshold(_ customer: Customer, account: ConnectedAccount, in tx: Transaction) throws {
        guard let threshold = account.chargeThreshold else { return }
        let accrued = try Wallet(customer: customer, currency: account.currency, context: context, tx: tx).accrued()
        let limit = try context.currencies.money(minor: threshold, account.currency)
        if accrued.micros >= limit.micros { try tx.customers.markDue(customer.id) }
    }

    /// What reached the threshold while the account could not charge is charged when it can.
    func markAllDueAtThreshold(_ account: ConnectedAccount, in tx: Transaction) throws {
        guard let threshold = account.chargeThreshold else { return }
        let limit = try context.currencies.money(minor: threshold, account.currency)
        try tx.customers.markAllDue(account: account.id, owing: max(1, limit.micros))
    }

    /// Stripe asks for it where some payment method might send the customer away. A worker that nobody can reach sends
    /// none.
    private func returnURL(of charge: Charge) -> String? {
        context.policy.hasPublicURL ? context.policy.pageAfterPayment(of: charge) : nil
    }

    /// Writes the charge and moves its amount out of what accrued.
    private func intend(_ customer: Customer, account: ConnectedAccount, in tx: Transaction) throws -> Charge {
        let id = Charge.ID.make(context.seams)
        let now = context.now
        let wallet = Wallet(customer: customer, currency: account.currency, context: context, tx: tx)
        try wallet.settleAccrued(cause: id.text, at: now)
        let accrued = try wallet.accrued()
        let amount = try context.currencies.chargeable(accrued)
        let rule = try context.currencies.rule(for: account.currency)
        guard amount > 0 else {
            let least = context.currencies.text(minor: rule.minimum, account.currency)
            throw WorkerError.conflict(
                "nothing_to_charge",
                "\(context.currencies.text(accrued)) has accrued; the least that can be charged is \(least)")
        }
        let charge = Charge(
            id: id, account: account.id, customer: customer.id, amount: amount, currency: account.currency,
            applicationFee: account.applicationFee(on: amount, step: rule.step), status: .pending, attempt: 1,
            payToken: context.token(), createdAt: now, updatedAt: now)
        try tx.charges.insert(charge)
        try Dunning(context: context).begin(charge, .charge, method: customer.paymentMethod, in: tx)
        let money = try context.currencies.money(minor: amount, account.currency)
        if let entry = try tx.journal.post(try BookEntries(book: account.book, at: now).charged(charge, money)) {
            let left = try accrued.subtracting(money).micros
            try tx.settlings.insert(entry, of: customer.id, charge: id, micros: money.micros, left: left)
        }
        try tx.customers.clearDue(customer.id)
        return charge
    }

    private func enqueue(
        _ kind: OutboxCommand.Kind, for charge: Charge, in tx: Transaction,
        _ request: (_ idempotencyKey: String) -> StripeRequest<Stripe.PaymentIntent>
    ) throws {
        let id = OutboxCommand.ID.make(context.seams)
        let prepared = try context.requireStripe().client.prepare(request(id.text))
        try tx.outbox.insert(
            OutboxCommand(
                id: id, account: charge.account, subject: .charge(charge.id), kind: kind,
                request: try FrozenRequest.text(prepared),
                createdAt: context.now))
    }
}

extension WorkerError {
    static let chargeInFlight = WorkerError.conflict(
        "charge_in_flight", "Stripe has not answered for this charge yet; try again shortly")
}

extension WorkerPolicy {
    /// Where a customer's browser comes back to from Stripe.
    func pageAfterPayment(of charge: Charge) -> String {
        "\(publicURL)/pay/\(charge.id)/done?token=\(charge.payToken)"
    }
}

/// What Bursar writes on Stripe's objects, so that each can be traced back.
enum StripeMetadata {
    static let charge = "bursar_charge"
    static let topUp = "bursar_top_up"
    static let customer = "bursar_customer"
    static let account = "bursar_account"

    static func of(_ charge: Charge) -> [String: String] {
        [Self.charge: charge.id.text, customer: charge.customer.text, account: charge.account.text]
    }

    static func of(_ topUp: TopUp) -> [String: String] {
        [Self.topUp: topUp.id.text, customer: topUp.customer.text, account: topUp.account.text]
    }
}
