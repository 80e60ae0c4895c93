public import Billing
import Ledger

extension Transaction {
    public var usage: UsageStore { UsageStore(tx: self) }
}

public struct UsageStore {
    let tx: Transaction

    /// - Returns: `false` when the account already has that event of that source; nothing is changed then.
    public func insert(_ event: UsageEvent) throws -> Bool {
        try tx.execute(
            """
            INSERT INTO usage_events (id, account, customer, source, event_id, time, cost_micros, price_micros,
                markup_ppm, model, metadata, received_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            ON CONFLICT (account, source, event_id) DO NOTHING
            """, event.id.text, event.account.text, event.customer.text, event.source, event.eventID,
            event.time.millisecondsSince1970, event.costMicros, event.priceMicros, event.markup.partsPerMillion,
            event.model, try StoredText.metadata(event.metadata), event.receivedAt.millisecondsSince1970) == 1
    }

    public func find(account: ConnectedAccount.ID, source: String, eventID: String) throws -> UsageEvent? {
        try tx.first(
            "SELECT * FROM usage_events WHERE account = $1 AND source = $2 AND event_id = $3",
            account.text, source, eventID
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

    static func event(_ row: Row) throws -> UsageEvent {
        UsageEvent(
            id: UsageEvent.ID(stored: try row.text("id")),
            account: ConnectedAccount.ID(stored: try row.text("account")),
            customer: Customer.ID(stored: try row.text("customer")), source: try row.text("source"),
            eventID: try row.text("event_id"), time: try row.instant("time"), costMicros: try row.int64("cost_micros"),
            priceMicros: try row.int64("price_micros"), markup: Percent(partsPerMillion: try row.int64("markup_ppm")),
            model: try row.textOrNil("model"), metadata: try StoredText.metadata(try row.text("metadata")),
            receivedAt: try row.instant("received_at"))
    }
}
