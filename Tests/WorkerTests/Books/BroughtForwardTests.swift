import Billing
import Ledger
import Storage
import Testing

@testable import Worker

/// A database of the main job, with a merchant's trade in it, is taken over by the steps that came later.
@Suite struct BroughtForwardTests {
    private static let day: Int64 = 1_793_577_600_000

    /// As version 1 wrote it: Ada has a wallet and a carry, Eve owes and has an open charge, Max never did anything.
    private static let world: [String] =
        [
            """
            INSERT INTO accounts (id, name, currency, stripe_mode, stripe_account, status, requirements_due, markup_ppm,
                application_fee_ppm, application_fee_fixed, cycle, created_at)
            VALUES ('bacc_usd', 'Ada''s AI', 'usd', 'connect', 'acct_1', 'connected', '[]', 200000, 0, 0, 'monthly', 1),
                ('bacc_jpy', 'Eiko', 'jpy', 'none', NULL, 'unbilled', '[]', 0, 0, 0, 'off', 2)
            """,
            """
            INSERT INTO customers (id, account, external_id, metadata, stripe_customer, payment_method, price_carry,
                charge_due, created_at)
            VALUES ('bcus_ada', 'bacc_usd', 'ada', '{"team":"red"}', 'cus_1', 'pm_1', 400000, 0, 1000),
                ('bcus_eve', 'bacc_usd', 'eve', '{}', 'cus_2', 'pm_2', 999999, 1, 2000),
                ('bcus_max', 'bacc_usd', 'max', '{}', NULL, NULL, 0, 0, 3000),
                ('bcus_aki', 'bacc_jpy', 'aki', '{}', NULL, NULL, 7, 0, 4000)
            """,
            """
            INSERT INTO top_ups (id, account, customer, amount, currency, application_fee, status, checkout_session,
                payment_intent, created_at, updated_at)
            VALUES ('btop_1', 'bacc_usd', 'bcus_ada', 900, 'usd', 0, 'paid', 'cs_1', 'pi_1', 1, 1),
                ('btop_2', 'bacc_usd', 'bcus_ada', 500, 'usd', 0, 'open', 'cs_2', NULL, 2, 2)
            """,
            """
            INSERT INTO charges (id, account, customer, amount, currency, application_fee, status, attempt, pay_token,
                created_at, updated_at)
            VALUES ('bchg_1', 'bacc_usd', 'bcus_eve', 250, 'usd', 0, 'pending', 1, 't', 1, 1)
            """,
            """
            INSERT INTO outbox (id, account, charge, kind, request, state, attempts, first_sent_at, next_attempt_at,
                last_error, created_at)
            VALUES ('bcmd_1', 'bacc_usd', 'bchg_1', 'pay', '{"sent":1}', 'waiting', 3, 5, 6, 'timed_out', 4),
                ('bcmd_0', 'bacc_usd', 'bchg_1', 'pay', '{}', 'dropped', 1, NULL, 2, NULL, 1)
            """,
            usage("busg_1", "ada", 1_000_000, 1_200_000, "'gpt-5'", day),
            usage("busg_2", "ada", 2_000_000, 2_400_000, "'gpt-5'", day + 900_000),
            usage("busg_3", "eve", 3_000_002, 3_600_002, "NULL", day + 900_001),
            usage("busg_4", "eve", 0, 0, "'free'", day + 86_400_000),
            usage("busg_5", "aki", 7_000_000, 7_000_000, "'gpt-5'", day, account: "bacc_jpy"),
            """
            INSERT INTO ledger_accounts (id, book, kind, customer, currency, balance, floor)
            VALUES (1, 'bacc_usd', 'stripe_balance', '', 'usd', 9000000, 0),
                (2, 'bacc_usd', 'wallet', 'bcus_ada', 'usd', -5400000, -1),
                (3, 'bacc_usd', 'revenue', '', 'usd', -7200002, 0),
                (4, 'bacc_usd', 'provider_cost', '', 'usd', 6000002, 0),
                (5, 'bacc_usd', 'provider_payable', '', 'usd', -6000002, 0),
                (6, 'bacc_usd', 'accrued', 'bcus_eve', 'usd', 1100002, 1),
                (7, 'bacc_usd', 'pending', 'bcus_eve', 'usd', 2500000, 1),
                (8, 'bacc_jpy', 'accrued', 'bcus_aki', 'jpy', 7000000, 1),
                (9, 'bacc_jpy', 'revenue', '', 'jpy', -7000000, 0),
                (10, 'bacc_jpy', 'provider_cost', '', 'jpy', 7000000, 0),
                (11, 'bacc_jpy', 'provider_payable', '', 'jpy', -7000000, 0)
            """,
        ]
        + entry(1, "stripe:pi_1:succeeded", [(1, 9_000_000), (2, -9_000_000)])
        + entry(2, "usage:busg_1", [(2, 1_200_000), (3, -1_200_000), (4, 1_000_000), (5, -1_000_000)])
        + entry(3, "usage:busg_2", [(2, 2_400_000), (3, -2_400_000), (4, 2_000_000), (5, -2_000_000)])
        + entry(4, "usage:busg_3", [(6, 3_600_002), (3, -3_600_002), (4, 3_000_002), (5, -3_000_002)])
        + entry(5, "charge:bchg_1:opened", [(7, 2_500_000), (6, -2_500_000)])
        + entry(
            6, "usage:busg_5", [(8, 7_000_000), (9, -7_000_000), (10, 7_000_000), (11, -7_000_000)], book: "bacc_jpy")

