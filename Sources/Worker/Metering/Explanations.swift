public import Billing
public import Storage

/// How an amount came to be: from the entry back to prices, quantities and the event.
public struct UsageExplanation: Sendable {
    public let event: UsageEvent
    /// `nil` for what was priced before lines were kept.
    public let line: RatedLine?
    /// The line as it is stored.
    public let lineJSON: String?
    /// `nil` when there was nothing to post.
    public let entry: StoredEntry?
    /// How many events the entry is of, all of this customer.
    public let eventsOfEntry: Int64
    /// Which lots of the wallet the entry took from, and how many micros; below zero where it gave back.
    public let lots: [(lot: StoredLot, micros: Int64)]
    /// What takes the event back.
    public let correction: UsageEvent?
}

/// Answers where an amount comes from.
public struct Explanations: Sendable {
    let context: WorkerContext

    /// - Throws: `not_found`.
    public func explain(
        _ id: UsageEvent.ID, account: ConnectedAccount, in tx: Transaction
    ) throws -> UsageExplanation {
        guard let event = try tx.usage.find(id), event.account == account.id else {
            throw WorkerError.notFound("usage event")
        }
        let json = try tx.usage.line(of: id)
        let entry = try event.entry.flatMap { sequence in
            try tx.books.entries(book: account.id, after: sequence - 1, limit: 1).first { $0.sequence == sequence }
        }
        let lots = try event.entry.map { try tx.wallets.movements(of: $0) } ?? []
        return UsageExplanation(
            event: event, line: try json.map(RatedLine.init(json:)), lineJSON: json, entry: entry,
            eventsOfEntry: try event.entry.map { try tx.usage.count(entry: $0) } ?? 0,
            lots: lots, correction: try tx.usage.correction(of: id))
    }
}
