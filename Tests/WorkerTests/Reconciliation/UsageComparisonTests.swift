import Billing
import Ledger
import Storage
import Testing

@testable import Worker

/// Differences planted on each of the four ways: in what events reported, in their lines, in the journal, and in what
/// is stored of Stripe's lines. Each victim is a customer of their own, so that what must be found is known.
@Suite struct UsageComparisonTests {
    enum Difference: CaseIterable {
        case eventMissing, eventExtra, eventQuantity, eventPrice, eventAccount
        case lineMissing, lineAmount, totalTokens, totalUnit
        case entryMissing, entryExtra, entryAmount, entryCurrency, entryAccount
        case stripeMissing, stripeExtra, stripeAmount, stripeCurrency, stripeAccount
    }

    /// What one customer has used and paid, and where it stands.
    struct Victim {
        let account: ConnectedAccount
        let other: ConnectedAccount
        let customer: String
        let event: String
        let entry: Int64
        /// Whether rounding has left something of the event.
        let leaves: (price: Bool, cost: Bool)
        let charge: String
        let line: String
        let fee: Int64
    }

    private static let allowedInBooks: Set<BooksFinding.Rule> = [
        .gap, .chainBroken, .tooFewPostings, .postingMissing, .unbalanced, .foreignBook, .factMissing, .balanceDiffers,
        .bookUnbalanced, .chargeDiffers,
    ]

    private func name(_ kind: Discrepancy.Kind, _ account: ConnectedAccount, _ object: String) -> String {
        "\(kind.rawValue) \(account.currency) \(object)"
    }

    // MARK: The world

