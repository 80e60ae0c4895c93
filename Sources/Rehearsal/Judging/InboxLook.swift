import Storage

/// What is in a Bursar's inbox and journal, read by somebody who is not Bursar.
public struct InboxLook: Sendable, Hashable {
    /// What became of each event, by its id: `parked livemode_mismatch`, `settled`.
    public let fates: [String: String]
    /// Entries of the journal.
    public let entries: Int

    /// How many events wait to be worked off.
    public var waiting: Int { fates.values.count { $0.hasPrefix("received") } }

    init(in tx: Transaction) throws {
        var fates: [String: String] = [:]
        try tx.forEach("SELECT event_id, state, reason FROM inbox") { row in
            let reason = try row.textOrNil("reason").map { " \($0)" } ?? ""
            fates[try row.text("event_id")] = try row.text("state") + reason
        }
        self.fates = fates
        entries = try tx.first("SELECT COUNT(*) AS entries FROM journal_entries")?.int("entries") ?? 0
    }

    /// What became of the events that `earlier` does not have.
    public func news(since earlier: InboxLook) -> [String: String] {
        fates.filter { earlier.fates[$0.key] == nil }
    }
}

/// The database of a Bursar that runs somewhere else.
public struct OpenBooks: Sendable {
    private let database: Database

    /// - Throws: what the database says.
    public init(path: String) throws { database = try Database.open(.sqlite(path: path)) }

    public func look() async throws -> InboxLook { try await database.read { tx in try InboxLook(in: tx) } }

    public func close() async { await database.close() }
}
