import Billing
import Ledger
import Storage
import Testing

@testable import Worker

/// Random months of usage through the worker, held against a list of all that happened.
@Suite struct MeterModelTests {
    @Test(arguments: Seeds.upTo(12))
    func `readings and posted sums are what all events add up to, whatever comes when and is taken back`(seed: UInt64)
        async throws
    {
        var model = try await MeterModel(seed: seed)
        for round in 0..<14 {
            try await model.change()
            try await model.record()
            try await model.correct()
            if round % 3 == 2 { try await model.compareReadings() }
        }
        try await model.compareReadings()
        try await model.compareSums()
    }

    @Test(arguments: Seeds.upTo(12))
    func `what was posted is what the events cost that are left, whichever were taken back`(seed: UInt64) async throws {
        var model = try await MeterModel(seed: seed, isSteady: true)
        for _ in 0..<10 {
            try await model.change()
            try await model.record()
            try await model.correct()
            try await model.compareWithWhatIsLeft()
        }
        try await model.compareSums()
    }
}

/// The worker and the naive list, side by side.
private struct MeterModel {
    static let zones = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Auckland"]
    static let customers = ["c0", "c1", "c2"]
    private static let rules: [(String, MeterRule)] = [
        ("pages", MeterRule(.sum, of: "pages")), ("calls", MeterRule(.count)),
        ("chats", MeterRule(.count, filter: ["feature": "chat", "metadata.region": "eu"])),
        ("peak", MeterRule(.max, of: "pages")), ("seats", MeterRule(.latest, of: "seats")),
        ("mean", MeterRule(.average, of: "seats")), ("sessions", MeterRule(.uniqueCount, of: "metadata.session")),
    ]

    let seed: UInt64
    /// Prices are in money, and never change.
    let isSteady: Bool
    let shop: MeterHouse
    var generator: Seeded
    var naive = NaiveMeters()
    var customerZones: [String: String] = [:]
    var zone = "UTC"
    var number = 0

    init(seed: UInt64, isSteady: Bool = false) async throws {
        self.seed = seed
        self.isSteady = isSteady
        generator = Seeded(seed)
        shop = try await MeterHouse(seed: seed)
        for (slug, rule) in Self.rules.prefix(5) { try await make(slug, rule) }
        try await sell("reader", ["pages", "sessions", "calls"])
        guard isSteady else { return }
        try await sell("studio", ["mean", "peak", "chats"])
        try await sell("team", ["seats"])
    }

    private mutating func make(_ slug: String, _ rule: MeterRule) async throws {
        try await shop.meter(slug, rule)
        naive.rules[slug] = rule
        naive.live.insert(slug)
    }

    /// Makes a product of those meters that there are, or gives it other tiers.
    private mutating func sell(_ slug: String, _ meters: [String]) async throws {
        for meter in meters where naive.rules[meter] == nil {
            if let rule = Self.rules.first(where: { $0.0 == meter })?.1 { try await make(meter, rule) }
        }
        let metrics = meters.map { NaiveMeters.Metric.random($0, inMoney: isSteady, &generator) }
        let json = "[" + metrics.map(\.json).joined(separator: ",") + "]"
        if naive.products[slug] == nil {
            try await shop.product(slug, json)
        } else {
            var change = ProductChange()
            change.metrics = try MeterHouse.tree(json)
            try await shop.act { [change] in
                _ = try $0.products.update(slug, change, account: $1, by: .commandLine, in: $2)
            }
        }
        naive.products[slug] = metrics
        naive.sold.insert(slug)
    }

    // MARK: What happens

    /// Time passes, and now and then something is set otherwise.
    mutating func change() async throws {
        shop.house.clock.advance(seconds: generator.number(1...700_000))
        switch generator.number(isSteady ? 4..<8 : 0..<8) {
        case 0:
            zone = Self.zones[generator.number(0..<Self.zones.count)]
            try await shop.setZone(zone)
        case 1: try await sell("reader", ["pages", "sessions", "calls"])
        case 2: try await sell("studio", ["mean", "peak", "chats"])
        case 3: try await sell("team", ["seats"])
        case 4: try await toggle("calls-not-sold")
        case 5: try await moveCustomer()
        default: break
        }
    }

    /// A meter that no product needs goes into the archive, or comes back.
    private mutating func toggle(_ slug: String) async throws {
        guard naive.rules[slug] != nil else { return try await make(slug, MeterRule(.count)) }
        if naive.live.remove(slug) != nil {
            try await shop.act { _ = try $0.meters.archive(slug, account: $1, by: .commandLine, in: $2) }
        } else {
            try await shop.act { _ = try $0.meters.restore(slug, account: $1, by: .commandLine, in: $2) }
            naive.live.insert(slug)
        }
    }

    private mutating func moveCustomer() async throws {
        let name = Self.customers[generator.number(0..<Self.customers.count)]
        guard naive.facts.contains(where: { $0.customer == name }) else { return }
        let zone = Self.zones[generator.number(0..<Self.zones.count)]
        customerZones[name] = zone
        var details = CustomerDetails()
        details.timeZone = .set(zone)
        try await shop.act { [details] in
            let customer = try $0.customers.get(name, account: $1, in: $2)
            _ = try $0.customers.update(customer.id.text, details, account: $1, by: .commandLine, in: $2)
        }
    }

