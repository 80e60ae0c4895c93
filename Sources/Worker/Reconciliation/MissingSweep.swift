import Billing
import Ledger
import Storage

/// Lists what the books have posted at Stripe, longer ago than the grace, and the Stripe balance has no line of.
struct MissingSweep {
    let context: WorkerContext
    let account: ConnectedAccount

    static let pageLimit = 200

    func unit(_ next: ReconciliationCursor, _ state: ReconciliationState) async throws -> ReconciliationUnit {
        let before = state.record.startedAt.adding(seconds: -context.policy.paymentGraceSeconds)
        let after = state.cursor.after
        let page = try await context.database.read { [account] tx in
            try tx.balanceTransactions.unmatched(
                account: account.id, before: before, after: after, limit: Self.pageLimit)
        }
        var following = next
        if let last = page.last {
            following = state.cursor
            following.after = last.place
        }
        let found = try page.map(discrepancy)
        let run = state.record.id
        return ReconciliationUnit(following) { tx, summary in
            for discrepancy in found where try tx.discrepancies.insert(discrepancy, in: run) {
                summary.discrepancies += 1
            }
        }
    }

    private func discrepancy(_ fact: BalanceTransactionStore.UnmatchedFact) throws -> Discrepancy {
        let amount = try context.currencies.money(minor: fact.amount, fact.currency)
        let (reference, detail) = try words(for: fact)
        var found = Discrepancy(
            id: .make(context.seams), account: account.id, kind: .missingAtStripe, object: fact.id,
            amount: try amount.negated(), detail: detail, foundAt: context.now)
        found.rows.reference = reference.text
        if [.dispute, .line].contains(fact.kind) { found.rows.balanceTransaction = fact.object }
        found.rows.expectedMicros = amount.micros
        found.rows.foundMicros = 0
        return found
    }

    private func words(
        for fact: BalanceTransactionStore.UnmatchedFact
    ) throws -> (reference: Reference, detail: String) {
        let (object, none) = (fact.object, "the Stripe balance has no line of it")
        return switch fact.kind {
        case .payment: (try .payment(object), "\(object) is paid in the books, and \(none)")
        case .refund: (try .refunded(object), "refund \(object) has left by the books, and \(none)")
        case .returned: (try .refundReturned(object), "the money of refund \(object) is back by the books, and \(none)")
        case .dispute: (try .disputed(object), "a dispute has moved \(object) by the books, and \(none)")
        case .line:
            (
                try .balanceTransaction(object),
                "\(object) came with a payment, a refund or a dispute, and Stripe's list of lines does not have it"
            )
        }
    }
}
