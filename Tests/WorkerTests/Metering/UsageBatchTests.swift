import Billing
import Ledger
import Storage
import Testing

@testable import Worker

@Suite struct UsageBatchTests {
    @Test(arguments: Seeds.upTo(12))
    func `a request of many events leaves the same books, totals, counters and carries as one for each`(seed: UInt64)
        async throws
    {
        var generator = Seeded(seed)
        let (together, apart) = (try await UsageHouse(seed: seed), try await UsageHouse(seed: seed &+ 500))
        for _ in 0..<4 {
            let seconds = generator.number(0...200_000)
            let reports = (0..<generator.number(1..<60)).map { _ in
                UsageReport.random(&generator, now: together.house.clock.now)
            }
            for side in [together, apart] { side.house.clock.advance(seconds: seconds) }
            let once = try await together.record(reports)
            var oneByOne: [String] = []
            for report in reports { oneByOne += try await apart.record([report]) }
            #expect(once == oneByOne, "seed \(seed)")
        }
        let (one, other) = (try await together.state(), try await apart.state())
        #expect(one == other, "seed \(seed)")
        try await together.house.expectSoundBooks("seed \(seed)")
        try await apart.house.expectSoundBooks("seed \(seed)")
    }

    @Test func `there is one entry for each customer of a request`() async throws {
        let usage = try await UsageHouse(seed: 1)
        let reports = (0..<30).map { UsageReport(eventID: "\($0)", customer: "c\($0 % 3)", costMicros: 7) }
        _ = try await usage.record(reports)
        try await usage.house.database.read { tx in
            let entries = try tx.query("SELECT sequence FROM journal_entries WHERE reference LIKE 'usage:%'")
            #expect(entries.count == 3)
            let rows = try tx.query("SELECT entry, COUNT(*) AS events FROM usage_events GROUP BY entry")
            let counts = try rows.map { try $0.int64("events") }
            #expect(counts == [10, 10, 10])
        }
        try await usage.house.expectSoundBooks()
    }

    @Test func `over any stretch what was posted is the floor of what is exact`() async throws {
        let usage = try await UsageHouse(seed: 3, markup: 333_333)
        var generator = Seeded(3)
        var exact: Int128 = 0
        for request in 0..<20 {
            let reports = (0..<50).map { number in
                let cost = generator.number(0...999)
                exact += Int128(cost) * 1_333_333
                return UsageReport(eventID: "\(request)-\(number)", customer: "ada", costMicros: cost)
            }
            _ = try await usage.record(reports)
            let accrued = try await usage.house.booked(.accrued, of: usage.account)
            #expect(Int128(accrued) == exact / 1_000_000)
        }
    }

    @Test func `an event that would overflow is refused alone`() async throws {
        let usage = try await UsageHouse(seed: 4, markup: 0)
        let reports = (0..<12).map { number in
            UsageReport(
                eventID: "\(number)", customer: "ada", costMicros: 1,
                quantities: Quantities([.inputTokens: Quantity.most]))
        }
        let statuses = try await usage.record(reports)
        #expect(statuses == Array(repeating: "accepted 1 1", count: 9) + Array(repeating: "overflow", count: 3))
        #expect(try await usage.record([UsageReport(eventID: "x", customer: "ada", costMicros: 5)]) == ["accepted 5 5"])
        try await usage.house.expectSoundBooks()
    }

    @Test(arguments: ["images", "pages", "input_tokens", "reasoning_tokens"])
    func `a quantity that would overflow is named`(unit: String) async throws {
        let usage = try await UsageHouse(seed: 4, markup: 0)
        let quantities = Quantities([try UsageUnit(unit): Quantity.most])
        let verdicts = try await usage.verdicts(
            (0..<10).map {
                UsageReport(eventID: "\($0)", customer: "ada", costMicros: 1, quantities: quantities)
            })
        guard case .rejected(let error) = verdicts[9] else { throw WorkerError.notFound("refusal") }
        #expect(error.code == "overflow" && error.field == "quantities.\(unit)")
    }

    @Test func `an event is known for ever, and too old only when it is not`() async throws {
        let usage = try await UsageHouse(seed: 6, markup: 0)
        let report = UsageReport(eventID: "1", customer: "ada", time: usage.house.clock.now, costMicros: 5)
        #expect(try await usage.record([report]) == ["accepted 5 5"])
        usage.house.clock.advance(seconds: 500 * 86_400)
        var (other, unknown) = (report, report)
        other.costMicros = 6
        unknown.eventID = "2"
        #expect(
            try await usage.record([report, other, unknown]) == ["duplicate 5 5", "event_differs", "time_too_old"])
    }

    @Test func `only what happens now is held against the limits of now`() async throws {
        let usage = try await UsageHouse(seed: 7)
        let reports = [0, -1_800, -7_200, 7_200].map { (seconds: Int64) in
            var report = UsageReport(
                eventID: "\(seconds)", customer: "ada", time: usage.house.clock.now.adding(seconds: seconds),
                costMicros: 0)
            report.isEnforced = true
            return report
        }
        let refused = "enforce_not_now"
        #expect(try await usage.record(reports) == ["accepted 0 0", "accepted 0 0", refused, refused])
    }

    @Test func `what a refused event would have made is not made`() async throws {
        let usage = try await UsageHouse(seed: 5)
        let unknown = UsageReport(
            eventID: "1", customer: "nobody", quantities: Quantities([.inputTokens: Quantity(millionths: 1)]),
            model: "no-such-model")
        #expect(try await usage.record([unknown]) == ["unknown_model"])
        try await usage.house.database.read { tx in
            for table in ["customers", "usage_events", "usage_series", "limit_counters", "journal_entries"] {
                let rows = try tx.query("SELECT 1 AS one FROM \(table)")
                #expect(rows.isEmpty, "\(table)")
            }
        }
    }
}

