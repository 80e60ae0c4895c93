import Billing
import Ledger
import Storage

/// An account's usage in a run: events beside their lines, then entries beside their events. Nothing is asked of
/// Stripe.
struct UsageSweep {
    let context: WorkerContext
    let account: ConnectedAccount

    func events(_ next: ReconciliationCursor, _ state: ReconciliationState) async throws -> ReconciliationUnit {
        let (page, through, position) = try await context.database.read { [context, account] tx in
            let position = try state.cursor.usage ?? UsagePosition(through: tx.books.lastSequence())
            let (page, next) = try UsageComparison(context: context, account: account, tx: tx).events(position)
            return (page, position.through, next)
        }
        var following = position == nil ? next : state.cursor
        following.usage = position ?? UsagePosition(through: through)
        var unit = unit(following, page, state)
        unit.through = through
        return unit
    }

    func entries(_ next: ReconciliationCursor, _ state: ReconciliationState) async throws -> ReconciliationUnit {
        let (after, through) = (state.cursor.after, state.cursor.usage?.through ?? 0)
        let (page, reached) = try await context.database.read { [context, account] tx in
            try UsageComparison(context: context, account: account, tx: tx).entries(after: after, through: through)
        }
        guard reached == nil else {
            var following = state.cursor
            following.after = reached ?? after
            return unit(following, page, state)
        }
        var following = next
        following.usage = nil
        return unit(following, page, state, isLast: true)
    }

    private func unit(
        _ cursor: ReconciliationCursor, _ page: ComparisonPage, _ state: ReconciliationState, isLast: Bool = false
    ) -> ReconciliationUnit {
        let run = state.record.id
        return ReconciliationUnit(cursor) { [self] tx, summary in
            for leg in page.legs { try tx.reconciliationLegs.add(leg, of: account.id, to: run) }
            for discrepancy in page.found where try tx.discrepancies.insert(discrepancy, in: run) {
                summary.discrepancies += 1
            }
            guard isLast, let difference = try difference(in: run, tx) else { return }
            if try tx.discrepancies.insert(difference, in: run) { summary.discrepancies += 1 }
        }
    }

    /// The three ways must come to one sum. Where they do not, some row has been named for it, or this is.
    private func difference(in run: ReconciliationRecord.ID, _ tx: Transaction) throws -> Discrepancy? {
        let sums = try [ReconciliationLeg.Name.usageEvents, .ratedLines, .ledgerRevenue].map {
            try tx.reconciliationLegs.find($0, account.currency, of: account.id, in: run)?.micros ?? 0
        }
        guard Set(sums).count > 1, try !tx.discrepancies.hasAny(of: account.id, in: run) else { return nil }
        let amount = Int64(clamping: sums[2] - sums[0])
        var found = Discrepancy(
            id: .make(context.seams), account: account.id, kind: .legsDiffer, object: "usage",
            amount: Money(micros: amount, account.currency),
            detail: "events come to \(sums[0]) micros, their lines to \(sums[1]), and their entries to \(sums[2])",
            foundAt: context.now)
        found.rows.expectedMicros = Int64(exactly: sums[0])
        found.rows.foundMicros = Int64(exactly: sums[2])
        return found
    }
}