    private func victim(_ world: inout PlantedWorld, _ generator: inout Seeded) async throws -> Victim {
        let first = generator.happens(oneIn: 2)
        var (account, other) = (world.accounts[first ? 0 : 1], world.accounts[first ? 1 : 0])
        let paid = try await world.payment(generator.number(1_000...90_000), of: account)
        world.stripe.add(paid.line)
        account.markup = Percent(partsPerMillion: generator.number(0...400_001))
        other.markup = account.markup
        let customer = paid.charge.customer
        let external = try #require(try await world.database.read { tx in try tx.customers.find(customer) }).externalID
        var report = UsageReport(eventID: "more-\(external)", customer: external)
        if account.currency.code == "usd", generator.happens(oneIn: 2) {
            report.model = "gpt-5"
            report.quantities[.inputTokens] = Quantity(millionths: generator.number(1...90_000) * 1_000_000)
            report.quantities[.outputTokens] = Quantity(millionths: generator.number(1...9_000) * 1_000_000)
        } else {
            report.costMicros = generator.number(1_001...900_000)
        }
        let verdicts = try await world.database.write { [worker = world.worker, report, account] tx in
            try worker.metering.record([report], account: account, in: tx)
        }
        guard case .accepted(let event) = verdicts[0] else { throw WorkerError.notFound("usage \(verdicts)") }
        let json = try await world.database.read { tx in try tx.usage.line(of: event.id) }
        let line = try RatedLine(json: try #require(json))
        return Victim(
            account: account, other: other, customer: customer.text, event: event.id.text,
            entry: try #require(event.entry),
            leaves: (
                line.price.carryAfter != line.price.carryBefore, line.cost.carryAfter != line.cost.carryBefore
            ), charge: paid.charge.id.text, line: paid.line.id, fee: paid.line.fee)
    }

    // MARK: Planting

    private func plant(_ difference: Difference, on victim: Victim, in tx: Transaction) throws -> Set<String> {
        let (event, entry) = (victim.event, victim.entry)
        func own(_ kind: Discrepancy.Kind, _ object: String) -> String { name(kind, victim.account, object) }
        let entryDiffers = own(.usageEntryDiffers, "usage:\(event)")
        let totals = Set(["quarters", "days"].map { own(.totalsDiffer, "\(victim.customer) \($0)") })
        var carries: Set<String> = []
        if victim.leaves.price { carries.insert(own(.carryDiffers, "\(victim.customer) price")) }
        if victim.leaves.cost { carries.insert(own(.carryDiffers, "\(victim.customer) cost")) }
        switch difference {
        case .eventMissing:
            try tx.execute("DELETE FROM usage_events WHERE id = $1", event)
            return totals.union(carries).union([entryDiffers])
        case .eventExtra:
            let columns =
                "account, customer, source, time, cost_micros, price_micros, markup_ppm, model, metadata, received_at, "
                + "kind, quantities, rated, counted_at, entry"
            try tx.execute(
                """
                INSERT INTO usage_events (id, event_id, \(columns)) SELECT id || 'x', event_id || 'x', \(columns)
                FROM usage_events WHERE id = $1
                """, event)
            return totals.union(carries).union([entryDiffers])
        case .eventQuantity:
            try tx.execute("UPDATE usage_events SET quantities = '{\"images\":3}' WHERE id = $1", event)
            return carries.union(totals).union([own(.ratedLineDiffers, event)])
        case .totalTokens:
            try tx.execute(
                """
                UPDATE usage_totals SET reasoning_tokens = reasoning_tokens + 1 WHERE span = 'day'
                    AND series IN (SELECT id FROM usage_series WHERE customer = $1)
                """, victim.customer)
            return [own(.totalsDiffer, "\(victim.customer) days")]
        case .totalUnit:
            try tx.execute(
                """
                INSERT INTO usage_unit_totals (series, span, starts_at, unit, total)
                SELECT MIN(id), 'quarter', 0, 'pages', 5 FROM usage_series WHERE customer = $1
                """, victim.customer)
            return [own(.totalsDiffer, "\(victim.customer) quarters")]
        case .eventPrice:
            try tx.execute("UPDATE usage_events SET price_micros = price_micros + 7 WHERE id = $1", event)
            return totals.union([
                own(.ratedLineDiffers, event), entryDiffers, own(.carryDiffers, "\(victim.customer) price"),
            ])
        case .eventAccount:
            try tx.execute("UPDATE usage_events SET account = $2 WHERE id = $1", event, victim.other.id.text)
            return [own(.accountDiffers, event), own(.usageNotPosted, event), entryDiffers]
        case .lineMissing:
            try tx.execute("UPDATE usage_events SET rated = NULL WHERE id = $1", event)
            return carries.union([own(.ratedLineMissing, event)])
        case .lineAmount:
            try tx.execute(
                "UPDATE usage_events SET rated = REPLACE(rated, $2, $3) WHERE id = $1", event,
                "\"exact_price\":\"", "\"exact_price\":\"1")
            return [own(.ratedLineDiffers, event)]
        case .entryMissing, .entryExtra, .entryAmount, .entryCurrency, .entryAccount:
            return try plantInJournal(difference, on: victim, entry, in: tx)
        case .stripeMissing, .stripeExtra, .stripeAmount, .stripeCurrency, .stripeAccount:
            return try plantInLines(difference, on: victim, in: tx)
        }
    }

    private func plantInJournal(
        _ difference: Difference, on victim: Victim, _ entry: Int64, in tx: Transaction
    ) throws -> Set<String> {
        let (event, book) = (victim.event, victim.account.book)
        let entryDiffers = name(.usageEntryDiffers, victim.account, "usage:\(event)")
        let notPosted = name(.usageNotPosted, victim.account, event)
        let revenue =
            "(SELECT id FROM ledger_accounts WHERE book = '\(book)' AND kind = 'revenue' AND currency <> 'eur')"
        switch difference {
        case .entryMissing:
            for table in ["lot_debits", "postings"] { try tx.execute("DELETE FROM \(table) WHERE entry = $1", entry) }
            try tx.execute("DELETE FROM journal_entries WHERE sequence = $1", entry)
            return [notPosted]
        case .entryExtra:
            let last = try tx.books.lastSequence()
            try tx.execute(
                """
                INSERT INTO journal_entries (sequence, book, reference, posted_at, narration, hash)
                SELECT $2, book, reference || 'x', posted_at, narration, hash FROM journal_entries WHERE sequence = $1
                """, entry, last + 1)
            try tx.execute(
                """
                INSERT INTO postings (entry, place, account, amount) SELECT $2, place, account, amount FROM postings
                WHERE entry = $1
                """, entry, last + 1)
            return [name(.usageEntryDiffers, victim.account, "usage:\(event)x")]
        case .entryAmount:
            try tx.execute("UPDATE postings SET amount = amount - 5 WHERE entry = $1 AND account = \(revenue)", entry)
            return [entryDiffers]
        case .entryCurrency:
            try tx.execute(
                """
                INSERT INTO ledger_accounts (id, book, kind, customer, currency, balance, floor)
                SELECT (SELECT MAX(id) + 1 FROM ledger_accounts), $1, 'revenue', '', 'eur', 0, 0
                ON CONFLICT (book, kind, customer, currency) DO NOTHING
                """, book)
            try tx.execute(
                """
                UPDATE postings SET account = (SELECT id FROM ledger_accounts WHERE book = $2 AND kind = 'revenue'
                    AND currency = 'eur') WHERE entry = $1 AND account = \(revenue)
                """, entry, book)
            return [entryDiffers]
        default:
            try tx.execute("UPDATE journal_entries SET book = $2 WHERE sequence = $1", entry, victim.other.book)
            return [notPosted, name(.usageEntryDiffers, victim.other, "usage:\(event)")]
        }
    }

    private func plantInLines(
        _ difference: Difference, on victim: Victim, in tx: Transaction
    ) throws -> Set<String> {
        let (account, line) = (victim.account, victim.line)
        let balance = name(.balanceDiffers, account, "stripe_balance")
        let missing = name(.missingAtStripe, account, victim.charge)
        switch difference {
        case .stripeMissing:
            try tx.execute("DELETE FROM balance_transactions WHERE account = $1 AND id = $2", account.id.text, line)
            return [missing, balance]
        case .stripeExtra:
            try tx.execute(
                """
                INSERT INTO balance_transactions (account, id, type, amount, fee, currency, part, created)
                SELECT account, id || 'x', type, amount, fee, currency, 'outside', created FROM balance_transactions
                WHERE account = $1 AND id = $2
                """, account.id.text, line)
            return [name(.lineNotFollowed, account, line + "x"), balance]
        case .stripeAmount, .stripeCurrency:
            let change = difference == .stripeAmount ? "amount = amount + 3" : "currency = 'eur'"
            try tx.execute(
                "UPDATE balance_transactions SET \(change) WHERE account = $1 AND id = $2", account.id.text, line)
            return [name(.lineNotFollowed, account, line), balance]
        default:
            try tx.execute(
                "UPDATE balance_transactions SET account = $3 WHERE account = $1 AND id = $2", account.id.text, line,
                victim.other.id.text)
            return [
                missing, balance, name(.lineNotFollowed, victim.other, line),
                name(.balanceDiffers, victim.other, "stripe_balance"),
            ]
        }
    }

    // MARK: What must hold

    @Test(arguments: Seeds.upTo(500))
    func `every difference that is planted on one of the four ways is found and named, and none is invented`(
        seed: UInt64
    ) async throws {
        var generator = Seeded(seed)
        var world = try await PlantedWorld(seed: seed)
        var victims: [Victim] = []
        for _ in 0..<generator.number(3..<12) { victims.append(try await victim(&world, &generator)) }
        world.clock.advance(seconds: 3_600)
        #expect(try await world.reconcile().found == [], "seed \(seed)")
        // The next reading of Stripe's list begins after all of its lines.
        world.clock.advance(seconds: 3_600)
        world.stranger(1, of: world.accounts[0])
        world.stranger(1, of: world.accounts[1])
        world.clock.advance(seconds: 3_600)
        let before = try await world.reconcile()
        #expect(before.found == [] && before.result.unexplainedMicros == 0, "seed \(seed)")
        expectEqualWays(before.result, seed)

        var (expected, planted): (Set<String>, [Difference]) = ([], [])
        for victim in victims where generator.happens(oneIn: 2) {
            let difference = Difference.allCases[generator.number(0..<Difference.allCases.count)]
            planted.append(difference)
            let names = try await world.database.write { tx in
                try tx.execute("PRAGMA defer_foreign_keys = ON")
                return try plant(difference, on: victim, in: tx)
            }
            expected.formUnion(names)
        }
        let (result, found) = try await world.reconcile()
        let accounts = Dictionary(uniqueKeysWithValues: world.accounts.map { ($0.id, $0) })
        let named = Set(
            found.filter { $0.kind != .books }.compactMap { found in
                accounts[found.account].map { name(found.kind, $0, found.object) }
            })
        #expect(
            named == expected,
            "seed \(seed): \(planted), \(named.symmetricDifference(expected).sorted()) \(found.map(\.detail))")
        let inBooks = found.filter { $0.kind == .books }.compactMap { $0.object.split(separator: " ").first }
        #expect(inBooks.allSatisfy { rule in Self.allowedInBooks.contains { $0.rawValue == rule } }, "\(inBooks)")
        #expect((result.record.status == .clean) == expected.isEmpty, "seed \(seed)")
        #expect(found.allSatisfy { !$0.kind.remedy.isEmpty })
        for row in found where row.kind != .books && row.rows.expectedMicros != nil {
            let difference = try #require(row.rows.foundMicros) - (row.rows.expectedMicros ?? 0)
            #expect(difference == row.amount.micros, "seed \(seed): \(row)")
        }
    }