/// A house with one merchant whose customers use much.
struct UsageHouse {
    let house: TestHouse
    let account: ConnectedAccount

    init(house: TestHouse, account: ConnectedAccount) {
        self.house = house
        self.account = account
    }

    init(seed: UInt64, markup: Int64 = 123_457) async throws {
        house = try await TestHouse(seed: seed)
        account = try await house.addAccount("usd", mode: .none, stripeAccount: nil, markup: markup)
    }

    /// What became of each: its code, or how it stands and what it cost.
    func record(_ reports: [UsageReport]) async throws -> [String] {
        try await verdicts(reports).map { verdict in
            switch verdict {
            case .accepted(let event): "accepted \(event.costMicros) \(event.priceMicros)"
            case .duplicate(let event): "duplicate \(event.costMicros) \(event.priceMicros)"
            case .rejected(let error): error.code
            }
        }
    }

    func verdicts(_ reports: [UsageReport]) async throws -> [UsageVerdict] {
        try await house.database.write { [worker = house.worker, account] tx in
            try worker.metering.record(reports, account: account, in: tx)
        }
    }

    /// Everything that usage has moved, with customers under their own names.
    func state() async throws -> [String] {
        try await house.database.read { tx in
            try Self.questions.flatMap { question in
                try tx.query(question).map { row in row.values.map { "\($0)" }.joined(separator: " ") }
            }
        }
    }

    private static let questions = [
        """
        SELECT l.kind, COALESCE(c.external_id, ''), l.balance FROM ledger_accounts l
        LEFT JOIN customers c ON c.id = l.customer ORDER BY 1, 2
        """,
        """
        SELECT c.external_id, s.model, t.span, t.starts_at, t.requests, t.late, t.cost_micros, t.price_micros,
            t.latency_ms, t.latencies, t.input_tokens, t.output_tokens, t.reasoning_tokens
        FROM usage_totals t JOIN usage_series s ON s.id = t.series JOIN customers c ON c.id = s.customer
        ORDER BY 1, 2, s.feature, 3, 4
        """,
        """
        SELECT c.external_id, s.model, t.span, t.starts_at, t.unit, t.total
        FROM usage_unit_totals t JOIN usage_series s ON s.id = t.series JOIN customers c ON c.id = s.customer
        ORDER BY 1, 2, s.feature, 3, 4, 5
        """,
        """
        SELECT COALESCE(c.external_id, ''), l.period, l.starts_at, l.requests, l.tokens, l.cost_micros, l.spend_micros
        FROM limit_counters l LEFT JOIN customers c ON l.subject = 'customer:' || c.id ORDER BY 1, 2, 3
        """,
        """
        SELECT c.external_id, m.cost_carry, m.price_carry FROM customer_meters m JOIN customers c ON c.id = m.customer
        ORDER BY 1
        """,
    ]
}

extension UsageReport {
    /// One of a few customers and models, with what now and then is wrong, late or there already.
    static func random(_ generator: inout Seeded, now: Instant) -> UsageReport {
        var report = UsageReport(
            eventID: "e\(generator.number(0...400))", customer: "c\(generator.number(0...3))",
            time: generator.happens(oneIn: 3) ? nil : now.adding(seconds: -generator.number(0...6_000_000)))
        if generator.happens(oneIn: 2) { report.costMicros = generator.number(-1...5_000_000) }
        if report.costMicros == nil || generator.happens(oneIn: 2) {
            let models = ["gpt-5", "gpt-5-mini"]
            report.model = generator.happens(oneIn: 9) ? "no-such-model" : models[generator.number(0..<2)]
            report.provider = "openai"
            report.quantities = Quantities([
                .inputTokens: Quantity(millionths: generator.number(0...9_000) * 1_000_000),
                .outputTokens: Quantity(millionths: generator.number(0...9_000_000_000)),
            ])
        }
        if report.costMicros != nil, generator.happens(oneIn: 4) {
            report.quantities[.images] = Quantity(millionths: generator.number(1...3_500_000))
        }
        if generator.happens(oneIn: 3) { report.latencyMs = generator.number(0...9_000) }
        if generator.happens(oneIn: 3) { report.feature = "chat" }
        return report
    }
}
