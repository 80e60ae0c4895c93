import Billing
import Ledger
import Storage

/// The usage of all accounts that was posted since the last look: each event beside its line, each entry beside its
/// events. What has no entry, running totals and what rounding leaves wait for the full run of the day.
struct NewUsageComparison {
    let context: WorkerContext
    let tx: Transaction

    static let entriesPerPage: Int64 = 100

    /// - Returns: what was found in the next stretch of the journal; `nil` when all of it was looked at.
    func page() throws -> (found: [Discrepancy], through: Int64)? {
        let (seen, last) = (try tx.usageComparisons.sequence(), try tx.books.lastSequence())
        guard seen < last else { return nil }
        let through = min(last, seen + Self.entriesPerPage)
        let rules = LineRules(lastWithoutLine: try tx.usageComparisons.lastWithoutLine())
        var comparisons: [ConnectedAccount.ID: UsageComparison] = [:]
        func comparison(of id: ConnectedAccount.ID) throws -> UsageComparison? {
            if comparisons[id] == nil, let account = try tx.accounts.find(id) {
                comparisons[id] = UsageComparison(context: context, account: account, tx: tx)
            }
            return comparisons[id]
        }
        var found: [Discrepancy] = []
        try tx.usageComparisons.forEachEvent(postedAfter: seen, through: through) { event in
            found += try comparison(of: event.account)?.findings(event, rules.judge(event)) ?? []
        }
        for entry in try tx.usageComparisons.entries(postedAfter: seen, through: through) {
            if let finding = try comparison(of: entry.account)?.finding(entry) { found.append(finding) }
        }
        return (found, through)
    }
}
