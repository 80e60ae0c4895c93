public import Billing
public import Ledger

extension Transaction {
    public var usageComparisons: UsageComparisonStore { UsageComparisonStore(tx: self) }
}

/// A usage event with what it reported, how it was rated, and whether the books have it.
public struct ComparedEvent: Sendable {
    public let id: UsageEvent.ID
    public let account: ConnectedAccount.ID
    public let customer: Customer.ID
    public let time: Instant
    public let model: String?
    public let quantities: Quantities
    public let costMicros: Int64
    public let priceMicros: Int64
    public let markup: Percent
    /// The rated line, as JSON; `nil` for what was priced before lines were kept, or where it is gone.
    public let line: String?
    /// The entry that posted it; `nil` where there was nothing to post.
    public let entry: Int64?
    /// Whether what it says is in the books: its entry is there and is one of usage, or nothing was to be posted.
    public let isPosted: Bool
}

/// An entry of usage with what its events add up to and what it books, in micros.
public struct ComparedEntry: Sendable {
    public let sequence: Int64
    public let reference: String
    public let account: ConnectedAccount.ID
    public let events: Int64
    public let price: Int128
    public let cost: Int128
    /// In the account's currency, credits negative; 0 where there is no such posting.
    public let revenue: Int128
    public let providerCost: Int128
}

/// Usage events, their rated lines and their entries, side by side, each read in pages by an index.
public struct UsageComparisonStore {
    let tx: Transaction

    /// A customer's events in the order of their ids.
    public func events(of customer: Customer.ID, after: String, limit: Int) throws -> [ComparedEvent] {
        var events: [ComparedEvent] = []
        try forEachEvent(of: customer, after: after, limit: limit) { events.append($0) }
        return events
    }

    /// Hands over a customer's events one after the other, in constant memory.
    public func forEachEvent(
        of customer: Customer.ID, after: String = "", limit: Int = .max, _ body: (ComparedEvent) throws -> Void
    ) throws {
        try tx.forEach(
            "\(Self.selection) (SELECT * FROM usage_events WHERE customer = $1 AND id > $2 ORDER BY id LIMIT $3) u "
                + "ORDER BY u.id", customer.text, after, limit
        ) { try body(try Self.event($0)) }
    }

    /// Hands over the events that a stretch of the journal has posted, in the order of their entries.
    public func forEachEvent(
        postedAfter: Int64, through: Int64, _ body: (ComparedEvent) throws -> Void
    ) throws {
        try tx.forEach(
            """
            \(Self.selection) (SELECT * FROM usage_events WHERE entry > $1 AND entry <= $2) u ORDER BY u.entry
            """, postedAfter, through
        ) { try body(try Self.event($0)) }
    }

    /// The account's entries of usage up to a place of the journal, in the order of their references.
    public func entries(
        account: ConnectedAccount.ID, after: String, through: Int64, limit: Int
    ) throws -> [ComparedEntry] {
        try tx.query(
            """
            SELECT e.sequence, e.reference, e.book, \(Self.sums) FROM (
                SELECT sequence, reference, book FROM journal_entries
                WHERE book = $1 AND reference > $2 AND reference >= 'usage:' AND reference < 'usage;'
                    AND sequence <= $3
                ORDER BY reference LIMIT $4
            ) e JOIN accounts a ON a.id = e.book ORDER BY e.reference
            """, account.text, after, through, limit
        ).map(Self.entry)
    }

    /// All entries of usage in a stretch of the journal.
    public func entries(postedAfter: Int64, through: Int64) throws -> [ComparedEntry] {
        try tx.query(
            """
            SELECT e.sequence, e.reference, e.book, \(Self.sums)
            FROM journal_entries e JOIN accounts a ON a.id = e.book
            WHERE e.sequence > $1 AND e.sequence <= $2 AND e.reference LIKE 'usage:%' ORDER BY e.sequence
            """, postedAfter, through
        ).map(Self.entry)
    }