    private static func usage(
        _ id: String, _ customer: String, _ cost: Int64, _ price: Int64, _ model: String, _ time: Int64,
        account: String = "bacc_usd"
    ) -> String {
        """
        INSERT INTO usage_events (id, account, customer, source, event_id, time, cost_micros, price_micros, markup_ppm,
            model, metadata, received_at)
        VALUES ('\(id)', '\(account)', 'bcus_\(customer)', 'api', 'e-\(id)', \(time), \(cost), \(price), 200000,
            \(model), '{"a":"b"}', \(time + 1))
        """
    }

    private static func entry(
        _ sequence: Int64, _ reference: String, _ postings: [(account: Int64, amount: Int64)],
        book: String = "bacc_usd"
    ) -> [String] {
        [
            "INSERT INTO journal_entries (sequence, book, reference, posted_at, narration)"
                + " VALUES (\(sequence), '\(book)', '\(reference)', \(day), 'As it was')"
        ]
            + postings.enumerated().map { place, posting in
                "INSERT INTO postings (entry, place, account, amount)"
                    + " VALUES (\(sequence), \(place), \(posting.account), \(posting.amount))"
            }
    }

    private static let tables = [
        "accounts", "api_keys", "customers", "usage_events", "journal_entries", "postings", "ledger_accounts",
        "charges", "top_ups", "outbox", "inbox", "idempotency_keys", "balance_transactions",
    ]

    /// Every row of the tables of version 1, as text, by the columns that version 1 had.
    private static func contents(_ columns: [String: [String]]?, in tx: Transaction) throws -> [String: [String]] {
        var contents: [String: [String]] = [:]
        for table in tables {
            let chosen = columns?[table]?.joined(separator: ", ") ?? "*"
            contents[table] = try tx.query("SELECT \(chosen) FROM \(table) ORDER BY 1, 2").map { "\($0.values)" }
        }
        return contents
    }

    private func worldOfVersion1() async throws -> Database {
        let database = try Database.open(.memory)
        try await database.migrate(Array(Schema.migrations.prefix(1)))
        try await database.write { tx in for statement in Self.world { try tx.execute(statement) } }
        return database
    }

