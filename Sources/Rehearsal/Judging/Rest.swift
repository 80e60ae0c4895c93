import Ledger
import Storage

/// What is still under way, counted in the tables: after the quiet there is none.
struct Rest: Sendable {
    private let counts: [(what: String, count: Int64)]
    private let overdueHolds: [Int64]

    init(in tx: Transaction) throws {
        func count(_ sql: String) throws -> Int64 { try tx.first(sql)?.int64("n") ?? 0 }
        counts = try [
            ("outbox command waits", count("SELECT COUNT(*) AS n FROM outbox WHERE state = 'waiting'")),
            ("outbox command is parked", count("SELECT COUNT(*) AS n FROM outbox WHERE state = 'parked'")),
            ("webhook waits", count("SELECT COUNT(*) AS n FROM inbox WHERE state = 'received'")),
            ("webhook is parked", count("SELECT COUNT(*) AS n FROM inbox WHERE state = 'parked'")),
            ("charge is pending", count("SELECT COUNT(*) AS n FROM charges WHERE status = 'pending'")),
            ("top-up is pending", count("SELECT COUNT(*) AS n FROM top_ups WHERE status IN ('creating', 'pending')")),
        ]
        overdueHolds = try tx.query("SELECT expires_at FROM authorizations WHERE status = 'held'").map {
            try $0.int64("expires_at")
        }
    }

    func judge(at now: Instant) throws {
        if let stuck = counts.first(where: { $0.count > 0 }) {
            throw Breach("nothing is stuck", "\(stuck.count) × \(stuck.what)")
        }
        if overdueHolds.contains(where: { $0 <= now.millisecondsSince1970 }) {
            throw Breach("no hold leaks", "one is held past its time")
        }
    }
}

/// The entry that a payment was posted by.
struct PaymentEntry: Sendable {
    let paymentIntent: String

    static func all(in tx: Transaction) throws -> [PaymentEntry] {
        try tx.query("SELECT reference FROM journal_entries WHERE reference LIKE 'stripe:%:succeeded'").map { row in
            let parts = try row.text("reference").split(separator: ":")
            return PaymentEntry(paymentIntent: parts.count > 1 ? String(parts[1]) : "")
        }
    }
}

/// What the tables say of one customer.
struct Bill: Sendable {
    let customer: String
    let book: String
    let name: String
    /// The sum of the prices of the usage events, corrections among them.
    let rated: Int64
    let accrued: Int64
    let pending: Int64
    let wallet: Int64
    let expired: Int64

    static func all(in tx: Transaction) throws -> [Bill] {
        try tx.query(
            """
            SELECT c.id AS id, c.account AS book, c.external_id AS name,
                (SELECT COALESCE(SUM(price_micros), 0) FROM usage_events u WHERE u.customer = c.id) AS rated,
                (SELECT COALESCE(SUM(balance), 0) FROM ledger_accounts a WHERE a.customer = c.id
                    AND a.kind = 'accrued') AS accrued,
                (SELECT COALESCE(SUM(balance), 0) FROM ledger_accounts a WHERE a.customer = c.id
                    AND a.kind = 'pending') AS pending,
                (SELECT COALESCE(-SUM(balance), 0) FROM ledger_accounts a WHERE a.customer = c.id
                    AND a.kind = 'wallet') AS wallet,
                (SELECT COALESCE(SUM(p.amount), 0) FROM postings p JOIN ledger_accounts a ON a.id = p.account
                    JOIN journal_entries e ON e.sequence = p.entry
                    WHERE a.customer = c.id AND a.kind = 'wallet' AND e.reference LIKE 'lot:%:expired%') AS expired
            FROM customers c ORDER BY c.id
            """
        ).map { row in
            Bill(
                customer: try row.text("id"), book: try row.text("book"), name: try row.text("name"),
                rated: try row.int64("rated"), accrued: try row.int64("accrued"),
                pending: try row.int64("pending"), wallet: try row.int64("wallet"),
                expired: try row.int64("expired"))
        }
    }

    static func eventsCounted(in tx: Transaction) throws -> Int64 {
        try tx.first("SELECT COUNT(*) AS n FROM usage_events")?.int64("n") ?? 0
    }

    /// How many lots were made with each reason.
    static func grantReasons(in tx: Transaction) throws -> [String: Int64] {
        let rows = try tx.query(
            "SELECT reason, COUNT(*) AS n FROM wallet_lots WHERE reason LIKE 'grant %' GROUP BY reason")
        return Dictionary(
            try rows.map { (try $0.text("reason"), try $0.int64("n")) }, uniquingKeysWith: { $0 + $1 })
    }
}