    /// How many entries of usage come after a place of the journal, counted to `atMost`, and when the first was posted.
    /// - Parameter book: `nil` for all books.
    public func later(
        than sequence: Int64, book: ConnectedAccount.ID?, atMost: Int
    ) throws -> (items: Int64, since: Instant)? {
        let row = try tx.first(
            """
            SELECT COUNT(*) AS items, MIN(posted_at) AS since FROM (
                SELECT posted_at FROM journal_entries
                WHERE sequence > $1 AND ($2 = '' OR book = $2) AND reference LIKE 'usage:%' ORDER BY sequence LIMIT $3
            ) later
            """, sequence, book?.text ?? "", atMost)
        guard let row, let since = try row.int64OrNil("since") else { return nil }
        return (try row.int64("items"), Instant(millisecondsSince1970: since))
    }

    // MARK: How far usage was compared as it came

    /// The last entry that was looked at.
    public func sequence() throws -> Int64 {
        try tx.first("SELECT sequence FROM usage_comparisons WHERE id = 1")?.int64(at: 0) ?? 0
    }

    /// Never moves back.
    public func setSequence(_ sequence: Int64) throws {
        try tx.execute("UPDATE usage_comparisons SET sequence = $1 WHERE id = 1 AND sequence < $1", sequence)
    }

    /// The last event from before lines were kept: each later one has a line.
    public func lastWithoutLine() throws -> String {
        try tx.first("SELECT last_without_line FROM usage_comparisons WHERE id = 1")?.text(at: 0) ?? ""
    }

    private static let selection = """
        SELECT u.id, u.account, u.customer, u.time, u.model, u.quantities, u.cost_micros, u.price_micros, u.markup_ppm,
            u.rated, u.entry, \(AuditStore.isUnposted) AS is_unposted FROM
        """

    private static let sums = """
        (SELECT COUNT(*) FROM usage_events u WHERE u.entry = e.sequence AND u.account = e.book) AS events,
        \(events("price_micros / 1000000")) AS price_millions, \(events("price_micros % 1000000")) AS price_rest,
        \(events("cost_micros / 1000000")) AS cost_millions, \(events("cost_micros % 1000000")) AS cost_rest,
        \(booked("revenue", "/")) AS revenue_millions, \(booked("revenue", "%")) AS revenue_rest,
        \(booked("provider_cost", "/")) AS provider_millions, \(booked("provider_cost", "%")) AS provider_rest
        """

    private static func events(_ column: String) -> String {
        """
        (SELECT CAST(COALESCE(SUM(u.\(column)), 0) AS BIGINT) FROM usage_events u
            WHERE u.entry = e.sequence AND u.account = e.book)
        """
    }

    private static func booked(_ kind: String, _ part: String) -> String {
        """
        (SELECT CAST(COALESCE(SUM(p.amount \(part) 1000000), 0) AS BIGINT)
            FROM postings p JOIN ledger_accounts l ON l.id = p.account
            WHERE p.entry = e.sequence AND l.kind = '\(kind)' AND l.book = e.book AND l.currency = a.currency)
        """
    }

    private static func event(_ row: Row) throws -> ComparedEvent {
        let quantities = try row.text(at: 5)
        return ComparedEvent(
            id: UsageEvent.ID(stored: try row.text(at: 0)), account: ConnectedAccount.ID(stored: try row.text(at: 1)),
            customer: Customer.ID(stored: try row.text(at: 2)),
            time: Instant(millisecondsSince1970: try row.int64(at: 3)), model: try row.textOrNil(at: 4),
            quantities: quantities == "{}" ? .none : try Quantities(json: quantities),
            costMicros: try row.int64(at: 6), priceMicros: try row.int64(at: 7),
            markup: Percent(partsPerMillion: try row.int64(at: 8)), line: try row.textOrNil(at: 9),
            entry: try row.int64OrNil(at: 10), isPosted: try row.int64(at: 11) == 0)
    }

    private static func entry(_ row: Row) throws -> ComparedEntry {
        func sum(_ name: String) throws -> Int128 {
            Int128(try row.int64("\(name)_millions")) * 1_000_000 + Int128(try row.int64("\(name)_rest"))
        }
        return ComparedEntry(
            sequence: try row.int64("sequence"), reference: try row.text("reference"),
            account: ConnectedAccount.ID(stored: try row.text("book")), events: try row.int64("events"),
            price: try sum("price"), cost: try sum("cost"), revenue: try sum("revenue"),
            providerCost: try sum("provider"))
    }
}
