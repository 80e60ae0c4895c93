import Billing
import Ledger
import Storage

/// Books money of a payment that goes back to its customer, or comes here again, by what the payment was for: a top-up
/// takes its credit back, and so does a charge whose usage was corrected; else what a charge collected is deducted from
/// revenue.
struct PaymentReversal {
    let context: WorkerContext
    let owner: PaymentOwner
    let tx: Transaction

    enum Kind: String {
        case refund = "Refund"
        case dispute = "Dispute"
    }

    /// - Parameter amount: minor units of the payment's currency, above zero.
    func goBack(_ amount: Int64, by kind: Kind, _ object: String, as reference: Reference) throws {
        let verb = kind == .refund ? "gives back" : "takes"
        let narration = "\(kind.rawValue) \(object) \(verb) money of \(owner.id)"
        let money = try context.currencies.money(minor: amount, owner.currency)
        switch owner.payment {
        case .charge(let id):
            try chargeClawback(id).take(money, by: kind, as: reference, narration, cause: cause(reference))
        case .topUp(let id):
            let clawback = try clawback(id)
            guard try clawback.take(money, as: reference, narration, cause: cause(reference)) else { return }
            try clawback.stopAutoTopUps(kind == .refund ? .topUpRefunded : .topUpDisputed, money.micros)
        }
    }

    /// - Parameter amount: minor units of the payment's currency, above zero.
    func comeAgain(_ amount: Int64, by kind: Kind, _ object: String, as reference: Reference) throws {
        let verb = kind == .refund ? "has failed, and its money of" : "reinstates money of"
        let end = kind == .refund ? " is back" : ""
        let narration = "\(kind.rawValue) \(object) \(verb) \(owner.id)\(end)"
        let money = try context.currencies.money(minor: amount, owner.currency)
        switch owner.payment {
        case .charge(let id):
            try chargeClawback(id).restore(money, by: kind, as: reference, narration, cause: cause(reference))
        case .topUp(let id): try clawback(id).restore(money, as: reference, narration, cause: cause(reference))
        }
    }

    /// Freezes in the wallet what may yet be taken, and lets what is free again pay what is owed.
    /// - Parameter cause: names the occasion.
    func refreshClaims(cause: String) throws {
        switch owner.payment {
        case .charge(let id):
            let clawback = try chargeClawback(id)
            if try clawback.refreshClaims() { try clawback.settle(cause: cause) }
        case .topUp(let id):
            let clawback = try clawback(id)
            if try clawback.refreshClaims() { try clawback.settle(cause: cause) }
        }
    }

    /// The fact's own name, without the house that it comes from.
    private func cause(_ reference: Reference) -> String { String(reference.text.dropFirst("stripe:".count)) }

    private func chargeClawback(_ id: Charge.ID) throws -> ChargeClawback {
        guard let clawback = try ChargeClawback(id, context: context, tx: tx) else {
            throw WorkerError.conflict("payment_not_paid", "charge \(id) is not paid; nothing of it can go back")
        }
        return clawback
    }

    private func clawback(_ id: TopUp.ID) throws -> Clawback {
        guard let topUp = try tx.topUps.find(id), let customer = try tx.customers.find(owner.customer) else {
            throw WorkerError.notFound("top-up")
        }
        return Clawback(context: context, topUp: topUp, customer: customer, tx: tx)
    }
}
