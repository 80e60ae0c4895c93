import Billing
import Ledger
import Storage

/// Lists what does not agree, after everything of an account was read.
struct FindingSweep {
    let context: WorkerContext
    let account: ConnectedAccount

    static let pageLimit = 200

    /// What is unexplained on the account's lines, whichever run read them.
    func findings(_ next: ReconciliationCursor, _ state: ReconciliationState) async throws -> ReconciliationUnit {
        let after = state.cursor.after
        let (page, lines) = try await context.database.read { [account] tx in
            let page = try tx.balanceTransactions.findings(account: account.id, after: after, limit: Self.pageLimit)
            return (page, try page.map { try tx.balanceTransactions.find($0.line, account: account.id) })
        }
        var found = zip(page, lines).map { discrepancy($0.finding, of: $0.line, $1) }
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

    /// Of a line in the currency of its finding all was found at Stripe, and the rest is what the books have.
    private func discrepancy(_ finding: BalanceFinding, of id: String, _ line: BalanceTransactionRecord?)
        -> Discrepancy
    {
        var discrepancy = discrepancy(finding.kind, id, finding.amount, finding.detail)
        discrepancy.rows.balanceTransaction = id
        discrepancy.rows.reference = "stripe:\(id)"
        guard [.cannotBeBooked, .applicationFeeDiffers].contains(finding.kind) == false else { return discrepancy }
        let isOfLine = line?.currency == finding.amount.currency.code
        let told = isOfLine ? try? context.currencies.money(minor: line?.amount ?? 0, finding.amount.currency) : nil
        discrepancy.rows.foundMicros = told?.micros ?? 0
        discrepancy.rows.expectedMicros = Int64(clamping: Int128(told?.micros ?? 0) - Int128(finding.amount.micros))
        return discrepancy
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
