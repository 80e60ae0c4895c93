public import Billing
import Ledger

extension Transaction {
    public var usage: UsageStore { UsageStore(tx: self) }
}

public struct UsageStore {
    let tx: Transaction

    /// - Parameter events: each with how it was priced, as JSON.
    /// - Returns: how many were inserted. What the account already has of that source and name is not, nor changed.
    public func insert(_ events: [(event: UsageEvent, line: String?)]) throws -> Int {
        var rows: [SQLValue] = []
        rows.reserveCapacity(events.count * Self.columns.count)
        for (event, line) in events { try Self.append(event, line: line, to: &rows) }
        return try tx.execute(Self.insertion, rows: rows)
    }

    public func find(account: ConnectedAccount.ID, source: String, eventID: String) throws -> UsageEvent? {
        try tx.first(
            "SELECT * FROM usage_events WHERE account = $1 AND source = $2 AND event_id = $3",
            account.text, source, eventID
        ).map(Self.event)
    }

    /// Which of these names of a source the account has events of already; in no order.
    public func known(_ names: [String], source: String, account: ConnectedAccount.ID) throws -> Set<String> {
        var known: Set<String> = []
        let fixed = [account.text.sqlValue, source.sqlValue]
        try tx.forEach(Self.naming, fixed, rows: names.map(\.sqlValue)) { row in known.insert(try row.text(at: 0)) }
        return known
    }

    private static let naming = ManyRows(fixed: 2, width: 1, row: { $0[0] }) { list in
        "SELECT event_id FROM usage_events WHERE account = $1 AND source = $2 AND event_id IN (\(list))"
    }

    public func find(_ id: UsageEvent.ID) throws -> UsageEvent? {
        try tx.first("SELECT * FROM usage_events WHERE id = $1", id.text).map(Self.event)
    }

    /// What takes that event back.
    public func correction(of id: UsageEvent.ID) throws -> UsageEvent? {
        try tx.first("SELECT * FROM usage_events WHERE corrects = $1", id.text).map(Self.event)
    }

    /// What in a period was taken back of what had counted before it.
    /// - Parameter customer: `nil` for all of the account.
    public func lateCorrections(
        account: ConnectedAccount.ID, customer: Customer.ID?, in period: Period
    ) throws -> [UsageEvent] {
        let owner = customer == nil ? "account" : "customer"
        return try tx.query(
            """
            SELECT c.* FROM usage_events AS c JOIN usage_events AS u ON u.id = c.corrects
            WHERE c.\(owner) = $1 AND c.corrects IS NOT NULL AND c.counted_at >= $2 AND c.counted_at < $3
                AND u.counted_at < $2
            """, customer?.text ?? account.text, period.start.millisecondsSince1970,
            period.end.millisecondsSince1970
        ).map(Self.event)
    }

    /// How the event was priced, as JSON.
    /// - Returns: `nil` for what was priced before lines were kept.
    public func line(of id: UsageEvent.ID) throws -> String? {
        try tx.first("SELECT rated FROM usage_events WHERE id = $1", id.text)?.textOrNil("rated")
    }

    /// How many events an entry is of.
    public func count(entry sequence: Int64) throws -> Int64 {
        try tx.first("SELECT COUNT(*) AS events FROM usage_events WHERE entry = $1", sequence)?.int64("events") ?? 0
    }

    /// The events that an entry is of, newest first, those received before `after`.
    public func list(entry sequence: Int64, after: UsageEvent.ID?, limit: Int) throws -> [UsageEvent] {
        try tx.query(
            "SELECT * FROM usage_events WHERE entry = $1 AND ($2 = '' OR id < $2) ORDER BY id DESC LIMIT $3",
            sequence, after?.text ?? "", limit
        ).map(Self.event)
    }

    /// Newest first, those received before `after`.
    public func list(customer: Customer.ID, after: UsageEvent.ID?, limit: Int) throws -> [UsageEvent] {
        try tx.query(
            """
            SELECT * FROM usage_events WHERE customer = $1 AND ($2 = '' OR id < $2) ORDER BY id DESC LIMIT $3
            """, customer.text, after?.text ?? "", limit
        ).map(Self.event)
    }

