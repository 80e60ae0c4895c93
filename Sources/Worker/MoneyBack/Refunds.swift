public import Billing
import Ledger
public import Storage
import Stripe

public import struct Billing.Customer
public import struct Billing.Refund

/// What a caller asks for.
public struct NewRefund: Hashable, Sendable {
    /// Minor units of the payment's currency; all that is left when nil.
    public var amount: Int64?
    public var reason: Refund.Reason?
    /// Gives the platform's fee back in proportion; Stripe keeps it unless told.
    public var refundApplicationFee: Bool

    public init(amount: Int64? = nil, reason: Refund.Reason? = nil, refundApplicationFee: Bool = false) {
        self.amount = amount
        self.reason = reason
        self.refundApplicationFee = refundApplicationFee
    }
}

/// Giving money back: a refund and the command to Stripe are written in one commit, and sent by the outbox.
public struct Refunds: Sendable {
    let context: WorkerContext

    /// Of what was paid only that can be refunded which is neither refunded nor under way: a condition of the write, so
    /// that no two callers refund the same money. Until Stripe has answered, the credit that a top-up brought is frozen
    /// as far as it goes back.
    /// - Throws: `account_disconnected`, `payment_not_paid`, `payment_disputed`, `nothing_to_refund`; `invalid` for an
    ///   amount that is more than what is left.
    public func create(
        _ new: NewRefund, of payment: PaymentID, account: ConnectedAccount, by actor: Actor, in tx: Transaction
    ) throws -> Refund {
        let stripe = try context.requireStripe()
        try account.requireRefunds()
        let owner = try owner(of: payment, account: account, in: tx)
        guard let intent = owner.paymentIntent, owner.isPaid else {
            throw WorkerError.conflict("payment_not_paid", "\(owner.id) is not paid; there is nothing to give back")
        }
        try check(new, owner, in: tx)
        let amount = new.amount ?? owner.amount - owner.refunded
        guard try tx.refunds.reserve(amount, of: payment) else { throw WorkerError.refundTooLarge }
        let now = context.now
        let refund = Refund(
            id: .make(context.seams), account: account.id, customer: owner.customer, payment: payment, amount: amount,
            currency: owner.currency, reason: new.reason?.rawValue, returnsApplicationFee: new.refundApplicationFee,
            origin: .bursar, createdAt: now, updatedAt: now)
        try tx.refunds.insert(refund)
        try PaymentReversal(context: context, owner: owner, tx: tx).refreshClaims(cause: "\(refund.id):asked")
        let id = OutboxCommand.ID.make(context.seams)
        let request = Stripe.Refund.create(
            paymentIntent: intent, amount: amount, reason: new.reason.flatMap { .init(rawValue: $0.rawValue) },
            refundApplicationFee: new.refundApplicationFee ? true : nil, metadata: StripeMetadata.of(refund),
            expand: RefundOutcome.expansion, in: try account.scope(), idempotencyKey: id.text)
        try tx.outbox.insert(
            OutboxCommand(
                id: id, account: account.id, subject: .refund(refund.id), kind: .refund,
                request: try FrozenRequest.text(stripe.client.prepare(request)), createdAt: now))
        try context.audit(
            .created, .refund, refund.id.text, of: account.id, AuditedFields.changes(to: refund.audited), by: actor,
            in: tx)
        return refund
    }

    public func get(_ id: Refund.ID, account: ConnectedAccount, in tx: Transaction) throws -> Refund {
        guard let refund = try tx.refunds.find(id), refund.account == account.id else {
            throw WorkerError.notFound("refund")
        }
        return refund
    }

    /// Newest first.
    /// - Throws: `not_found` for a payment that the account does not have.
    public func list(
        account: ConnectedAccount, payment: PaymentID? = nil, customer: Customer.ID? = nil,
        status: Refund.Status? = nil, after: Refund.ID?, limit: Int, in tx: Transaction
    ) throws -> [Refund] {
        if let payment { _ = try owner(of: payment, account: account, in: tx) }
        return try tx.refunds.list(
            MoneyBackFilter(account: account.id, customer: customer, payment: payment, status: status?.rawValue),
            after: after, limit: limit)
    }

    private func owner(of payment: PaymentID, account: ConnectedAccount, in tx: Transaction) throws -> PaymentOwner {
        guard let owner = try PaymentOwner.find(payment, in: tx), owner.account == account.id else {
            throw WorkerError.notFound(payment.charge == nil ? "top-up" : "charge")
        }
        return owner
    }

    private func check(_ new: NewRefund, _ owner: PaymentOwner, in tx: Transaction) throws {
        // Stripe refuses what the bank is deciding on, or has decided for the customer.
        if let dispute = try tx.disputes.of(owner.payment).first(where: { $0.barsRefunds }) {
            throw WorkerError.conflict(
                "payment_disputed",
                "dispute \(dispute.id) of \(owner.id) is \(dispute.status.rawValue); Stripe refunds nothing of it")
        }
        let left = owner.amount - owner.refunded
        guard left > 0 else {
            throw WorkerError.conflict("nothing_to_refund", "all of \(owner.id) is refunded, or on its way back")
        }
        if let amount = new.amount {
            let rule = try context.currencies.rule(for: owner.currency)
            let most = context.currencies.text(minor: left, owner.currency)
            guard (1...left).contains(amount) else {
                throw WorkerError.invalid(
                    "amount", "an amount above zero, and at most \(most), which is what is left to refund",
                    code: "amount_too_large")
            }
            guard amount % rule.step == 0 else {
                throw WorkerError.invalid(
                    "amount", "a multiple of \(context.currencies.text(minor: rule.step, owner.currency))",
                    code: "amount_off_step")
            }
        }
        guard !new.refundApplicationFee || owner.applicationFee > 0 else {
            throw WorkerError.invalid(
                "refund_application_fee", "the platform took no fee of \(owner.id); leave this out",
                code: "no_application_fee")
        }
    }
}

extension Refund {
    var audited: AuditedFields {
        var fields = AuditedFields()
        fields.add("payment", payment.description)
        fields.add("amount", amount)
        fields.add("currency", currency.code)
        fields.add("reason", reason)
        fields.add("refund_application_fee", returnsApplicationFee ? "true" : "false")
        return fields
    }
}

extension StripeMetadata {
    static let refund = "bursar_refund"

    static func of(_ refund: Refund) -> [String: String] {
        var texts = [
            Self.refund: refund.id.text, customer: refund.customer.text, account: refund.account.text,
        ]
        switch refund.payment {
        case .charge(let id): texts[charge] = id.text
        case .topUp(let id): texts[topUp] = id.text
        }
        return texts
    }
}

extension WorkerError {
    static let refundTooLarge = WorkerError.invalid(
        "amount", "somebody else has refunded of this payment meanwhile; look at what is left",
        code: "amount_too_large")
}
