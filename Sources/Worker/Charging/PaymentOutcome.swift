import Billing
import Ledger
import Storage
import Stripe

import struct Billing.Charge

/// Brings a charge to what Stripe says of its PaymentIntent. The answer of a call, a webhook and the sweep all end
/// here, so it does not matter which comes first, or how often.
struct PaymentOutcome {
    let context: WorkerContext
    let tx: Transaction

    /// What a request asks for, so that the fee comes with the payment.
    static let expansion = ["latest_charge.balance_transaction"]

    /// - Returns: the charge as it stands afterwards.
    @discardableResult
    func apply(_ intent: Stripe.PaymentIntent, to charge: Charge) throws -> Charge {
        guard intent.amount == charge.amount, intent.currency == charge.currency.code else {
            throw WorkerError.conflict(
                "amount_differs", "PaymentIntent \(intent.id) has another amount than charge \(charge.id)")
        }
        if let known = charge.paymentIntent, known != intent.id {
            throw WorkerError.conflict(
                "second_payment", "charge \(charge.id) has PaymentIntent \(known), not \(intent.id)")
        }
        var charge = charge
        charge.paymentIntent = intent.id
        let observation = PaymentObservation(intent)
        if charge.status == .canceled, observation == .succeeded {
            throw WorkerError.conflict(
                "paid_after_cancel", "charge \(charge.id) is canceled, and \(intent.id) succeeded")
        }
        if !charge.status.isFinal {
            charge = try move(charge, observation)
        }
        if charge.status == .paid, let line = BalanceLine(of: intent) {
            try BalanceBooking(context: context, account: charge.account, tx: tx).book(line)
        }
        return charge
    }

    private func move(_ charge: Charge, _ observation: PaymentObservation) throws -> Charge {
        let status = charge.status.after(observation)
        // While another try is on its way, what is not final may be told of the last one; the try's own answer counts.
        if !status.isFinal, try tx.outbox.waiting(for: charge.id)?.kind == .payAgain {
            try tx.charges.update(charge)
            return charge
        }
        switch status {
        case .canceled: return try end(charge, as: .canceled, reason: charge.reason ?? "canceled_at_stripe")
        case .paid:
            let (entries, paid) = (BookEntries(book: charge.account.text, at: context.now), try amount(of: charge))
            let intent = charge.paymentIntent ?? ""
            try tx.journal.post(try entries.chargePaid(charge, paid, paymentIntent: intent))
            try SuspenseRelease(context: context, account: charge.account, tx: tx).explain(payment: intent, paid)
            return try settle(try write(charge, status, reason: nil))
        case .pending, .requiresAction, .failed:
            return try write(charge, status, reason: observation.declineCode, advice: observation.adviceCode)
        }
    }

    /// Ends a charge without payment: its amount is owed as before, and a wallet that was filled meanwhile pays it.
    func end(_ charge: Charge, as status: ChargeStatus, reason: String) throws -> Charge {
        let entries = BookEntries(book: charge.account.text, at: context.now)
        let amount = try amount(of: charge)
        try tx.journal.post(try entries.released(charge, amount))
        try tx.settlings.void(charge.id, of: charge.customer)
        return try settle(try write(charge, status, reason: reason))
    }

    private func settle(_ ended: Charge) throws -> Charge {
        if let customer = try tx.customers.find(ended.customer) {
            try Wallet(customer: customer, currency: ended.currency, context: context, tx: tx).chargeEnded(
                ended, at: context.now)
            try DebtBlock(context: context, tx: tx).lift(customer.id, in: ended.currency)
        }
        return ended
    }

    /// A try that came to nothing without a word of Stripe's on the payment itself.
    func fail(_ charge: Charge, reason: String) throws { _ = try write(charge, .failed, reason: reason) }

    private func write(
        _ charge: Charge, _ status: ChargeStatus, reason: String?, advice: String? = nil
    ) throws -> Charge {
        var next = charge
        next.status = status
        next.reason = reason
        next.adviceCode = advice
        next.updatedAt = context.now
        next = try Dunning(context: context).follow(next, in: tx)
        try tx.charges.update(next)
        return next
    }

    private func amount(of charge: Charge) throws -> Money {
        try context.currencies.money(minor: charge.amount, charge.currency)
    }
}

extension PaymentObservation {
    init(_ intent: Stripe.PaymentIntent) {
        switch intent.status {
        case .succeeded: self = .succeeded
        case .canceled: self = .canceled
        case .requiresAction: self = .requiresAction
        case .requiresPaymentMethod:
            guard let error = intent.lastPaymentError else {
                self = .processing
                return
            }
            self = .declined(
                code: Self.declineCode(error.code, error.declineCode), advice: error.adviceCode)
        case .processing, .requiresConfirmation, .requiresCapture, .other: self = .processing
        }
    }

    /// Authentication is what matters when it is asked for; else the bank's own word, else Stripe's.
    static func declineCode(_ code: String?, _ declineCode: String?) -> String {
        code == DeclineAdvice.authenticationRequired
            ? DeclineAdvice.authenticationRequired : declineCode ?? code ?? "declined"
    }

    var declineCode: String? {
        switch self {
        case .declined(let code, _): code
        case .requiresAction: DeclineAdvice.authenticationRequired
        case .processing, .succeeded, .canceled: nil
        }
    }

    var adviceCode: String? {
        if case .declined(_, let advice) = self { advice } else { nil }
    }
}
