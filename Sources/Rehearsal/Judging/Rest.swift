import Ledger
import Storage

/// What is still under way, counted in the tables: after the quiet there is none.
struct Rest: Sendable {
    /// Each with a word on the first of them.
    private let stuck: [(what: String, which: String)]
    private let overdueHolds: [Int64]

    /// - Parameter longAgo: what is younger may still be on its way, as a bank debit is for days.
    init(startedBefore longAgo: Instant, in tx: Transaction) throws {
        let old = "created_at < \(longAgo.millisecondsSince1970)"
        let outbox = "SELECT id || ' ' || COALESCE(last_error, '') AS which FROM outbox WHERE state = "
        let inbox = "SELECT event_id || ' ' || type || ' ' || COALESCE(reason, '') AS which FROM inbox WHERE state = "
        stuck = try [
            ("an outbox command waits", outbox + "'waiting'"), ("an outbox command is parked", outbox + "'parked'"),
            ("a webhook waits", inbox + "'received'"), ("a webhook is parked", inbox + "'parked'"),
            ("a charge is pending", "SELECT id AS which FROM charges WHERE status = 'pending' AND \(old)"),
            (
                "a top-up is pending",
                "SELECT id || ' ' || status AS which FROM top_ups WHERE status IN ('creating', 'pending') AND \(old)"
            ),
        ].flatMap { what, sql in try tx.query(sql).map { (what, try $0.text("which")) } }
        overdueHolds = try tx.query("SELECT expires_at FROM authorizations WHERE status = 'held'").map {
            try $0.int64("expires_at")
        }
    }

    func judge(at now: Instant) throws {
        if let first = stuck.first {
            throw Breach("nothing is stuck", "\(stuck.count) in all; \(first.what): \(first.which)")
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
