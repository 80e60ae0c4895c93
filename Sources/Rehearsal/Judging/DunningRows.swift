import Ledger
import Storage

/// What the tables say of charges that were not paid at once, and of every try of them.
struct DunningRows: Sendable {
    /// One row of `charge_attempts`.
    struct Try: Sendable {
        let number: Int64
        /// Milliseconds since 1970, as all times here.
        let at: Int64
        let origin: String
        let method: String?
        let outcome: String?
        let endedAt: Int64?
        /// Whether its failure says that the card will not work, whoever asks.
        let isHopeless: Bool

        var isScheduled: Bool { origin == "schedule" }
    }

    struct Followed: Sendable {
        let id: String
        let customer: String
        let status: String
        let count: Int64
        let since: Int64?
        let dueAt: Int64?
        let wait: String?
        let endedAt: Int64?
        let endReason: String?
        let isReleased: Bool
        let agreed: Agreed
        var tries: [Try] = []

        var isOpen: Bool { status == "failed" || status == "requires_action" }
    }

    /// What the account has agreed on, or what README says of those that have not.
    struct Agreed: Sendable {
        let retryDays: [Int64]
        let giveUpDays: Int64
        let atEnd: String

        init(terms: String) {
            let dunning = Members(Array(terms.utf8)).object("dunning")
            retryDays = dunning.integers("retry_days") ?? [1, 3, 5, 7]
            giveUpDays = dunning.integer("give_up_days") ?? 30
            atEnd = dunning.text("at_end") ?? "leave"
        }
    }

    /// In the order in which they were made.
    private(set) var charges: [Followed] = []
    /// Why each customer is blocked who is.
    let blocked: [String: String]
    /// When each was let in again last by somebody, and not by Bursar's own rule.
    let letIn: [String: Int64]
    /// Who owes what was spent of a payment that was taken back, where such are kept out, and is not.
    let owingInside: [String]

    init(in tx: Transaction) throws {
        let tries = Dictionary(
            grouping: try tx.query("SELECT * FROM charge_attempts ORDER BY charge, number").map { row in
                (charge: try row.text("charge"), made: try Self.made(row))
            }, by: \.charge)
        charges = try tx.query(
            """
            SELECT c.id AS id, c.customer AS customer, c.status AS status, c.attempt AS attempt,
                c.dunning_since AS since, c.dunning_due_at AS due, c.dunning_wait AS wait,
                c.dunning_ended_at AS ended, c.dunning_end_reason AS reason, a.terms AS terms,
                (SELECT COUNT(*) FROM journal_entries e
                    WHERE e.book = c.account AND e.reference = 'charge:' || c.id || ':released') AS released
            FROM charges c JOIN accounts a ON a.id = c.account ORDER BY c.created_at, c.id
            """
        ).map { row in
            let id = try row.text("id")
            return Followed(
                id: id, customer: try row.text("customer"), status: try row.text("status"),
                count: try row.int64("attempt"), since: try row.int64OrNil("since"),
                dueAt: try row.int64OrNil("due"), wait: try row.textOrNil("wait"),
                endedAt: try row.int64OrNil("ended"), endReason: try row.textOrNil("reason"),
                isReleased: try row.int64("released") == 1, agreed: Agreed(terms: try row.text("terms")),
                tries: tries[id, default: []].map(\.made))
        }
        blocked = Dictionary(
            try tx.query("SELECT id, blocked_reason FROM customers WHERE status = 'blocked'").map {
                (try $0.text("id"), try $0.textOrNil("blocked_reason") ?? "")
            }, uniquingKeysWith: { first, _ in first })
        letIn = Dictionary(
            try tx.query("SELECT object_id, at FROM audit_log WHERE action = 'unblocked' AND actor <> 'worker'").map {
                (try $0.text("object_id"), try $0.int64("at"))
            }, uniquingKeysWith: max)
        owingInside = try tx.query(
            """
            SELECT l.customer AS customer, a.terms AS terms FROM ledger_accounts l
            JOIN accounts a ON a.id = l.book JOIN customers c ON c.id = l.customer
            WHERE l.kind = 'receivable' AND l.balance > 0 AND c.status = 'active'
            """
        ).filter { Members(Array(try $0.text("terms").utf8)).text("on_clawback") == "block" }.map {
            try $0.text("customer")
        }
    }

    private static func made(_ row: Row) throws -> Try {
        let (outcome, code, advice) = (
            try row.textOrNil("outcome"), try row.textOrNil("code") ?? "", try row.textOrNil("advice")
        )
        return Try(
            number: try row.int64("number"), at: try row.int64("at"), origin: try row.text("origin"),
            method: try row.textOrNil("method"), outcome: outcome, endedAt: try row.int64OrNil("ended_at"),
            isHopeless: outcome == "requires_action"
                || (outcome == "declined" && hopeless.contains(advice ?? code) && advice != "try_again_later"))
    }

    /// What Stripe's page of decline codes says not to try again as it is, and its two words of advice to that effect;
    /// as far as the sandbox's cards decline so. Source: docs.stripe.com/declines/codes.
    private static let hopeless: Set = [
        "do_not_try_again", "confirm_card_data", "authentication_required", "lost_card", "stolen_card", "expired_card",
        "incorrect_cvc", "incorrect_number", "fraudulent", "highest_risk_level", "invalid_account",
    ]
}
