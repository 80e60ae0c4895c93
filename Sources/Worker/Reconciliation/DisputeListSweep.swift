import Billing
import Ledger
import Storage
import Stripe

/// Disputes since the last reading of Stripe's list: an inquiry moves no money, so no line of the balance tells of one
/// whose event was never made. https://docs.stripe.com/api/disputes/list
struct DisputeListSweep {
    let context: WorkerContext
    let account: ConnectedAccount

    static let stream = "disputes"
    /// The list is read again from so long before its newest known: a dispute whose payment the books could not take
    /// yet comes up again.
    static let overlapSeconds: Int64 = 30 * 86_400
    static let pageLimit = 100

    /// One page of the list. What the books do not know is fetched as if its event had come.
    func unit(_ next: ReconciliationCursor, _ cursor: ReconciliationCursor) async throws -> ReconciliationUnit {
        let since: Int64
        if let known = cursor.since { since = known } else { since = try await start() }
        let page: StripeList<Stripe.Dispute>
        do {
            page = try await context.requireStripe().send(
                Stripe.Dispute.list(
                    created: CreatedRange(from: since), cursor: cursor.after.isEmpty ? .start : .after(cursor.after),
                    limit: Self.pageLimit, in: try account.scope()), context)
        } catch let error as StripeError where error.code == .resourceMissing {
            // Stripe always has this list; a stand-in that knows no disputes has none to tell of.
            return ReconciliationUnit(next)
        }
        let fetch = MoneyBackFetch(context: context, account: account)
        for dispute in try await unknown(page.data) {
            try await fetch.fetch(dispute: dispute.id, of: dispute.paymentIntent?.id)
        }
        var following = cursor
        following.since = since
        following.newest = page.data.compactMap(\.created).reduce(cursor.newest ?? since, max)
        let reached = page.hasMore ? nil : following.newest
        if page.hasMore, let last = page.data.last { following.after = last.id } else { following = next }
        return ReconciliationUnit(following) { [account] tx, _ in
            if let reached { try tx.reconciliations.setPosition(reached, of: Self.stream, account: account.id) }
        }
    }

    private func start() async throws -> Int64 {
        let position = try await context.database.read { [account] tx in
            try tx.reconciliations.position(of: Self.stream, account: account.id)
        }
        return (position ?? account.createdAt.secondsSince1970) - Self.overlapSeconds
    }

    private func unknown(_ disputes: [Stripe.Dispute]) async throws -> [Stripe.Dispute] {
        try await context.database.read { tx in
            try disputes.filter { try tx.disputes.find(stripeDispute: $0.id) == nil }
        }
    }
}
