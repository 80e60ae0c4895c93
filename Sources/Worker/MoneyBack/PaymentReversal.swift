import Billing
import Ledger
import Storage

/// Books money of a payment that goes back to its customer, or comes here again, by what the payment was for: a top-up
/// takes its credit back, and what a charge collected is deducted from revenue.
struct PaymentReversal {
    let context: WorkerContext
    let owner: PaymentOwner
    let tx: Transaction

    enum Kind: String {
        case refund = "Refund"
        case dispute = "Dispute"

        /// What a charge's money is deducted on.
        var deduction: LedgerAccount.Kind { self == .refund ? .refunds : .chargebacks }
    }

    /// - Parameter amount: minor units of the payment's currency, above zero.
    func goBack(_ amount: Int64, by kind: Kind, _ object: String, as reference: Reference) throws {
        let verb = kind == .refund ? "gives back" : "takes"
        let narration = "\(kind.rawValue) \(object) \(verb) money of \(owner.id)"
        let money = try context.currencies.money(minor: amount, owner.currency)
        if let clawback = try clawback() {
            guard try clawback.take(money, as: reference, narration, cause: cause(reference)) else { return }
            try clawback.stopAutoTopUps(kind == .refund ? .topUpRefunded : .topUpDisputed, money.micros)
        } else {
            try tx.journal.post(try entries.deducted(reference, narration, money, from: kind.deduction))
        }
    }

    /// - Parameter amount: minor units of the payment's currency, above zero.
    func comeAgain(_ amount: Int64, by kind: Kind, _ object: String, as reference: Reference) throws {
        let verb = kind == .refund ? "has failed, and its money of" : "reinstates money of"
        let end = kind == .refund ? " is back" : ""
        let narration = "\(kind.rawValue) \(object) \(verb) \(owner.id)\(end)"
        let money = try context.currencies.money(minor: amount, owner.currency)
        if let clawback = try clawback() {
            try clawback.restore(money, as: reference, narration, cause: cause(reference))
        } else {
            try tx.journal.post(try entries.deducted(reference, narration, try money.negated(), from: kind.deduction))
        }
    }

    /// Freezes in the wallet what may yet be taken, and lets what is free again pay what is owed.
    /// - Parameter cause: names the occasion.
    func refreshClaims(cause: String) throws {
        guard let clawback = try clawback(), try clawback.refreshClaims() else { return }
        try clawback.settle(cause: cause)
    }

    private var entries: BookEntries { BookEntries(book: owner.account.text, at: context.now) }

    /// The fact's own name, without the house that it comes from.
    private func cause(_ reference: Reference) -> String { String(reference.text.dropFirst("stripe:".count)) }

    private func clawback() throws -> Clawback? {
        guard let id = owner.payment.topUp else { return nil }
        guard let topUp = try tx.topUps.find(id), let customer = try tx.customers.find(owner.customer) else {
            throw WorkerError.notFound("top-up")
        }
        return Clawback(context: context, topUp: topUp, customer: customer, tx: tx)
    }
}
