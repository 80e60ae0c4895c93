import Billing
import Ledger
import Storage
import Testing

@testable import Worker

@Suite struct UsageTotalsTests {
    private static let zones = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Africa/Cairo"]

    @Test(arguments: Seeds.upTo(10))
    func `totals are what the events add up to, however they are asked for`(seed: UInt64) async throws {
        var generator = Seeded(seed)
        let usage = try await UsageHouse(seed: seed)
        for _ in 0..<6 {
            usage.house.clock.advance(seconds: generator.number(0...600_000))
            let reports = (0..<40).map { _ in UsageReport.random(&generator, now: usage.house.clock.now) }
            _ = try await usage.record(reports)
        }
        let events = try await usage.events()
        for _ in 0..<12 {
            let query = UsageQuery.random(&generator, now: usage.house.clock.now, zones: Self.zones)
            let zone = try #require(CivilZone(query.timeZone ?? "UTC"))
            let (from, to) = (try #require(Instant(rfc3339: query.from)), try #require(Instant(rfc3339: query.to)))
            var naive: [[String]: UsageSums] = [:]
            for event in events where from <= event.countedAt && event.countedAt < to {
                guard query.filters.allSatisfy({ event.value($0.key) == $0.value }) else { continue }
                let key = query.groupBy.map { event.value($0, zone) }
                naive[key] = try naive[key, default: UsageSums()].adding(UsageSums(event))
            }
            let totals = try await usage.ask(query)
            #expect(totals.count == naive.count, "seed \(seed)")
            for total in totals {
                let sums = naive[total.groups.map { $0.value ?? "" }]
                #expect(total.figures.requests == sums.map { Int128($0.requests) }, "seed \(seed)")
                #expect(total.figures.late == sums.map { Int128($0.late) })
                #expect(total.figures.costMicros == sums.map { Int128($0.costMicros) })
                #expect(total.figures.priceMicros == sums.map { Int128($0.priceMicros) })
                #expect(total.figures.latencyMs == sums.map { Int128($0.latencyMs) })
                #expect(total.figures.tokens == sums?.tokens.map { Int128($0) })
            }
        }
    }

    @Test func `units of one's own are summed up, too`() async throws {
        let usage = try await UsageHouse(seed: 1)
        let pages = try UsageUnit("pages")
        let reports = (0..<5).map { number in
            UsageReport(
                eventID: "\(number)", customer: "ada", costMicros: 1,
                quantities: Quantities([pages: Quantity(millionths: 1_500_000), .images: Quantity(millionths: 1)]))
        }
        _ = try await usage.record(reports)
        let totals = try await usage.ask(UsageQuery(from: "2026-11-01", to: "2026-12-01"))
        #expect(totals.map(\.units) == [[pages: 7_500_000, .images: 5]])
        #expect(totals[0].figures.requests == 5 && totals[0].averageLatencyMs == nil)
    }

    @Test func `pages follow each other and leave nothing out`() async throws {
        let usage = try await UsageHouse(seed: 1)
        _ = try await usage.record(
            (0..<25).map { UsageReport(eventID: "\($0)", customer: "c\($0)", costMicros: 1, model: "m\($0 % 5)") })
        var query = UsageQuery(from: "2026-11-01", to: "2026-12-01")
        query.groupBy = [.model, .customer]
        query.limit = 1_000
        let all = try await usage.ask(query).map(\.id)
        #expect(all.count == 25 && Set(all).count == 25)
        query.limit = 7
        var paged: [String] = []
        repeat {
            query.after = paged.last
            paged += try await usage.ask(query).map(\.id)
        } while paged.count % 7 == 0
        #expect(paged == all)
    }

    @Test(arguments: [
        ("2026-11-01T00:07:00Z", "2026-11-02", "unaligned_time"), ("2026-11-02", "2026-11-01", "invalid_field"),
        ("yesterday", "2026-11-01", "invalid_field"), ("2001-01-01", "2026-11-01", "range_too_long"),
    ])
    func `a stretch of time that cannot be answered is refused`(from: String, to: String, code: String) async throws {
        let usage = try await UsageHouse(seed: 1)
        await #expect {
            try await usage.ask(UsageQuery(from: from, to: to))
        } throws: {
            ($0 as? WorkerError)?.code == code
        }
    }

