import Billing
import Ledger
import Storage
import Stripe

import struct Billing.Refund

/// Brings a refund to what Stripe says of it, and makes one of what was refunded past Bursar. The answer of a call, a
/// webhook and the sweep all end here, so it does not matter which comes first, or how often.
struct RefundOutcome {
    let context: WorkerContext
    let tx: Transaction

    /// What a request asks for, so that the line by which the money left comes with the refund. The line by which it
    /// came back is read by the sweep.
    static let expansion = ["balance_transaction"]
    static let listExpansion = expansion.map { "data." + $0 }

    /// - Parameter owner: the payment that it is of, which the books have posted.
    /// - Returns: the refund as it stands afterwards.
    @discardableResult
    func apply(_ told: Stripe.Refund, to owner: PaymentOwner) throws -> Refund {
        _ = try tx.heldTotals.lock(owner.customer, at: context.now)
        let known = try find(told, of: owner) ?? adopt(told, owner)
        try check(told, known)
        var refund = known
        // What Stripe was thought to have refused, and has, is not over.
        refund.status = known.stripeRefund == nil ? Refund.Status(told) : known.status.after(Refund.Status(told))
        refund.stripeRefund = told.id
        if refund.status.isVoid { refund.failureReason = told.failureReason ?? known.failureReason }
        let hasLeft = told.balanceTransaction != nil || refund.status == .succeeded
        refund.isPosted = known.isPosted || hasLeft
        try write(refund, before: known)
        try post(refund, of: owner, told)
        return refund
    }

    /// Stripe has said no, and has no such refund.
    func refuse(_ id: Refund.ID, reason: String) throws {
        guard let known = try tx.refunds.find(id), !known.status.isVoid, known.stripeRefund == nil else { return }
        var refund = known
        refund.status = .failed
        refund.failureReason = reason
        try write(refund, before: known)
        guard let owner = try PaymentOwner.find(known.payment, in: tx) else { return }
        try PaymentReversal(context: context, owner: owner, tx: tx).refreshClaims(cause: "\(id):refused")
    }

    // MARK: Which refund it is

    private func find(_ told: Stripe.Refund, of owner: PaymentOwner) throws -> Refund? {
        if let refund = try tx.refunds.find(stripeRefund: told.id) { return refund }
        guard let name = told.metadata?[StripeMetadata.refund],
            let refund = try tx.refunds.find(Refund.ID(stored: name)), refund.account == owner.account,
            refund.payment == owner.payment, refund.stripeRefund == nil
        else { return nil }
        return refund
    }

    /// Somebody has made it at Stripe, whatever the books thought was left of the payment.
    private func adopt(_ told: Stripe.Refund, _ owner: PaymentOwner) throws -> Refund {
        guard told.amount > 0, told.currency == owner.currency.code else { throw differs(told) }
        _ = try context.currencies.money(minor: told.amount, owner.currency)
        let refund = Refund(
            id: .make(context.seams), account: owner.account, customer: owner.customer, payment: owner.payment,
            amount: told.amount, currency: owner.currency, reason: told.reason, origin: .stripe,
            stripeRefund: told.id, createdAt: context.now, updatedAt: context.now)
        try tx.refunds.insert(refund)
        try tx.refunds.add(refund.amount, of: refund.payment)
        return refund
    }

    private func check(_ told: Stripe.Refund, _ refund: Refund) throws(WorkerError) {
        guard told.amount == refund.amount, told.currency == refund.currency.code else { throw differs(told) }
    }

    private func differs(_ told: Stripe.Refund) -> WorkerError {
        .conflict("amount_differs", "refund \(told.id) has another amount than the books, or another currency")
    }

    // MARK: What is written

    /// The refund, and what is left of its payment.
    private func write(_ refund: Refund, before: Refund) throws {
        var refund = refund
        if refund != before { refund.updatedAt = context.now }
        try tx.refunds.update(refund)
        guard refund.status.isVoid != before.status.isVoid else { return }
        try tx.refunds.add(refund.status.isVoid ? -refund.amount : refund.amount, of: refund.payment)
    }

    private func post(_ refund: Refund, of owner: PaymentOwner, _ told: Stripe.Refund) throws {
        let reversal = PaymentReversal(context: context, owner: owner, tx: tx)
        if refund.isPosted {
            try reversal.goBack(refund.amount, by: .refund, told.id, as: .refunded(told.id))
            let (release, money) = (
                SuspenseRelease(context: context, account: owner.account, tx: tx),
                try context.currencies.money(minor: refund.amount, refund.currency)
            )
            try release.explain(refund: told.id, try money.negated())
            if refund.status.isVoid {
                try reversal.comeAgain(refund.amount, by: .refund, told.id, as: .refundReturned(told.id))
                try release.explain(refund: told.id, money)
            }
        }
        try reversal.refreshClaims(cause: "\(refund.id):\(refund.status.rawValue)")
        let booking = BalanceBooking(context: context, account: owner.account, tx: tx)
        for line in [told.balanceTransaction?.object, told.failureBalanceTransaction?.object] {
            if let line { try booking.book(BalanceLine(line, of: owner.paymentIntent)) }
        }
    }
}

extension Refund.Status {
    init(_ told: Stripe.Refund) {
        switch told.status {
        case .succeeded: self = .succeeded
        case .failed: self = .failed
        case .canceled: self = .canceled
        case .requiresAction: self = .requiresAction
        case .pending, .other, nil: self = .pending
        }
    }
}