    private func expectEqualWays(_ result: ReconciliationResult, _ seed: UInt64) {
        for (currency, legs) in Dictionary(grouping: result.legs, by: \.currency) {
            func sum(_ name: ReconciliationLeg.Name) -> Int128? { legs.first { $0.name == name }?.micros }
            #expect(sum(.usageEvents) == sum(.ratedLines) && sum(.ratedLines) == sum(.ledgerRevenue), "\(currency)")
            #expect(sum(.ledgerStripeBalance) == sum(.stripe) && (sum(.stripe) ?? 0) != 0, "\(currency), seed \(seed)")
            #expect(sum(.awaitingStripe) == 0)
        }
        #expect(result.legs.contains { $0.name == .usageEvents && $0.items > 0 && $0.micros > 0 })
    }

    @Test func `a way's sum is exact beyond 64 bits, within an account and over all`() async throws {
        let world = try await PlantedWorld(seed: 1)
        let (most, currency) = (Int128(Int64.max), world.accounts[0].currency)
        let legs = try await world.database.write { [worker = world.worker, accounts = world.accounts] tx in
            let run = try worker.reconciliation.start(in: tx).id
            for account in accounts + accounts + accounts {
                var page = ComparisonPage()
                for _ in 0..<2 { page.count(.ratedLines, most, currency) }
                for leg in page.legs { try tx.reconciliationLegs.add(leg, of: account.id, to: run) }
            }
            let own = try tx.reconciliationLegs.find(.ratedLines, currency, of: accounts[0].id, in: run)
            return [own] + (try tx.reconciliationLegs.list(in: run))
        }
        #expect(legs.map { $0?.micros } == [6 * most, 12 * most] && legs.map { $0?.items } == [6, 12])
    }

