import Billing
import Ledger
import Storage
import Stripe

/// Events that did not arrive, taken from Stripe's list into the inbox by the same door as all others.
///
/// The list holds 30 days; Stripe may also fail to make an event at all, so this sweep alone is never the whole
/// comparison. https://docs.stripe.com/webhooks/process-undelivered-events
struct EventSweep {
    let context: WorkerContext
    let account: ConnectedAccount

    static let stream = "events"
    static let listedSeconds: Int64 = 30 * 86_400
    static let pageLimit = 100
    /// Beyond the events found, so many others may go through the inbox before the run goes on.
    static let otherInboxSteps = 100

    /// One page of the list. All types are asked for, and those with a handler taken: a filter by `types` ends at
    /// twenty.
    func unit(_ next: ReconciliationCursor, _ cursor: ReconciliationCursor) async throws -> ReconciliationUnit {
        let since: Int64
        if let known = cursor.since { since = known } else { since = try await start() }
        let page = try await context.requireStripe().send(
            Event.list(
                .all, created: CreatedRange(from: since),
                cursor: cursor.after.isEmpty ? .start : .after(cursor.after), limit: Self.pageLimit,
                in: try account.scope()), context)
        var following = cursor
        following.since = since
        following.newest = page.data.map(\.envelope.created).reduce(cursor.newest ?? since, max)
        let reached = page.hasMore ? nil : following.newest
        if page.hasMore, let last = page.data.last { following.after = last.id } else { following = next }
        let understood = page.data.filter { EventHandlers.all[$0.envelope.type] != nil }
        following.inboxSteps = cursor.inboxSteps + understood.count
        return ReconciliationUnit(following) { [context, account] tx, summary in
            for event in understood where try Inbox(context: context).ingest(event, of: account.stripeAccount, in: tx) {
                summary.eventsFound += 1
            }
            if let reached { try tx.reconciliations.setPosition(reached, of: Self.stream, account: account.id) }
        }
    }

    /// Lets the inbox work off one event.
    func settle(_ next: ReconciliationCursor, _ cursor: ReconciliationCursor) async throws -> ReconciliationUnit {
        guard cursor.inboxSteps > -Self.otherInboxSteps, try await Inbox(context: context).step() else {
            var following = next
            following.inboxSteps = 0
            return ReconciliationUnit(following)
        }
        var following = cursor
        following.inboxSteps -= 1
        return ReconciliationUnit(following)
    }

    private func start() async throws -> Int64 {
        let position = try await context.database.read { [account] tx in
            try tx.reconciliations.position(of: Self.stream, account: account.id)
        }
        let overlapped = (position ?? account.createdAt.secondsSince1970) - context.policy.sweepOverlapSeconds
        return max(overlapped, context.now.secondsSince1970 - Self.listedSeconds)
    }
}
