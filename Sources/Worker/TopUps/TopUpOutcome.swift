import Billing
import Ledger
import Storage
import Stripe

import struct Billing.Customer

/// Brings a top-up to what Stripe says of its session or its payment; whichever messenger comes first posts the money.
struct TopUpOutcome {
    let context: WorkerContext
    let tx: Transaction

    static let expansion = ["payment_intent.latest_charge.balance_transaction"]

    /// - Returns: the top-up as it stands afterwards.
    @discardableResult
    func apply(_ session: Checkout.Session, to id: TopUp.ID) throws -> TopUp {
        var topUp = try require(id)
        try check(topUp, amount: session.amountTotal, currency: session.currency, what: session.id)
        topUp.checkoutSession = session.id
        topUp.paymentIntent = try onlyPayment(session.paymentIntent?.id, of: topUp)
        topUp.url = session.url ?? topUp.url
        if let intent = session.paymentIntent?.object { try keepCard(intent, of: topUp) }
        return try move(topUp, to: Self.status(of: session), intent: session.paymentIntent?.object)
    }

    /// The asynchronous payment of a completed session was refused.
    func fail(_ session: Checkout.Session, _ id: TopUp.ID) throws {
        try move(try require(id), to: .failed, intent: nil)
    }

    @discardableResult
    func apply(_ intent: Stripe.PaymentIntent, to id: TopUp.ID) throws -> TopUp {
        var topUp = try require(id)
        try check(topUp, amount: intent.amount, currency: intent.currency, what: intent.id)
        topUp.paymentIntent = try onlyPayment(intent.id, of: topUp)
        if topUp.isAutomatic { return try applyOffSession(intent, to: topUp) }
        // Before its session is completed a customer may try one card after the other; afterwards a refusal is the end.
        if topUp.status == .pending, intent.isRefused { return try move(topUp, to: .failed, intent: nil) }
        guard intent.status == .succeeded else { return topUp }
        try keepCard(intent, of: topUp)
        return try move(topUp, to: .paid, intent: intent)
    }

    // MARK: Automatic top-ups

    /// Nobody is there to choose another card: a refusal is the end, unless the bank only wants its customer.
    private func applyOffSession(_ intent: Stripe.PaymentIntent, to topUp: TopUp) throws -> TopUp {
        var topUp = topUp
        let observation = PaymentObservation(intent)
        topUp.reason = observation.declineCode ?? (observation == .canceled ? "canceled_at_stripe" : nil)
        switch ChargeStatus.pending.after(observation) {
        case .paid:
            try keepCard(intent, of: topUp)
            return try end(topUp, as: .paid, intent: intent)
        case .requiresAction:
            topUp.url = context.policy.page(of: topUp)
            return try move(topUp, to: .open, intent: nil)
        case .failed, .canceled: return try end(topUp, as: .failed, intent: nil)
        case .pending: return try move(topUp, to: .pending, intent: nil)
        }
    }

    /// Stripe has refused the command, or has a payment that was made and never tried.
    func refuse(_ id: TopUp.ID, found: Stripe.PaymentIntent?, reason: String) throws {
        if let found {
            let topUp = try apply(found, to: id)
            guard topUp.status == .pending, found.status != .processing else { return }
        }
        var topUp = try require(id)
        topUp.reason = reason
        try end(topUp, as: .failed, intent: nil)
    }

    /// The customer has not come to confirm it. Should they come yet, `paid` still follows.
    func expire(_ id: TopUp.ID) throws { try end(try require(id), as: .expired, intent: nil) }

    @discardableResult
    private func end(_ topUp: TopUp, as next: TopUp.Status, intent: Stripe.PaymentIntent?) throws -> TopUp {
        let before = try require(topUp.id).status
        let ended = try move(topUp, to: next, intent: intent)
        if ended.status != before { try AutoTopUps(context: context).ended(ended, in: tx) }
        return ended
    }

    private static func status(of session: Checkout.Session) -> TopUp.Status {
        switch (session.status, session.paymentStatus) {
        case (_, .paid): .paid
        case (.complete, _): session.paymentIntent?.object?.isRefused == true ? .failed : .pending
        case (.expired, _): .expired
        default: .open
        }
    }