    @Test func `every way of differing belongs to one leg and has a remedy`() {
        let legs = Dictionary(grouping: Discrepancy.Kind.allCases, by: \.leg)
        #expect(Set(legs.keys) == Set(Discrepancy.Kind.Leg.allCases))
    }

    @Test func `new usage is compared by the sweeps as it comes, and found since the last full run`() async throws {
        var (world, generator) = (try await PlantedWorld(seed: 5), Seeded(5))
        let known = try await victim(&world, &generator)
        world.clock.advance(seconds: 3_600)
        #expect(try await world.reconcile().result.foundSince == 0)
        let new = try await victim(&world, &generator)
        try await world.database.write { tx in
            for event in [known.event, new.event] {
                _ = try tx.execute("UPDATE usage_events SET price_micros = price_micros + 1 WHERE id = $1", event)
            }
        }
        let sweep = try await world.run(.events)
        #expect(Set(sweep.found.map(\.kind)) == [.ratedLineDiffers, .usageEntryDiffers])
        #expect(Set(sweep.found.compactMap(\.rows.event?.text)) == [new.event])
        #expect(sweep.result.notCompared.map(\.what) == [.otherLegs])
        #expect(try await world.run(.events).found == [], "what was looked at is not read again")
        let latest = try await world.database.read { [worker = world.worker] tx in
            try worker.reconciliation.latest(in: tx)
        }
        #expect(latest?.foundSince == 2 && latest?.unexplainedMicros == 0)
        let full = try await world.reconcile().found
        #expect(Set(full.compactMap(\.rows.event?.text)) == [known.event, new.event], "the day reads all of it")
    }

