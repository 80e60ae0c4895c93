import Ledger
import Storage

/// What the tables say of one customer.
struct Bill: Sendable {
    let customer: String
    let book: String
    let name: String
    /// The sum of the prices of the usage events, corrections among them.
    let rated: Int64
    let accrued: Int64
    let pending: Int64
    let receivable: Int64
    let wallet: Int64
    let expired: Int64
    /// What of the wallet can be spent.
    let spendable: Int64
    /// What refunds and disputes of charges have deducted from revenue.
    let deducted: Int64

    static func all(at now: Instant, in tx: Transaction) throws -> [Bill] {
        func balance(_ kind: String) -> String {
            """
            (SELECT COALESCE(SUM(balance), 0) FROM ledger_accounts a WHERE a.customer = c.id
                AND a.kind = '\(kind)') AS \(kind)
            """
        }
        return try tx.query(
            """
            SELECT c.id AS id, c.account AS book, c.external_id AS name,
                (SELECT COALESCE(SUM(price_micros), 0) FROM usage_events u WHERE u.customer = c.id) AS rated,
                \(["accrued", "pending", "receivable", "wallet"].map(balance).joined(separator: ", ")),
                (SELECT COALESCE(SUM(p.amount), 0) FROM postings p JOIN ledger_accounts a ON a.id = p.account
                    JOIN journal_entries e ON e.sequence = p.entry
                    WHERE a.customer = c.id AND a.kind = 'wallet' AND e.reference LIKE 'lot:%:expired%') AS expired,
                (SELECT COALESCE(SUM(remaining_micros - claimed_micros), 0) FROM wallet_lots l
                    WHERE l.customer = c.id AND remaining_micros > claimed_micros
                    AND (expires_at IS NULL OR expires_at > $1)) AS spendable,
                (SELECT COALESCE(SUM(refunds_micros + chargebacks_micros), 0) FROM settlings s
                    WHERE s.customer = c.id) AS deducted
            FROM customers c ORDER BY c.id
            """, now.millisecondsSince1970
        ).map { row in
            Bill(
                customer: try row.text("id"), book: try row.text("book"), name: try row.text("name"),
                rated: try row.int64("rated"), accrued: try row.int64("accrued"),
                pending: try row.int64("pending"), receivable: try row.int64("receivable"),
                wallet: -(try row.int64("wallet")), expired: try row.int64("expired"),
                spendable: try row.int64("spendable"), deducted: try row.int64("deducted"))
        }
    }

    static func eventsCounted(in tx: Transaction) throws -> Int64 {
        try tx.first("SELECT COUNT(*) AS n FROM usage_events")?.int64("n") ?? 0
    }

    /// When each event of a product was counted, by its id.
    static func countedAt(in tx: Transaction) throws -> [String: Instant] {
        let rows = try tx.query("SELECT id, counted_at FROM usage_events WHERE product IS NOT NULL")
        return Dictionary(
            try rows.map {
                (try $0.text("id"), Instant(millisecondsSince1970: try $0.int64("counted_at")))
            }, uniquingKeysWith: { first, _ in first })
    }

    /// How many lots were made with each reason.
    static func grantReasons(in tx: Transaction) throws -> [String: Int64] {
        let rows = try tx.query(
            "SELECT reason, COUNT(*) AS n FROM wallet_lots WHERE reason LIKE 'grant %' GROUP BY reason")
        return Dictionary(
            try rows.map { (try $0.text("reason"), try $0.int64("n")) }, uniquingKeysWith: { $0 + $1 })
    }
}
