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
    /// A page of them, newest first.
    public let events: [UsageEvent]
    public let hasMoreEvents: Bool
    /// Which lots of the wallet the entry took from, and how many micros; below zero where it gave back.
    public let lots: [(lot: StoredLot, micros: Int64)]
    /// What takes the event back.
    public let correction: UsageEvent?
}

/// Answers where an amount comes from, and where it has gone.
public struct Explanations: Sendable {
    let context: WorkerContext

    /// - Parameters:
    ///   - after: where the page of the entry's events goes on.
    ///   - limit: how many of them.
    /// - Throws: `not_found`.
    public func explain(
        _ id: UsageEvent.ID, account: ConnectedAccount, after: UsageEvent.ID? = nil, limit: Int = 20,
        in tx: Transaction
    ) throws -> UsageExplanation {
        guard let event = try tx.usage.find(id), event.account == account.id else {
            throw WorkerError.notFound("usage event")
        }
        let json = try tx.usage.line(of: id)
        let entry = try event.entry.flatMap { try tx.books.entry($0) }
        let lots = try event.entry.map { try tx.wallets.movements(of: $0) } ?? []
        let events = try event.entry.map { try tx.usage.list(entry: $0, after: after, limit: limit + 1) } ?? []
        return UsageExplanation(
            event: event, line: try json.map(RatedLine.init(json:)), lineJSON: json, entry: entry,
            eventsOfEntry: try event.entry.map { try tx.usage.count(entry: $0) } ?? 0,
            events: Array(events.prefix(limit)), hasMoreEvents: events.count > limit, lots: lots,
            correction: try tx.usage.correction(of: id))
    }
}