    @Test func `a run says what it has not compared, and since when`() async throws {
        var (world, generator) = (try await PlantedWorld(seed: 6), Seeded(6))
        _ = try await victim(&world, &generator)
        let young = try await world.payment(5_000, of: world.accounts[0])
        let started = world.clock.now
        let (result, found) = try await world.reconcile()
        #expect(found == [] && result.unexplainedMicros == 0)
        #expect(result.notCompared.map(\.what) == [.awaitingStripe] && result.notCompared.map(\.items) == [1])
        let awaiting = result.legs.first { $0.name == .awaitingStripe && $0.items > 0 }
        #expect(awaiting?.micros == 50_000_000)
        world.stripe.add(young.line)
        world.clock.advance(seconds: 60)
        _ = try await victim(&world, &generator)
        let again = try await world.database.read { [worker = world.worker] tx in
            try worker.reconciliation.get(result.record.id, in: tx)
        }
        let entries = try #require(again.notCompared.first { $0.what == .usage })
        #expect((entries.items ?? 0) > 0 && entries.since > started)
        let running = try await world.database.write { [worker = world.worker] tx in
            try worker.reconciliation.get(try worker.reconciliation.start(in: tx).id, in: tx)
        }
        #expect(running.unexplainedMicros == nil && running.notCompared.map(\.what) == [.run])
    }

    @Test func `usage is compared of merchants whom Stripe cannot be asked for`() async throws {
        var (world, generator) = (try await PlantedWorld(seed: 7), Seeded(7))
        let victim = try await victim(&world, &generator)
        try await world.database.write { tx in
            try tx.execute("UPDATE usage_events SET price_micros = price_micros + 1 WHERE id = $1", victim.event)
            _ = try tx.execute("UPDATE accounts SET status = 'disconnected'")
        }
        #expect(try await world.reconcile().found.contains { $0.rows.event?.text == victim.event })
    }

    @Test func `a line that Stripe tells otherwise than it is stored is named`() async throws {
        var world = try await PlantedWorld(seed: 8)
        let payment = try await world.payment(4_000, of: world.accounts[0])
        world.stripe.add(payment.line)
        world.clock.advance(seconds: 60)
        _ = try await world.reconcile()
        world.stripe.update { $0[0].fee += 2 }
        let found = try await world.reconcile().found
        #expect(found.map(\.kind) == [.lineChanged] && found.map(\.object) == [payment.line.id])
        #expect(found.map(\.amount.micros) == [-20_000])
    }
}
