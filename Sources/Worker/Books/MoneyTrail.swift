import Billing
import Ledger
import Storage

/// Under which names the books tell of a thing: its own facts, what came of it, and the lines of the Stripe balance
/// that are of it.
struct MoneyTrail {
    let account: ConnectedAccount
    let context: WorkerContext
    let tx: Transaction

    /// - Throws: `not_found` for a thing that the account does not have.
    func stems(of thing: BookedThing) throws -> [FactStem] {
        switch thing {
        case .charge(let id):
            let charge = try Charging(context: context).get(id, account: account, in: tx)
            return try [.charge(id)] + stems(of: .charge(id), charge.paymentIntent)
        case .topUp(let id):
            let topUp = try TopUps(context: context).get(id, account: account, in: tx)
            return try [.lot(topUp.lotID)] + stems(of: .topUp(id), topUp.paymentIntent)
        case .refund(let id):
            return try stems(of: try Refunds(context: context).get(id, account: account, in: tx))
        case .dispute(let id):
            return try stems(of: try Disputes(context: context).get(id, account: account, in: tx))
        case .lot(let id):
            guard let lot = try tx.wallets.find(id), lot.account == account.id else {
                throw WorkerError.notFound("lot")
            }
            return try lot.topUp.map { try stems(of: .topUp($0)) } ?? [.lot(id), .wallet(id.text)]
        }
    }

    private func stems(of payment: PaymentID, _ paymentIntent: String?) throws -> [FactStem] {
        var stems: [FactStem] = [.wallet(payment.description)]
        if let paymentIntent {
            let lines = try tx.balanceTransactions.ids(paymentIntent: paymentIntent, account: account.id)
            stems += ([paymentIntent] + lines).flatMap(stems(ofStripe:))
        }
        for refund in try tx.refunds.of(payment) { stems += try self.stems(of: refund) }
        for dispute in try tx.disputes.of(payment) { stems += try self.stems(of: dispute) }
        return stems
    }

    private func stems(of refund: Refund) throws -> [FactStem] {
        try [.wallet(refund.id.text)] + (refund.stripeRefund.map(stems(ofSource:)) ?? [])
    }

    private func stems(of dispute: Dispute) throws -> [FactStem] {
        try [.wallet(dispute.id.text)] + stems(ofSource: dispute.stripeDispute)
            + tx.disputes.movements(of: dispute.id).flatMap(stems(ofStripe:))
    }

    private func stems(ofSource id: String) throws -> [FactStem] {
        try ([id] + tx.balanceTransactions.ids(source: id, account: account.id)).flatMap(stems(ofStripe:))
    }

    /// What happens at Stripe may be the occasion on which the wallet pays.
    private func stems(ofStripe id: String) -> [FactStem] { [.stripe(id), .wallet(id)] }
}
