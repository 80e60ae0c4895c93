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
}

/// Bursar's own state, for probes and metrics. Every figure costs what is open, not what has ever been.
public struct Operations: Sendable {
    let context: WorkerContext

    public func figures(in tx: Transaction) throws -> OperatingFigures {
        let inbox = try tx.inbox.backlog()
        let outbox = try tx.outbox.backlog()
        return OperatingFigures(
            inboxDepth: inbox.count, inboxAgeSeconds: age(of: inbox.oldest), parkedEvents: try tx.inbox.parkedCount(),
            outboxDepth: outbox.count, outboxAgeSeconds: age(of: outbox.oldest),
            openCharges: try tx.figures.openCharges(),
            unexplainedMicros: try tx.figures.unexplainedMicros())
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