    mutating func record() async throws {
        let reports = try (0..<generator.number(1..<25)).map { _ in try random() }
        let verdicts = try await shop.record(reports, by: generator.number(0..<2))
        for (report, verdict) in zip(reports, verdicts) { try take(report, verdict) }
    }

    private mutating func random() throws -> UsageReport {
        number += 1
        var quantities: [String: Int64] = [:]
        if !generator.happens(oneIn: 4) { quantities["pages"] = generator.number(0...90) }
        if generator.happens(oneIn: 2) { quantities["seats"] = generator.number(0...40) }
        let products = [nil, "reader", "reader", "studio", "team", "nothing"]
        let now = shop.house.clock.now
        // Late, from today, or about the turn of the month, which is another moment for each customer.
        let turn = Period(.month, holding: now, in: .utc).start.adding(seconds: generator.number(-50_000...50_000))
        let time =
            switch generator.number(0..<4) {
            case 0: now.adding(seconds: -generator.number(0...4_000_000))
            case 1: min(turn, now)
            default: now.adding(seconds: -generator.number(0...90_000))
            }
        var report = try UsageReport.of(
            products[generator.number(0..<products.count)], "e\(number)",
            by: Self.customers[generator.number(0..<Self.customers.count)], quantities,
            time: time)
        report.costMicros = generator.number(0...5_000)
        if generator.happens(oneIn: 2) { report.feature = "chat" }
        if generator.happens(oneIn: 2) { report.metadata["region"] = generator.happens(oneIn: 3) ? "us" : "eu" }
        if generator.happens(oneIn: 2) { report.metadata["session"] = "s\(generator.number(0...12))" }
        return report
    }

    private mutating func take(_ report: UsageReport, _ verdict: UsageVerdict) throws {
        let quantities = Dictionary(
            uniqueKeysWithValues: report.quantities.units.map { ($0.name, report.quantities[$0].millionths) })
        var attributes = report.metadata.map { ("metadata.\($0.key)", $0.value) }
        if let feature = report.feature { attributes.append(("feature", feature)) }
        let texts = Dictionary(uniqueKeysWithValues: attributes)
        let counted = naive.live.filter { naive.counts($0, quantities, texts) }
        let sold = report.product.map { naive.sold.contains($0) } ?? true
        let priced = (naive.products[report.product ?? ""] ?? []).contains { counted.contains($0.meter) }
        switch verdict {
        case .rejected(let error):
            #expect(error.field == "product" && error.code == (sold ? "unmetered" : "unknown_product"), "seed \(seed)")
            #expect(!sold || !priced, "seed \(seed) \(report)")
        case .duplicate: Issue.record("there is no repeat, seed \(seed)")
        case .accepted(let event):
            #expect(sold && (report.product == nil || priced), "seed \(seed) \(report)")
            let zone = try #require(CivilZone(customerZones[report.customer] ?? zone))
            let month = String(zone.day(holding: event.countedAt).description.prefix(7))
            var fact = NaiveMeters.Fact(
                id: event.id, customer: report.customer, product: report.product, quantities: quantities,
                attributes: texts, time: event.time, countedAt: event.countedAt, month: month, counted: counted,
                exact: Int128(event.costMicros) * NaiveMeters.scale)
            fact.parts = report.product.map { naive.parts(of: fact, $0) } ?? []
            if !fact.parts.isEmpty { fact.exact = fact.parts.reduce(0) { $0 + $1.amount } }
            naive.facts.append(fact)
        }
    }

    mutating func correct() async throws {
        for _ in 0..<generator.number(0..<5) {
            let open = naive.facts.indices.filter { naive.facts[$0].takenBackAt == nil }
            guard let place = open.randomElement(using: &generator) else { return }
            let correction = try await shop.correct(naive.facts[place].id, by: generator.number(0..<2))
            naive.takeBack(place, at: correction.countedAt)
        }
    }

    // MARK: Comparing

    mutating func compareReadings() async throws {
        for slug in naive.rules.keys.sorted() {
            let customer = generator.happens(oneIn: 2) ? Self.customers[0] : nil
            guard customer == nil || naive.facts.contains(where: { $0.customer == customer }) else { continue }
            var query = MeterQuery(from: "2026-08-01", to: "2027-06-01")
            let groupings: [MeterGrouping?] = [nil, .day, .month, .customer]
            query.groupBy = groupings[generator.number(0..<4)]
            query.limit = 1_000
            if generator.happens(oneIn: 2) {
                let now = shop.house.clock.now
                query.to =
                    QuarterHour.start(holding: now.adding(seconds: -generator.number(-90_000...2_000_000))).rfc3339
                query.from =
                    QuarterHour.start(holding: now.adding(seconds: -generator.number(2_100_000...6_000_000)))
                    .rfc3339
                if generator.happens(oneIn: 2) { query.timeZone = Self.zones[generator.number(0..<5)] }
            }
            try await compare(slug, query, of: customer)
        }
    }

