public import Billing
import Ledger
public import Storage

/// What customers dispute with their banks. Stripe's dashboard is where it is answered; here is what it does to money.
public struct Disputes: Sendable {
    let context: WorkerContext

    public func get(_ id: Dispute.ID, account: ConnectedAccount, in tx: Transaction) throws -> Dispute {
        guard let dispute = try tx.disputes.find(id), dispute.account == account.id else {
            throw WorkerError.notFound("dispute")
        }
        return dispute
    }

    /// Newest first.
    public func list(
        account: ConnectedAccount, customer: Customer.ID? = nil, status: Dispute.Status? = nil, after: Dispute.ID?,
        limit: Int, in tx: Transaction
    ) throws -> [Dispute] {
        try tx.disputes.list(
            MoneyBackFilter(account: account.id, customer: customer, status: status?.rawValue), after: after,
            limit: limit)
    }
}

extension Dispute {
    /// Whether nothing of its payment can be refunded. An inquiry can be answered by a refund.
    var barsRefunds: Bool {
        switch status {
        case .needsResponse, .underReview, .appealNeedsResponse, .appealUnderReview, .lost: true
        case .warningNeedsResponse, .warningUnderReview, .warningClosed, .won, .prevented: false
        }
    }
}