    @Test func `a month reads days and quarters, not events`() throws {
        let zone = try #require(CivilZone("Europe/Berlin"))
        let from = try #require(Instant(rfc3339: "2026-10-03T09:30:00Z"))
        let to = try #require(Instant(rfc3339: "2026-11-03T09:30:00Z"))
        let stretches = UsagePlan.stretches(from, to, zone)
        #expect(stretches.map(\.span) == [.quarter, .day, .quarter])
        #expect(stretches.map(\.from.rfc3339) == [from.rfc3339, "2026-10-03T22:00:00Z", "2026-11-02T23:00:00Z"])
        #expect(stretches.last?.to == to)
        let (first, next) = (try #require(CivilDate("2026-10-01")), try #require(CivilDate("2026-11-01")))
        let months = UsagePlan.stretches(zone.start(of: first), zone.start(of: next), zone)
        #expect(months.map(\.span) == [.day])
    }
}

extension UsageHouse {
    func ask(_ query: UsageQuery) async throws -> [UsageTotal] {
        try await house.database.read { [worker = house.worker, account] tx in
            try worker.usageTotals.ask(query, account: account, in: tx)
        }
    }

    func events() async throws -> [UsageEvent] {
        try await house.database.read { [account] tx in
            try tx.customers.list(CustomerFilter(account: account.id), after: nil, limit: 1_000).flatMap { customer in
                try tx.usage.list(customer: customer.id, after: nil, limit: 100_000)
            }
        }
    }
}

extension UsageEvent {
    func value(_ dimension: UsageDimension) -> String {
        switch dimension {
        case .customer: customer.text
        case .key: labels.key ?? ""
        case .model: labels.model ?? ""
        case .provider: labels.provider ?? ""
        case .feature: labels.feature ?? ""
        case .action: labels.action ?? ""
        case .product: labels.product ?? ""
        case .organization: labels.organization ?? ""
        }
    }

    func value(_ grouping: UsageGrouping, _ zone: CivilZone) -> String {
        switch grouping {
        case .hour:
            countedAt.adding(seconds: -(((countedAt.secondsSince1970 + zone.secondsFromUTC(at: countedAt)) % 3600)))
                .wholeSeconds.rfc3339
        case .day: zone.day(holding: countedAt).description
        case .month: String(zone.day(holding: countedAt).description.prefix(7))
        default: value(UsageDimension(rawValue: grouping.rawValue) ?? .customer)
        }
    }
}

extension Instant {
    fileprivate var wholeSeconds: Instant { Instant(secondsSince1970: secondsSince1970) }
}

extension UsageQuery {
    /// Any days, in any zone, by anything.
    fileprivate static func random(_ generator: inout Seeded, now: Instant, zones: [String]) -> UsageQuery {
        let end = QuarterHour.start(holding: now.adding(seconds: -generator.number(-3_000_000...3_000_000)))
        let start = QuarterHour.start(holding: end.adding(seconds: -generator.number(900...2_600_000)))
        var query = UsageQuery(from: start.rfc3339, to: end.rfc3339)
        query.limit = 100_000
        query.timeZone = generator.happens(oneIn: 3) ? nil : zones[generator.number(0..<zones.count)]
        query.groupBy = [.customer, .model, .feature, .provider].filter { _ in generator.happens(oneIn: 3) }
        let periods: [UsageGrouping?] = [.hour, .day, .month, nil]
        if let period = periods[generator.number(0..<4)] { query.groupBy.append(period) }
        if generator.happens(oneIn: 4) { query.filters[.feature] = generator.happens(oneIn: 2) ? "chat" : "" }
        return query
    }
}
