import Storage
import Testing

@testable import Rehearsal

/// The judge of dunning bites: a history as it should be passes, and each thing that is wrong in it is seen.
@Suite struct DunningJudgementTests {
    /// One charge that was given up and its customer blocked, and one whose amount is owed as before.
    private static let history = [
        charge("given_up", of: "usd", "failed", tries: 3, endedOnDay: 3),
        made(1, of: "given_up", "charge", onDay: 0, "pm_a"), made(2, of: "given_up", "schedule", onDay: 1, "pm_a"),
        made(3, of: "given_up", "schedule", onDay: 3, "pm_a"),
        """
        UPDATE customers SET status = 'blocked', blocked_reason = 'charge given_up was not paid'
        WHERE id = (SELECT customer FROM charges WHERE id = 'given_up')
        """,
        charge("canceled", of: "jpy", "canceled", tries: 2, endedOnDay: 2),
        made(1, of: "canceled", "charge", onDay: 0, "pm_b"), made(2, of: "canceled", "schedule", onDay: 2, "pm_b"),
        """
        INSERT INTO journal_entries (sequence, book, reference, posted_at, narration)
        SELECT 900, account, 'charge:canceled:released', 0, '' FROM charges WHERE id = 'canceled'
        """,
    ]

    private static let day: Int64 = 86_400_000

    private static func charge(
        _ id: String, of currency: String, _ status: String, tries: Int, endedOnDay ended: Int64
    ) -> String {
        """
        INSERT INTO charges (id, account, customer, amount, currency, application_fee, status, attempt, pay_token,
            created_at, updated_at, dunning_since, dunning_ended_at, dunning_end_reason)
        SELECT '\(id)', a.id, MIN(c.id), 100, a.currency, 0, '\(status)', \(tries), '', 0, 0, 0, \(ended * day),
            'retries_used'
        FROM accounts a JOIN customers c ON c.account = a.id
        WHERE a.currency = '\(currency)' AND a.stripe_mode = 'connect' GROUP BY a.id, a.currency
        """
    }

    private static func made(
        _ number: Int, of charge: String, _ origin: String, onDay at: Int64, _ method: String
    ) -> String {
        """
        INSERT INTO charge_attempts (charge, number, at, origin, method, outcome, ended_at, code)
        VALUES ('\(charge)', \(number), \(at * day), '\(origin)', '\(method)', 'declined', \(at * day),
            'insufficient_funds')
        """
    }

    private func breach(after wrong: [String]) async throws -> Breach? {
        let simulation = try await Simulation(SimulationOptions(seed: 5, families: []))
        try await simulation.openShops()
        try await simulation.house.database.write { tx in
            for sql in Self.history + wrong { _ = try tx.execute(sql) }
        }
        do { try await simulation.judgeDunning() } catch let breach as Breach { return breach }
        return nil
    }

    @Test func `a history as the accounts agreed on it passes`() async throws {
        #expect(try await breach(after: []) == nil)
        let later = [
            "UPDATE customers SET status = 'active', blocked_reason = NULL",
            """
            INSERT INTO audit_log (id, account, actor, action, object, object_id, changes, at)
            SELECT 'let_in', account, 'platform', 'unblocked', 'customer', customer, '[]', dunning_ended_at
            FROM charges WHERE id = 'given_up'
            """,
        ]
        #expect(try await breach(after: later) == nil)
    }

    @Test(arguments: [
        ("attempt = 4", "each try is written down"),
        ("dunning_since = NULL", "every failing charge is followed"),
        ("dunning_ended_at = NULL", "every failing charge comes to its end"),
        (
            "dunning_ended_at = NULL, dunning_wait = 'customer', dunning_due_at = 9000000000000",
            "every failing charge comes to its end"
        ),
        ("status = 'paid', dunning_due_at = 1", "what is over is not followed"),
        ("dunning_end_reason = 'customer_absent'", "the end has its reason"),
        ("status = 'paid'", "a payment lets in again"),
    ])
    func `a charge that stands as it cannot is seen`(change: String, rule: String) async throws {
        #expect(try await breach(after: ["UPDATE charges SET \(change) WHERE id = 'given_up'"])?.rule == rule)
    }

