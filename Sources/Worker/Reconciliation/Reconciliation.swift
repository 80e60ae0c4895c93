public import Billing
import Ledger
public import Storage

/// Compares Stripe with the books: events that did not arrive, objects that are open, every line of the Stripe
/// balances, and the books with themselves. What was missed is healed, what differs is named.
///
/// A run is a row. `step()` does one unit of it, one page of one list of one account, and writes down where it stands
/// in the commit that keeps what it found, so a run goes on after a crash, and two workers at once do each unit once.
public struct Reconciliation: Sendable {
    let context: WorkerContext

    /// Begins a run; `step()` carries it on.
    /// - Parameter account: `nil` for all accounts.
    public func start(
        account: ConnectedAccount.ID? = nil, scope: ReconciliationRecord.Scope = .full, in tx: Transaction
    ) throws -> ReconciliationRecord {
        let record = ReconciliationRecord(
            id: .make(context.seams), account: account, scope: scope, status: .running,
            cursor: try ReconciliationState.text(ReconciliationCursor()),
            summary: try ReconciliationState.text(ReconciliationSummary()), startedAt: context.now)
        try tx.reconciliations.insert(record)
        return record
    }

    /// - Parameter account: which the run must have looked at, and of which alone it is told; `nil` for a caller who
    ///   may see everything.
    public func get(
        _ id: ReconciliationRecord.ID, account: ConnectedAccount.ID? = nil, in tx: Transaction
    ) throws -> ReconciliationResult {
        guard let record = try tx.reconciliations.find(id),
            try account.map({ try tx.reconciliations.hasLooked(id, at: $0) }) ?? true
        else { throw WorkerError.notFound("reconciliation") }
        return try ReconciliationResult(record, for: account, in: tx)
    }

    /// The last full run over all accounts, or that has looked at the one that is asked for: then what it says of it.
    public func latest(account: ConnectedAccount.ID? = nil, in tx: Transaction) throws -> ReconciliationResult? {
        let found =
            if let account {
                try tx.reconciliations.latest(.full, lookingAt: account)
            } else {
                try tx.reconciliations.latest(.full)
            }
        return try found.map { try ReconciliationResult($0, for: account, in: tx) }
    }

    /// Newest first.
    /// - Parameter account: which they have looked at, and of which alone they tell; `nil` for a caller who may see
    ///   everything.
    public func list(
        account: ConnectedAccount.ID? = nil, after: ReconciliationRecord.ID?, limit: Int, in tx: Transaction
    ) throws -> [ReconciliationResult] {
        try tx.reconciliations.list(account: account, after: after, limit: limit).map {
            try ReconciliationResult($0, for: account, in: tx)
        }
    }

    /// What a run has found, in that order.
    /// - Parameter account: of which alone it is told; `nil` for a caller who may see everything.
    public func discrepancies(
        of id: ReconciliationRecord.ID, account: ConnectedAccount.ID? = nil, after: Discrepancy.ID? = nil, limit: Int,
        in tx: Transaction
    ) throws -> [Discrepancy] {
        try tx.discrepancies.list(in: id, account: account, after: after, limit: limit).map { found in
            // The detail names the other account, which is nobody's business here.
            guard account != nil, found.kind == .accountDiffers else { return found }
            return found.detailed("what it belongs to is of another account")
        }
    }

    /// Does one unit of the run that was started first.
    /// - Returns: `false` when no run is under way.
    /// - Throws: only what the database says; what is wrong with an account is written to the run.
    public func step() async throws -> Bool {
        guard let record = try await context.database.read({ tx in try tx.reconciliations.running() }) else {
            return false
        }
        try await ReconciliationStep(context: context, state: try ReconciliationState(record)).run()
        return true
    }

    /// Does one unit of a certain run.
    /// - Returns: `false` when it has ended.
    public func step(_ id: ReconciliationRecord.ID) async throws -> Bool {
        let record = try await context.database.read { tx in try tx.reconciliations.find(id) }
        guard let record, record.status == .running else { return false }
        try await ReconciliationStep(context: context, state: try ReconciliationState(record)).run()
        return true
    }

    // MARK: On schedule

    /// How long the runs of the frequent sweeps are remembered.
    static let sweepsKeptSeconds: Int64 = 7 * 86_400

    /// Starts what is due by the policy, then does one unit of what is under way.
    /// - Returns: `false` when nothing is.
    public func dueStep() async throws -> Bool {
        let isAnyDue = try await context.database.read { [self] tx in try !dueScopes(in: tx).isEmpty }
        if isAnyDue { try await context.database.write { [self] tx in try startDue(in: tx) } }
        return try await step()
    }

    private func startDue(in tx: Transaction) throws {
        let old = context.now.adding(seconds: -Self.sweepsKeptSeconds)
        for scope in try dueScopes(in: tx) {
            _ = try start(scope: scope, in: tx)
            if scope != .full { try tx.reconciliations.forget(scope, before: old) }
        }
    }

    private func dueScopes(in tx: Transaction) throws -> [ReconciliationRecord.Scope] {
        try ReconciliationRecord.Scope.allCases.filter { try isDue($0, in: tx) }
    }

    private func isDue(_ scope: ReconciliationRecord.Scope, in tx: Transaction) throws -> Bool {
        guard let latest = try tx.reconciliations.latest(scope) else { return true }
        guard latest.status != .running else { return false }
        let now = context.now
        switch scope {
        case .events: return latest.startedAt.adding(seconds: context.policy.eventSweepSeconds) <= now
        case .openObjects: return latest.startedAt.adding(seconds: context.policy.openObjectSweepSeconds) <= now
        case .full:
            let today = Instant(startOf: now.day).adding(seconds: context.policy.reconciliationHour * 3_600)
            return latest.startedAt < (today <= now ? today : today.adding(seconds: -86_400))
        }
    }
}