    @Test func `no row of the main job is lost or changed`() async throws {
        let database = try await worldOfVersion1()
        let columns = try await database.read { tx in
            try Dictionary(
                uniqueKeysWithValues: Self.tables.map { table in
                    (table, try tx.query("SELECT name FROM pragma_table_info('\(table)')").map { try $0.text("name") })
                })
        }
        let before = try await database.read { tx in try Self.contents(columns, in: tx) }
        #expect(before["usage_events"]?.count == 5 && before["outbox"]?.count == 2 && before["postings"]?.count == 20)
        try await database.migrate(Schema.migrations)
        let after = try await database.read { tx in try Self.contents(columns, in: tx) }
        for table in Self.tables { #expect(after[table] == before[table], "\(table)") }
    }

    @Test func `what was in a wallet is a lot, and what rounding left is a carry`() async throws {
        let database = try await worldOfVersion1()
        try await database.migrate(Schema.migrations)
        try await database.read { tx in
            let lots = try tx.query("SELECT * FROM wallet_lots")
            #expect(lots.count == 1)
            let lot = try #require(lots.first)
            #expect(try lot.text("id") == "blot_ada" && lot.text("customer") == "bcus_ada")
            #expect(try lot.text("kind") == "paid" && lot.int64("remaining_micros") == 5_400_000)
            let carries = try tx.query("SELECT * FROM customer_meters ORDER BY customer")
            #expect(try carries.map { try $0.text("customer") } == ["bcus_ada", "bcus_aki", "bcus_eve", "bcus_max"])
            let exact = try carries.map { try ExactAmount(try $0.text("price_carry")) }
            #expect(exact == (try ["0.4", "0.000007", "0.999999", "0"].map { try ExactAmount($0) }))
            #expect(try carries.allSatisfy { try ExactAmount(try $0.text("cost_carry")).isZero })
        }
    }

    @Test func `each event knows its entry, counts when it happened, and is in the totals once`() async throws {
        let database = try await worldOfVersion1()
        try await database.migrate(Schema.migrations)
        try await database.read { tx in
            let events = try tx.query("SELECT entry, time, counted_at, kind, late FROM usage_events ORDER BY id")
            #expect(try events.map { try $0.int64OrNil("entry") } == [2, 3, 4, nil, 6])
            #expect(try events.allSatisfy { try $0.int64("time") == $0.int64("counted_at") })
            #expect(try events.allSatisfy { try $0.text("kind") == "usage" && $0.int64("late") == 0 })
            for span in ["quarter", "day"] {
                let sums = try tx.query(
                    """
                    SELECT s.customer, s.model, t.starts_at, t.requests, t.cost_micros, t.price_micros
                    FROM usage_totals t JOIN usage_series s ON s.id = t.series WHERE t.span = $1
                    ORDER BY s.customer, s.model, t.starts_at
                    """, span
                ).map { row in
                    "\(try row.text("customer")) \(try row.text("model")) "
                        + "\((try row.int64("starts_at") - Self.day) / 900_000) \(try row.int64("requests")) "
                        + "\(try row.int64("cost_micros")) \(try row.int64("price_micros"))"
                }
                let ada =
                    span == "day"
                    ? ["bcus_ada gpt-5 0 2 3000000 3600000"]
                    : ["bcus_ada gpt-5 0 1 1000000 1200000", "bcus_ada gpt-5 1 1 2000000 2400000"]
                let eve = ["bcus_eve  \(span == "day" ? 0 : 1) 1 3000002 3600002", "bcus_eve free 96 1 0 0"]
                #expect(sums == ada + ["bcus_aki gpt-5 0 1 7000000 7000000"] + eve)
            }
        }
    }

    @Test func `an audit log without a chain gets one, and what is changed next is linked to it`() async throws {
        let database = try Database.open(.memory)
        try await database.migrate(Array(Schema.migrations.prefix(11)))
        let before = 2_500
        try await database.write { tx in
            for number in (1...before).shuffled() {
                try tx.execute(
                    """
                    INSERT INTO audit_log (id, account, actor, action, object, object_id, changes, at)
                    VALUES ($1, NULL, 'init', 'created', 'key', $2, '[]', $3)
                    """, "baud_\(10_000 + number)", "bkey_\(number)", Int64(number))
            }
        }
        let house = try await TestHouse(database: database)
        try await house.expectSoundBooks()
        try await database.write { tx in
            _ = try house.worker.keys.mint(account: nil, name: "init", by: .commandLine, in: tx)
        }
        try await house.expectSoundBooks()
        try await database.read { tx in
            let first = try tx.auditChain.entries(after: 0, limit: before)
            #expect(first.map(\.id) == (1...before).map { "baud_\(10_000 + $0)" })
            #expect(try tx.auditChain.end().sequence == Int64(before + 1))
        }
        try await database.write { tx in _ = try tx.execute("UPDATE audit_log SET at = 7 WHERE id = 'baud_10001'") }
        let report = try await house.worker.books.check()
        #expect(report.findings.map(\.rule) == [.auditLogChanged])
    }

    @Test func `the books are sound, and life goes on from the next number`() async throws {
        let house = try await TestHouse(database: try await worldOfVersion1())
        try await house.expectSoundBooks()
        let account = try #require(
            try await house.database.read { tx in try tx.accounts.find(ConnectedAccount.ID(stored: "bacc_usd")) })
        let verdict = try await house.use(5_000_000, by: "ada", of: account)
        guard case .accepted(let event) = verdict else { throw WorkerError.notFound("\(verdict)") }
        #expect(event.priceMicros == 6_000_000)
        let ada = try #require(try await house.database.read { tx in try tx.customers.find(event.customer) })
        let balance = try await house.balance(ada, of: account)
        #expect(balance.wallet.isZero && balance.accrued.micros == 600_000)
        #expect(try await house.database.read { tx in try tx.books.lastSequence() } == 7)
        try await house.expectSoundBooks()
    }
}
