import Billing
import Storage
import Stripe

/// Refunds and disputes that are not at their end: Stripe is asked for each, because they can end without any event.
struct OpenMoneyBackSweep {
    let context: WorkerContext
    let account: ConnectedAccount

    /// The next open refund. One that Stripe has not named is the outbox's affair.
    func refund(_ next: ReconciliationCursor, _ cursor: ReconciliationCursor) async throws -> ReconciliationUnit {
        let after = cursor.after.isEmpty ? nil : Billing.Refund.ID(stored: cursor.after)
        let open = try await context.database.read { [account] tx in
            try tx.refunds.open(account: account.id, after: after, limit: 1).first
        }
        guard let refund = open else { return ReconciliationUnit(next) }
        if let id = refund.stripeRefund {
            try await fetch.fetch(refund: id, of: try await paymentIntent(of: refund.payment))
        }
        return following(cursor, refund.id.text)
    }

    /// The next open dispute.
    func dispute(_ next: ReconciliationCursor, _ cursor: ReconciliationCursor) async throws -> ReconciliationUnit {
        let after = cursor.after.isEmpty ? nil : Billing.Dispute.ID(stored: cursor.after)
        let open = try await context.database.read { [account] tx in
            try tx.disputes.open(account: account.id, after: after, limit: 1).first
        }
        guard let dispute = open else { return ReconciliationUnit(next) }
        try await fetch.fetch(dispute: dispute.stripeDispute, of: try await paymentIntent(of: dispute.payment))
        return following(cursor, dispute.id.text)
    }

    private var fetch: MoneyBackFetch { MoneyBackFetch(context: context, account: account) }

    private func paymentIntent(of payment: PaymentID) async throws -> String? {
        try await context.database.read { tx in try PaymentOwner.find(payment, in: tx)?.paymentIntent }
    }

    private func following(_ cursor: ReconciliationCursor, _ last: String) -> ReconciliationUnit {
        var following = cursor
        following.after = last
        return ReconciliationUnit(following)
    }
}