    private func compare(_ slug: String, _ query: MeterQuery, of customer: String?) async throws {
        let zone = try #require(CivilZone(query.timeZone ?? zone))
        let from = CivilDate(query.from).map(zone.start) ?? Instant(rfc3339: query.from)
        let to = CivilDate(query.to).map(zone.start) ?? Instant(rfc3339: query.to)
        let stretch = try (#require(from), #require(to))
        func isIn(_ instant: Instant?) -> Bool { instant.map { stretch.0 <= $0 && $0 < stretch.1 } ?? false }
        func group(_ instant: Instant?, _ fact: NaiveMeters.Fact) -> String? {
            guard isIn(instant), let instant else { return nil }
            switch query.groupBy {
            case nil: return "all"
            case .customer: return fact.customer
            case .day: return zone.day(holding: instant).description
            case .month: return String(zone.day(holding: instant).description.prefix(7))
            }
        }
        let facts = naive.facts.filter { (customer == nil || $0.customer == customer) && $0.counted.contains(slug) }
        var names = Set(facts.flatMap { [group($0.countedAt, $0), group($0.takenBackAt, $0)] }.compactMap(\.self))
        if query.groupBy == nil { names = ["all"] }
        let found = try await shop.read(slug, query, of: customer)
        let ids = try await shop.house.database.read { tx in
            try tx.query("SELECT id, external_id FROM customers").map {
                (try $0.text("id"), try $0.text("external_id"))
            }
        }
        let external = Dictionary(uniqueKeysWithValues: ids)
        #expect(Set(found.map { external[$0.id] ?? $0.id }).isSubset(of: names), "seed \(seed) \(slug) \(query)")
        for name in names {
            let (millionths, events) = naive.value(
                slug, facts, at: { group($0.countedAt, $0) == name }, takenBack: { group($0.takenBackAt, $0) == name })
            let figure = found.first { external[$0.id] ?? $0.id == name }
            // What was taken back in full may be shown as nothing, or not at all.
            #expect(
                figure?.millionths ?? 0 == millionths && figure?.events ?? 0 == events,
                "seed \(seed) \(slug) \(name): \(figure as Any), not \(millionths) of \(events), \(query)")
        }
    }

    func compareSums() async throws {
        for customer in Set(naive.facts.map(\.customer)) {
            #expect(try await posted(by: customer) == naive.posted(by: customer), "seed \(seed) \(customer)")
        }
        try await shop.house.expectSoundBooks("seed \(seed)")
    }

    func compareWithWhatIsLeft() async throws {
        for customer in Set(naive.facts.map(\.customer)) {
            let left = NaiveMeters.floor(naive.costOfWhatIsLeft(to: customer))
            #expect(try await posted(by: customer) == left, "seed \(seed) \(customer)")
        }
    }

    private func posted(by customer: String) async throws -> Int64? {
        try await shop.house.database.read { tx in
            try tx.first(
                """
                SELECT CAST(SUM(price_micros) AS BIGINT) AS sum FROM usage_events
                WHERE customer = (SELECT id FROM customers WHERE external_id = $1)
                """, customer)?.int64("sum")
        }
    }
}

extension NaiveMeters.Metric {
    static func random(_ meter: String, inMoney: Bool, _ generator: inout Seeded) -> NaiveMeters.Metric {
        var (tiers, end): ([NaiveMeters.Tier], Int64) = ([], 0)
        for place in 0..<generator.number(0..<4) {
            end += generator.number(1...200_000_000)
            tiers.append(.random("band \(place)", end, &generator))
        }
        tiers.append(.random("rest", nil, &generator))
        return NaiveMeters.Metric(
            meter: meter, inCredits: generator.happens(oneIn: 3) && !inMoney, isVolume: generator.happens(oneIn: 2),
            tiers: tiers)
    }

    var json: String {
        let bands = tiers.map { tier in
            let end = tier.upTo.map { #", "up_to": \#(Quantity(millionths: $0))"# } ?? ""
            let rate = String(tier.femtos)
            let padded = String(repeating: "0", count: max(0, 15 - rate.count)) + rate
            return #"{"name": "\#(tier.name)", "unit_rate": "0.\#(padded)", "fixed_micros": \#(tier.fixed)\#(end)}"#
        }
        return """
            {"meter": "\(meter)", "unit": "\(inCredits ? "credits" : "money")", \
            "mode": "\(isVolume ? "volume" : "graduated")", "bands": [\(bands.joined(separator: ","))]}
            """
    }
}

extension NaiveMeters.Tier {
    fileprivate static func random(_ name: String, _ end: Int64?, _ generator: inout Seeded) -> NaiveMeters.Tier {
        NaiveMeters.Tier(
            name: name, upTo: end, femtos: Int128(generator.number(0...40_000_000_000_000)),
            fixed: generator.happens(oneIn: 2) ? 0 : generator.number(0...900_000))
    }
}