    @Test(arguments: [
        ("code = 'lost_card'", 1, "a card that will not work is left alone"),
        ("advice = 'do_not_try_again'", 2, "a card that will not work is left alone"),
        ("outcome = 'requires_action'", 1, "a card that will not work is left alone"),
        ("outcome = 'paid'", 2, "only what failed is tried again"),
        ("origin = 'new_method'", 3, "a new card is another"),
        ("at = at - 1", 3, "a schedule is kept"),
        ("origin = 'customer'", 3, "the end has its reason"),
    ])
    func `a try that should not have been is seen`(change: String, number: Int, rule: String) async throws {
        let wrong = "UPDATE charge_attempts SET \(change) WHERE charge = 'given_up' AND number = \(number)"
        #expect(try await breach(after: [wrong])?.rule == rule)
    }

    @Test func `one try more than the schedule has, and one more than the networks allow, are seen`() async throws {
        let more = [
            "UPDATE charges SET attempt = 4 WHERE id = 'given_up'",
            Self.made(4, of: "given_up", "schedule", onDay: 9, "pm_a"),
        ]
        #expect(try await breach(after: more)?.rule == "a schedule is kept")
        for (days, rule) in [(29, "15 tries in 30 days at most"), (30, nil)] as [(Int64, String?)] {
            let tries = (4...16).map { number in
                Self.made(number, of: "given_up", "request", onDay: number == 16 ? days : 4, "pm_a")
            }
            let many = ["UPDATE charges SET attempt = 16 WHERE id = 'given_up'"] + tries
            #expect(try await breach(after: many)?.rule == rule)
        }
    }

    @Test func `an end that was not carried out is seen`() async throws {
        let letIn = "UPDATE customers SET status = 'active', blocked_reason = NULL"
        #expect(try await breach(after: [letIn])?.rule == "who did not pay is blocked")
        for wrong in [
            "UPDATE charges SET status = 'failed' WHERE id = 'canceled'",
            "UPDATE journal_entries SET reference = 'charge:another:released' WHERE sequence = 900",
        ] {
            #expect(try await breach(after: [wrong])?.rule == "what is given up is owed as before")
        }
    }

    @Test func `who owes for what was taken back and is not kept out is seen, and nobody's rule excuses it`()
        async throws
    {
        let owing = """
            INSERT INTO ledger_accounts (id, book, kind, customer, currency, balance, floor)
            SELECT 9000, a.id, 'receivable', MIN(c.id), a.currency, 1, 1
            FROM accounts a JOIN customers c ON c.account = a.id
            WHERE a.currency = 'usd' AND a.stripe_mode = 'connect' GROUP BY a.id, a.currency
            """
        let blocked = """
            UPDATE customers SET status = 'blocked', blocked_reason = 'x'
            WHERE id = (SELECT customer FROM ledger_accounts WHERE id = 9000)
            """
        func letIn(_ actor: String) -> [String] {
            [
                "UPDATE customers SET status = 'active', blocked_reason = NULL",
                """
                INSERT INTO audit_log (id, account, actor, action, object, object_id, changes, at)
                SELECT 'let_in', account, '\(actor)', 'unblocked', 'customer', customer, '[]', dunning_ended_at
                FROM charges WHERE id = 'given_up'
                """,
            ]
        }
        #expect(try await breach(after: [owing, blocked]) == nil)
        #expect(try await breach(after: [owing] + letIn("platform")) == nil)
        let byRule = try await breach(after: [owing] + letIn("worker"))
        #expect(byRule?.rule == "who did not pay is blocked")
        let paid = "UPDATE charges SET status = 'paid' WHERE id = 'given_up'"
        let inside = try await breach(after: [owing, paid] + letIn("worker"))
        #expect(inside?.rule == "who owes for what was taken back is kept out")
    }

    @Test func `what was given up and is begun anew with the same card is seen, and another card is not`() async throws
    {
        for (card, rule) in [("pm_b", "what is given up is not begun anew"), ("pm_c", nil)] as [(String, String?)] {
            let anew = [
                Self.charge("anew", of: "jpy", "paid", tries: 1, endedOnDay: 0),
                "UPDATE charges SET created_at = 1, dunning_ended_at = NULL WHERE id = 'anew'",
                Self.made(1, of: "anew", "charge", onDay: 3, card),
            ]
            #expect(try await breach(after: anew)?.rule == rule)
        }
    }
}
