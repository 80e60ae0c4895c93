import Ledger
import Storage

/// What is still under way, counted in the tables: after the quiet there is none.
struct Rest: Sendable {
    /// Each with a word on the first of them.
    private let stuck: [(what: String, which: String)]
    private let overdueHolds: [Int64]

    /// - Parameter longAgo: what is younger may still be on its way, as a bank debit is for days.
    init(startedBefore longAgo: Instant, in tx: Transaction) throws {
        let old = "updated_at < \(longAgo.millisecondsSince1970)"
        let overdue = "dunning_due_at < \(longAgo.millisecondsSince1970)"
        let outbox = "SELECT id || ' ' || COALESCE(last_error, '') AS which FROM outbox WHERE state = "
        let inbox = "SELECT event_id || ' ' || type || ' ' || COALESCE(reason, '') AS which FROM inbox WHERE state = "
        stuck = try [
            ("an outbox command waits", outbox + "'waiting'"), ("an outbox command is parked", outbox + "'parked'"),
            ("a webhook waits", inbox + "'received'"), ("a webhook is parked", inbox + "'parked'"),
            ("a charge is pending", "SELECT id AS which FROM charges WHERE status = 'pending' AND \(old)"),
            ("a charge is not followed", "SELECT id AS which FROM charges WHERE \(overdue)"),
            ("a refund is pending", "SELECT id AS which FROM refunds WHERE status = 'pending' AND \(old)"),
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