    @discardableResult
    private func move(_ topUp: TopUp, to next: TopUp.Status, intent: Stripe.PaymentIntent?) throws -> TopUp {
        var topUp = topUp
        topUp.status = topUp.status.after(next)
        if topUp.status == .paid, topUp.paymentIntent == nil {
            // Money that nobody can name cannot be posted once and only once.
            throw WorkerError.conflict(
                "paid_without_payment", "Stripe says that top-up \(topUp.id) is paid, and names no PaymentIntent")
        }
        // What is told again is no news, and the line of a payment is waited for since it was paid.
        if try topUp != require(topUp.id) {
            topUp.updatedAt = context.now
            try tx.topUps.update(topUp)
        }
        guard topUp.status == .paid, let payment = topUp.paymentIntent else { return topUp }
        try post(topUp, payment)
        if let line = intent.flatMap(BalanceLine.init(of:)) {
            try BalanceBooking(context: context, account: topUp.account, tx: tx).book(line)
        }
        return topUp
    }

    private func post(_ topUp: TopUp, _ payment: String) throws {
        let amount = try context.currencies.money(minor: topUp.amount, topUp.currency)
        let entries = BookEntries(book: topUp.account.text, at: context.now)
        guard let customer = try tx.customers.find(topUp.customer) else { throw WorkerError.notFound("customer") }
        try Wallet(customer: customer, currency: topUp.currency, context: context, tx: tx).fill(
            topUp.lot(amount, at: context.now), try entries.topUpPaid(topUp, amount, paymentIntent: payment),
            cause: topUp.id.text, at: context.now)
        try DebtBlock(context: context, tx: tx).lift(customer.id, in: topUp.currency)
        try SuspenseRelease(context: context, account: topUp.account, tx: tx).explain(payment: payment, amount)
    }

    /// The card of the payment becomes the one that is charged off session. A word that comes late, of a top-up that is
    /// paid already, does not bring an old card back.
    private func keepCard(_ intent: Stripe.PaymentIntent, of topUp: TopUp) throws {
        guard let method = intent.paymentMethod?.id, let before = try tx.customers.find(topUp.customer),
            before.paymentMethod != method
        else { return }
        var customer = before
        switch intent.status {
        case .succeeded where topUp.status != .paid: break
        // What has yet to prove itself does not take the place of a card.
        case .succeeded where customer.paymentMethod == nil, .processing where customer.paymentMethod == nil: break
        default: return
        }
        customer.paymentMethod = method
        customer.stripeCustomer = customer.stripeCustomer ?? intent.customer?.id
        try tx.customers.update(customer)
        try Dunning(context: context).methodChanged(from: before, to: customer, in: tx)
        guard let account = try tx.accounts.find(topUp.account) else { return }
        try Charging(context: context).markDueAtThreshold(customer, account: account, in: tx)
    }

    private func require(_ id: TopUp.ID) throws -> TopUp {
        guard let topUp = try tx.topUps.find(id) else { throw WorkerError.notFound("top-up") }
        return topUp
    }

    /// One top-up is one payment: what else claims to be of it is looked at by a person.
    private func onlyPayment(_ intent: String?, of topUp: TopUp) throws(WorkerError) -> String? {
        if let known = topUp.paymentIntent, let intent, intent != known {
            throw .conflict("second_payment", "top-up \(topUp.id) has PaymentIntent \(known), not \(intent)")
        }
        return intent ?? topUp.paymentIntent
    }

    private func check(_ topUp: TopUp, amount: Int64?, currency: String?, what: String) throws(WorkerError) {
        guard amount == nil || amount == topUp.amount, currency == nil || currency == topUp.currency.code else {
            throw .conflict("amount_differs", "\(what) has another amount than top-up \(topUp.id)")
        }
    }
}

extension Stripe.PaymentIntent {
    /// The last attempt came to nothing, and no other is under way.
    fileprivate var isRefused: Bool {
        status == .canceled || (status == .requiresPaymentMethod && lastPaymentError != nil)
    }
}

extension TopUp {
    /// Named after it, since one top-up makes one lot.
    var lotID: WalletLot.ID { .init(stored: "\(WalletLot.idPrefix)_\(id.text.dropFirst(Self.idPrefix.count + 1))") }

    /// What it puts into the wallet.
    func lot(_ amount: Money, at now: Instant) -> StoredLot {
        let lot = WalletLot(
            id: lotID, kind: .paid,
            priority: WalletLot.Kind.paid.usualPriority, expiresAt: nil, remainingMicros: amount.micros, createdAt: now)
        return StoredLot(
            account: account, customer: customer, lot: lot, amountMicros: amount.micros, topUp: id, reason: nil)
    }
}
