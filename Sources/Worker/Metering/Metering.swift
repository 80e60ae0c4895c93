public import Billing
import Ledger
public import Storage

/// Usage comes in, is priced, and is in the books in the same commit.
public struct Metering: Sendable {
    let context: WorkerContext

    public static let batchLimit = 1_000

    /// One journal entry for each customer of the request; totals and balances are read and written once.
    /// - Parameters:
    ///   - isImport: whether they are read in from a file: that is no request of this minute, and does not count in
    ///     limits a minute.
    ///   - caller: the key that the request came with; it counts where a report names no other, if it has bounds.
    /// - Throws: only what concerns the whole batch; a fault of one report is its verdict.
    public func record(
        _ reports: [CheckedReport], isImport: Bool = false, by caller: ApiKey.ID? = nil, account: ConnectedAccount,
        in tx: Transaction
    ) throws -> [UsageVerdict] {
        guard (1...Self.batchLimit).contains(reports.count) else {
            throw WorkerError.invalid("", "send 1 to \(Self.batchLimit) events at a time", code: "batch_size")
        }
        let batch = try UsageBatch(
            reports.lazy.filter { $0.fault == nil }.map(\.report), isImport: isImport, by: caller,
            context: context, account: account, tx: tx)
        let judgements = try batch.judge(reports)
        let recorded = try batch.write()
        return judgements.map { judgement in
            switch judgement {
            case .accepted(let place): .accepted(recorded[place])
            case .repeated(let place): .duplicate(recorded[place])
            case .known(let event): .duplicate(event)
            case .rejected(let error): .rejected(error)
            }
        }
    }

    /// The same, of what nobody has checked yet.
    public func record(
        _ reports: [UsageReport], account: ConnectedAccount, in tx: Transaction
    ) throws -> [UsageVerdict] {
        try record(check(reports), account: account, in: tx)
    }

    /// Events of one customer, newest first.
    public func list(
        customer: Customer, after: UsageEvent.ID?, limit: Int, in tx: Transaction
    ) throws -> [UsageEvent] {
        try tx.usage.list(customer: customer.id, after: after, limit: limit)
    }
}
