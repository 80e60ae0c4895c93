public import Billing
public import Ledger
public import Storage

/// A run with what it came to: for all accounts that it has looked at, or for one of them alone.
public struct ReconciliationResult: Hashable, Sendable {
    public let record: ReconciliationRecord
    /// Whose rows all of this is of; `nil` for all.
    public let account: ConnectedAccount.ID?
    /// How the run stands, for that account alone where it is of one.
    public let status: ReconciliationRecord.Status
    /// Of a part, only the accounts, those not checked and the discrepancies are its own; the rest is the run's.
    public let summary: ReconciliationSummary
    /// How much each way has come to, by currency.
    public let legs: [ReconciliationLeg]
    /// What the discrepancies come to in each currency, all counted as positive; empty when everything is explained.
    public let unexplained: [Money]
    /// What the run cannot speak of, as it was not compared.
    public let notCompared: [NotCompared]
    /// Accounts that could not be compared to the end, the first 100.
    public let notChecked: [UncheckedAccount]
    /// What the sweeps since have found in new usage; of a full run of all accounts.
    public let foundSince: Int64

    /// Something that was left out, and since when.
    public struct NotCompared: Hashable, Sendable {
        public enum What: String, Sendable {
            /// The run goes on.
            case run
            /// Accounts that could not be asked for; `not_checked` lists them.
            case accounts
            /// What was posted after the run had begun; at most `countedEntries` are counted.
            case usage = "usage_entries"
            /// Payments, refunds and disputes that Stripe's balance has no line of yet, within the grace.
            case awaitingStripe = "awaiting_stripe"
            /// What runs of this scope do not look at.
            case otherLegs = "other_legs"
        }

        public let what: What
        /// `nil` where it is not counted.
        public let items: Int64?
        public let since: Instant
    }

    /// - Parameter viewer: the account that alone may be seen; `nil` for whoever may see all.
    init(_ record: ReconciliationRecord, for viewer: ConnectedAccount.ID? = nil, in tx: Transaction) throws {
        self.record = record
        account = record.account ?? viewer
        let part = record.account == nil ? viewer : nil
        legs = try tx.reconciliationLegs.list(in: record.id, account: part)
        unexplained = try tx.discrepancies.unexplained(in: record.id, account: part).filter { !$0.isZero }
        notChecked = try tx.reconciliations.unchecked(in: record.id, account: part, limit: 100)
        let isOfAll = record.scope == .full && record.account == nil
        foundSince = isOfAll ? try tx.discrepancies.foundBySweeps(since: record.startedAt, account: part) : 0
        let leftOpen = try tx.reconciliations.leftOpen(in: record.id, account: part)
        var summary: ReconciliationSummary = try ReconciliationState.decoded(record.summary)
        if let part {
            summary.discrepancies = try tx.discrepancies.count(in: record.id, account: part)
            summary.notChecked = Int64(notChecked.count)
            summary.accounts = record.status == .running ? 0 : 1 - summary.notChecked
        }
        self.summary = summary
        status =
            part == nil || record.status == .running
            ? record.status : ReconciliationRecord.ended(leftOpen: leftOpen, found: summary.discrepancies)
        notCompared = try Self.notCompared(record, account, leftOpen, summary, legs, in: tx)
    }

    /// Whether this is what concerns one account in a run over all.
    public var isPart: Bool { record.account == nil && account != nil }

    /// Micros that nothing explains, of all currencies together; `nil` as long as the run has not compared everything
    /// that it is to compare, because then nobody knows.
    public var unexplainedMicros: Int64? {
        guard status == .clean || status == .discrepancies else { return nil }
        return unexplained.reduce(0) { Int64(clamping: Int128($0) + Int128($1.micros)) }
    }

    private static func notCompared(
        _ record: ReconciliationRecord, _ account: ConnectedAccount.ID?, _ unchecked: Int64,
        _ summary: ReconciliationSummary, _ legs: [ReconciliationLeg], in tx: Transaction
    ) throws -> [NotCompared] {
        var left: [NotCompared] = []
        func leave(_ what: NotCompared.What, _ items: Int64?, since: Instant? = nil) {
            left.append(NotCompared(what: what, items: items, since: since ?? record.startedAt))
        }
        if record.status == .running { leave(.run, nil) }
        if record.scope != .full { leave(.otherLegs, nil) }
        if unchecked > 0 { leave(.accounts, unchecked) }
        let awaiting = legs.filter { $0.name == .awaitingStripe }.reduce(0) { $0 + $1.items }
        if awaiting > 0 { leave(.awaitingStripe, awaiting) }
        guard let through = summary.throughEntry else { return left }
        // The sweeps of all accounts look at new usage as it comes.
        let seen = record.account == nil ? max(through, try tx.usageComparisons.sequence()) : through
        let later = try tx.usageComparisons.later(than: seen, book: account, atMost: countedEntries)
        if let later { leave(.usage, later.items, since: later.since) }
        return left
    }

    private static let countedEntries = 10_000
}
