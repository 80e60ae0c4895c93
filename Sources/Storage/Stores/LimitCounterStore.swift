public import Billing
public import Ledger

extension Transaction {
    public var limitCounters: LimitCounterStore { LimitCounterStore(tx: self) }
}

/// Whose use of which stretch of time.
public struct LimitCounterID: Hashable, Sendable {
    /// `account:bacc_…`, `customer:bcus_…` or `key:bkey_…`.
    public let subject: String
    public let period: PeriodKind
    /// A minute is one of UTC, and kept for an hour; days and months are those of the customer's time zone, or of the
    /// account's.
    public let startsAt: Instant

    public init(subject: String, period: PeriodKind, startsAt: Instant) {
        self.subject = subject
        self.period = period
        self.startsAt = startsAt
    }

    public init(subject: String, _ period: Period) {
        self.init(subject: subject, period: period.kind, startsAt: period.start)
    }

    public static func subject(of account: ConnectedAccount.ID) -> String { "account:\(account)" }
    public static func subject(of customer: Customer.ID) -> String { "customer:\(customer)" }
}

public struct LimitCounter: Hashable, Sendable {
    public let id: LimitCounterID
    public var used: LimitAmounts
    /// Set apart for requests in flight.
    public var held: LimitAmounts

    public init(id: LimitCounterID, used: LimitAmounts = .zero, held: LimitAmounts = .zero) {
        self.id = id
        self.used = used
        self.held = held
    }
}

/// What was used and is held of everything that can be limited.
public struct LimitCounterStore {
    let tx: Transaction

    /// - Returns: zeros where nothing was used or held.
    public func get(_ id: LimitCounterID) throws -> LimitCounter { try find(id) ?? LimitCounter(id: id) }

    public func find(_ id: LimitCounterID) throws -> LimitCounter? {
        try tx.first(
            "SELECT * FROM limit_counters WHERE subject = $1 AND period = $2 AND starts_at = $3", id.subject,
            id.period.rawValue, id.startsAt.millisecondsSince1970
        ).map(Self.counter)
    }

    /// - Returns: one for each id, in their order; zeros where nothing was used or held.
    public func get(_ ids: [LimitCounterID]) throws -> [LimitCounter] {
        var counters = ids.map { LimitCounter(id: $0) }
        var rows: [SQLValue] = []
        rows.reserveCapacity(4 * ids.count)
        for (place, id) in ids.enumerated() {
            rows.append(.text(id.subject))
            rows.append(.text(id.period.rawValue))
            rows.append(.integer(id.startsAt.millisecondsSince1970))
            rows.append(.integer(Int64(place)))
        }
        try tx.forEach(Self.reading, rows: rows) { row in
            let place = Int(try row.int64(at: 0))
            counters[place].used = try Self.amounts(row, from: 1)
            counters[place].held = try Self.amounts(row, from: 5)
        }
        return counters
    }

    private static func amounts(_ row: Row, from first: Int) throws -> LimitAmounts {
        LimitAmounts(
            requests: try row.int64(at: first), tokens: try row.int64(at: first + 1),
            costMicros: try row.int64(at: first + 2), spendMicros: try row.int64(at: first + 3))
    }

    /// Adds to what was used, and leaves alone what is held.
    /// - Parameter uses: each counter once; the sums fit 64 bits.
    public func add(_ uses: [(id: LimitCounterID, use: LimitAmounts)]) throws {
        var rows: [SQLValue] = []
        rows.reserveCapacity(7 * uses.count)
        for (id, use) in uses {
            rows.append(.text(id.subject))
            rows.append(.text(id.period.rawValue))
            rows.append(.integer(id.startsAt.millisecondsSince1970))
            for amount in [use.requests, use.tokens, use.costMicros, use.spendMicros] { rows.append(.integer(amount)) }
        }
        try tx.execute(Self.adding, rows: rows)
    }

    private static let reading = ManyRows(
        width: 4, row: { "(\($0[0]), \($0[1]), CAST(\($0[2]) AS BIGINT), CAST(\($0[3]) AS BIGINT))" }
    ) { list in
        // The list comes first: each of its rows is one step into the index.
        """
        SELECT k.column4, c.requests, c.tokens, c.cost_micros, c.spend_micros, c.held_requests, c.held_tokens,
            c.held_cost_micros, c.held_spend_micros
        FROM (VALUES \(list)) AS k CROSS JOIN limit_counters AS c
        WHERE c.subject = k.column1 AND c.period = k.column2 AND c.starts_at = k.column3
        """
    }

    private static let adding = ManyRows(
        width: 7, longest: 16, row: { "(\($0.joined(separator: ", ")), 0, 0, 0, 0)" }
    ) { list in
        """
        INSERT INTO limit_counters (subject, period, starts_at, requests, tokens, cost_micros, spend_micros,
            held_requests, held_tokens, held_cost_micros, held_spend_micros)
        VALUES \(list)
        ON CONFLICT (subject, period, starts_at) DO UPDATE SET
            requests = limit_counters.requests + excluded.requests,
            tokens = limit_counters.tokens + excluded.tokens,
            cost_micros = limit_counters.cost_micros + excluded.cost_micros,
            spend_micros = limit_counters.spend_micros + excluded.spend_micros
        """
    }

    /// Writes what was used, and leaves alone what is held.
    /// - Parameter before: what the counter held when it was read; zeros when there was none.
    /// - Throws: `StorageError` (locked) when another has written it meanwhile.
    public func setUsed(_ used: LimitAmounts, of id: LimitCounterID, before: LimitAmounts) throws {
        let written = try tx.execute(
            """
            INSERT INTO limit_counters (subject, period, starts_at, requests, tokens, cost_micros, spend_micros,
                held_requests, held_tokens, held_cost_micros, held_spend_micros)
            VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, 0, 0)
            ON CONFLICT (subject, period, starts_at) DO UPDATE SET requests = excluded.requests,
                tokens = excluded.tokens, cost_micros = excluded.cost_micros, spend_micros = excluded.spend_micros
            WHERE limit_counters.requests = $8 AND limit_counters.spend_micros = $9
            """, id.subject, id.period.rawValue, id.startsAt.millisecondsSince1970, used.requests, used.tokens,
            used.costMicros, used.spendMicros, before.requests, before.spendMicros)
        guard written == 1 else { throw StorageError(.locked, detail: "limit_counters") }
    }

    /// Forgets the minutes of a subject that nobody asks for any more.
    public func forgetMinutes(of subject: String, before instant: Instant) throws {
        try tx.execute(
            "DELETE FROM limit_counters WHERE subject = $1 AND period = 'minute' AND starts_at < $2", subject,
            instant.millisecondsSince1970)
    }

    static func counter(_ row: Row) throws -> LimitCounter {
        LimitCounter(
            id: LimitCounterID(
                subject: try row.text("subject"), period: try row.choice("period"),
                startsAt: try row.instant("starts_at")),
            used: LimitAmounts(
                requests: try row.int64("requests"), tokens: try row.int64("tokens"),
                costMicros: try row.int64("cost_micros"), spendMicros: try row.int64("spend_micros")),
            held: LimitAmounts(
                requests: try row.int64("held_requests"), tokens: try row.int64("held_tokens"),
                costMicros: try row.int64("held_cost_micros"), spendMicros: try row.int64("held_spend_micros")))
    }
}