    private static let columns = [
        "id", "account", "customer", "source", "event_id", "kind", "corrects", "time", "counted_at", "late",
        "provider", "model", "feature", "action", "product", "organization", "api_key", "quantities", "latency_ms",
        "metadata", "cost_micros", "price_micros", "markup_ppm", "rated", "entry", "authorization_id", "received_at",
        "counted_organization",
    ]

    private static let insertion = ManyRows(width: columns.count, longest: 16) { list in
        """
        INSERT INTO usage_events (\(columns.joined(separator: ", "))) VALUES \(list)
        ON CONFLICT (account, source, event_id) DO NOTHING
        """
    }

    private static func append(_ event: UsageEvent, line: String?, to rows: inout [SQLValue]) throws {
        func text(_ text: String?) { rows.append(text.map(SQLValue.text) ?? .null) }
        func integer(_ number: Int64?) { rows.append(number.map(SQLValue.integer) ?? .null) }
        let labels = event.labels
        for word in [event.id.text, event.account.text, event.customer.text, event.source, event.eventID] { text(word) }
        text(event.kind.rawValue)
        text(event.corrects?.text)
        integer(event.time.millisecondsSince1970)
        integer(event.countedAt.millisecondsSince1970)
        integer(event.isLate ? 1 : 0)
        text(labels.provider)
        text(labels.model)
        text(labels.feature)
        text(labels.action)
        text(labels.product)
        text(labels.organization)
        text(labels.key)
        text(event.quantities.isEmpty ? "{}" : event.quantities.json)
        integer(event.latencyMs)
        text(try StoredText.metadata(event.metadata))
        integer(event.costMicros)
        integer(event.priceMicros)
        integer(event.markup.partsPerMillion)
        text(line)
        integer(event.entry)
        text(event.authorization)
        integer(event.receivedAt.millisecondsSince1970)
        text(event.countedOrganization)
    }

    static func event(_ row: Row) throws -> UsageEvent {
        var event = UsageEvent(
            id: UsageEvent.ID(stored: try row.text("id")),
            account: ConnectedAccount.ID(stored: try row.text("account")),
            customer: Customer.ID(stored: try row.text("customer")), source: try row.text("source"),
            eventID: try row.text("event_id"), time: try row.instant("time"), labels: try labels(row),
            costMicros: try row.int64("cost_micros"), priceMicros: try row.int64("price_micros"),
            markup: Percent(partsPerMillion: try row.int64("markup_ppm")),
            metadata: try StoredText.metadata(try row.text("metadata")), receivedAt: try row.instant("received_at"))
        event.kind = try row.choice("kind")
        event.corrects = try row.textOrNil("corrects").map(UsageEvent.ID.init(stored:))
        event.countedAt = try row.instantOrNil("counted_at") ?? event.time
        event.isLate = try row.bool("late")
        event.isCeiling = try row.textOrNil("rated")?.contains(#""ceiling":true"#) ?? false
        event.quantities = try quantities(row)
        event.latencyMs = try row.int64OrNil("latency_ms")
        event.entry = try row.int64OrNil("entry")
        event.authorization = try row.textOrNil("authorization_id")
        event.countedOrganization = try row.textOrNil("counted_organization")
        return event
    }

    private static func labels(_ row: Row) throws -> UsageLabels {
        UsageLabels(
            provider: try row.textOrNil("provider"), model: try row.textOrNil("model"),
            feature: try row.textOrNil("feature"), action: try row.textOrNil("action"),
            product: try row.textOrNil("product"), organization: try row.textOrNil("organization"),
            key: try row.textOrNil("api_key"))
    }

    private static func quantities(_ row: Row) throws -> Quantities {
        let text = try row.text("quantities")
        return text == "{}" ? .none : try Quantities(json: text)
    }
}
