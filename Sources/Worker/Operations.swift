public import Ledger
public import Storage

/// What an operator watches, at one moment.
public struct OperatingFigures: Hashable, Sendable {
    /// Events of Stripe's that are stored and not worked off.
    public let inboxDepth: Int64
    public let inboxAgeSeconds: Int64
    public let parkedEvents: Int64
    /// Requests to Stripe that are written down and not answered.
    public let outboxDepth: Int64
    public let outboxAgeSeconds: Int64
    /// Charges that are not at their end, by status.
    public let openCharges: [String: Int64]
    /// What Stripe moved and Bursar cannot explain, whatever its sign, by currency.
    public let unexplainedMicros: [Currency: Int64]
    /// Since the last full run over all accounts began; `nil` where there is none.
    public let reconciliationAgeSeconds: Int64?
    /// How many rows differ by that run, and by the sweeps since.
    public let unexplainedRows: Int64
}

/// Bursar's own state, for probes and metrics. Every figure costs what is open, not what has ever been.
public struct Operations: Sendable {
    let context: WorkerContext

    public func figures(in tx: Transaction) throws -> OperatingFigures {
        let inbox = try tx.inbox.backlog()
        let outbox = try tx.outbox.backlog()
        let run = try tx.reconciliations.latest(.full)
        return OperatingFigures(
            inboxDepth: inbox.count, inboxAgeSeconds: age(of: inbox.oldest), parkedEvents: try tx.inbox.parkedCount(),
            outboxDepth: outbox.count, outboxAgeSeconds: age(of: outbox.oldest),
            openCharges: try tx.figures.openCharges(),
            unexplainedMicros: try tx.figures.unexplainedMicros(),
            reconciliationAgeSeconds: run.map { age(of: $0.startedAt) },
            unexplainedRows: try run.map {
                try tx.discrepancies.count(in: $0.id) + tx.discrepancies.foundBySweeps(since: $0.startedAt)
            } ?? 0)
    }

    /// Proves that the database takes writes at this moment.
    public func checkWritable() async throws {
        try await context.database.write { _ in }
    }

    private func age(of oldest: Instant?) -> Int64 {
        guard let oldest else { return 0 }
        return max(0, context.now.secondsSince1970 - oldest.secondsSince1970)
    }
}
