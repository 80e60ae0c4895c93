import Billing
import Ledger
import Storage

/// Lists what does not agree, after everything of an account was read.
struct FindingSweep {
    let context: WorkerContext
    let account: ConnectedAccount

    static let pageLimit = 200

    /// Payments of ours, older than the grace, of which the Stripe balance has no line.
    func missing(_ next: ReconciliationCursor, _ state: ReconciliationState) async throws -> ReconciliationUnit {
        let before = state.record.startedAt.adding(seconds: -context.policy.paymentGraceSeconds)
        let after = state.cursor.after
        let page = try await context.database.read { [account] tx in
            try tx.balanceTransactions.unmatchedPayments(
                account: account.id, paidFrom: Instant(secondsSince1970: 0), paidBefore: before, after: after,
                limit: Self.pageLimit)
        }
        let found = try page.map { payment in
            let amount = try context.currencies.money(minor: payment.amount, payment.currency)
            return discrepancy(
                .missingAtStripe, payment.id, try amount.negated(),
                "\(payment.paymentIntent) is paid in the books, and the Stripe balance has no line of it")
        }
        return listing(found, page.last?.id, next, state)
    }

    /// What is unexplained on the account's lines, whichever run read them.
    func findings(_ next: ReconciliationCursor, _ state: ReconciliationState) async throws -> ReconciliationUnit {
        let after = state.cursor.after
        let page = try await context.database.read { [account] tx in
            try tx.balanceTransactions.findings(account: account.id, after: after, limit: Self.pageLimit)
        }
        var found = page.map { discrepancy($0.finding.kind, $0.line, $0.finding.amount, $0.finding.detail) }
        if page.isEmpty {
            let unlisted = try await context.database.read { [account] tx in
                try tx.balanceTransactions.unlistedSuspense(account: account.id)
            }
            found = unlisted.map {
                discrepancy(.suspenseUnlisted, "suspense", $0, "suspense holds this much that no line explains")
            }
        }
        return listing(found, page.last?.line, next, state)
    }

    private func discrepancy(_ kind: Discrepancy.Kind, _ object: String, _ amount: Money, _ detail: String)
        -> Discrepancy
    {
        Discrepancy(
            id: .make(context.seams), account: account.id, kind: kind, object: object, amount: amount, detail: detail,
            foundAt: context.now)
    }

    private func listing(
        _ found: [Discrepancy], _ last: String?, _ next: ReconciliationCursor, _ state: ReconciliationState
    ) -> ReconciliationUnit {
        var following = next
        if let last {
            following = state.cursor
            following.after = last
        }
        let run = state.record.id
        return ReconciliationUnit(following) { tx, summary in
            for discrepancy in found where try tx.discrepancies.insert(discrepancy, in: run) {
                summary.discrepancies += 1
            }
        }
    }
}
