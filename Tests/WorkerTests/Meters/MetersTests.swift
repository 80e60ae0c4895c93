import Billing
import Ledger
import Storage
import Testing

@testable import Worker

@Suite struct MetersTests {
    private let november = MeterQuery(from: "2026-11-01", to: "2026-12-01")

    @Test func `a meter counts from when it is made, and not while it is in the archive`() async throws {
        let shop = try await MeterHouse()
        _ = try await shop.record(try UsageReport.of(nil, "1", ["pages": 5]).costing(1))
        try await shop.meter("pages", MeterRule(.sum, of: "pages"))
        _ = try await shop.record(try UsageReport.of(nil, "2", ["pages": 7]).costing(1))
        try await shop.act { _ = try $0.meters.archive("pages", account: $1, by: .commandLine, in: $2) }
        _ = try await shop.record(try UsageReport.of(nil, "3", ["pages": 11]).costing(1))
        try await shop.act { _ = try $0.meters.restore("pages", account: $1, by: .commandLine, in: $2) }
        _ = try await shop.record(try UsageReport.of(nil, "4", ["pages": 13]).costing(1))
        #expect(try await shop.read("pages", november).map(\.millionths) == [20_000_000])
        // What it has not counted is not taken back from it, be it from the same moment.
        for event in try await shop.events() { _ = try await shop.correct(event.id) }
        let left = try await shop.read("pages", november)
        #expect(left.map(\.millionths) == [0] && left.map(\.events) == [0])
    }

    @Test func `a correction takes back what can be taken back, and leaves what has been`() async throws {
        let shop = try await MeterHouse()
        for aggregation in [MeterAggregation.sum, .average, .max, .latest] {
            try await shop.meter(aggregation.rawValue, MeterRule(aggregation, of: "pages"))
        }
        try await shop.meter("count", MeterRule(.count))
        try await shop.meter("unique_count", MeterRule(.uniqueCount, of: "customer"))
        _ = try await shop.record(try UsageReport.of(nil, "1", ["pages": 4]).costing(1))
        _ = try await shop.record(try UsageReport.of(nil, "2", by: "ben", ["pages": 10]).costing(1))
        let second = try #require(try await shop.events().first { $0.eventID == "2" })
        _ = try await shop.correct(second.id)
        let left: [(MeterAggregation, Int128)] = [
            (.sum, 4), (.average, 4), (.count, 1), (.max, 10), (.latest, 10), (.uniqueCount, 2),
        ]
        for (aggregation, value) in left {
            let found = try await shop.read(aggregation.rawValue, november)
            #expect(found.map(\.millionths) == [value * 1_000_000], "\(aggregation)")
        }
    }

    @Test func `an event that is refused has moved no meter, also among others`() async throws {
        let shop = try await MeterHouse()
        try await shop.meter("pages", MeterRule(.sum, of: "pages"))
        var unknown = try UsageReport.of(nil, "1", ["pages": 5])
        unknown.model = "no-such-model"
        let good = try UsageReport.of(nil, "2", ["pages": 7]).costing(3)
        _ = try await shop.record([unknown, good, unknown, good])
        #expect(try await shop.read("pages", november).map(\.millionths) == [7_000_000])
    }

    @Test func `pages of days and of customers follow each other and leave nothing out`() async throws {
        let shop = try await MeterHouse()
        try await shop.meter("calls", MeterRule(.count))
        for number in 0..<9 {
            shop.house.clock.advance(seconds: 86_400)
            _ = try await shop.record(try UsageReport.of(nil, "\(number)", by: "c\(number % 5)").costing(1))
        }
        for (grouping, count) in [(MeterGrouping.day, 9), (.customer, 5)] {
            var query = november
            query.groupBy = grouping
            query.limit = 100
            let whole = try await shop.read("calls", query).map(\.id)
            #expect(whole.count == count && whole == whole.sorted())
            query.limit = 2
            var paged: [String] = []
            repeat {
                let page = try await shop.read("calls", query).map(\.id)
                paged += page
                query.after = page.last
            } while query.after != nil
            #expect(paged == whole)
        }
    }

    @Test func `a thousand events leave as many states to read as one`() async throws {
        let shop = try await MeterHouse()
        try await shop.meter("pages", MeterRule(.sum, of: "pages"))
        try await shop.meter("sessions", MeterRule(.uniqueCount, of: "metadata.session"))
        for round in 0..<3 {
            let reports = try (0..<round * 499 + 1).map { number in
                var report = try UsageReport.of(nil, "\(round) \(number)", ["pages": 1]).costing(1)
                report.metadata["session"] = "s\(number % 7)"
                return report
            }
            _ = try await shop.record(reports)
            let states = try await shop.house.database.read { tx in
                try tx.query("SELECT customer, span FROM meter_states").count
            }
            // Of the customer and of all, by quarter and by day, for each meter.
            #expect(states == 8)
        }
        #expect(try await shop.read("pages", november).map(\.events) == [1_500])
        #expect(try await shop.read("sessions", november).map(\.millionths) == [7_000_000])
    }

    @Test func `who has no meters has no rows of them, and asks for none`() async throws {
        let shop = try await MeterHouse()
        _ = try await shop.record(try UsageReport.of("label", "1", ["pages": 5]).costing(1))
        try await shop.house.database.read { tx in
            let account = try tx.accounts.find(shop.id)
            #expect(account?.meteringVersion == "")
            let rows = try tx.query("SELECT 1 AS one FROM meter_states")
            #expect(rows.isEmpty)
        }
    }

    @Test func `a meter that a product is priced by stays until the product is archived`() async throws {
        let shop = try await MeterHouse()
        try await shop.meter("pages", MeterRule(.sum, of: "pages"))
        try await shop.product("reader", .everyPage)
        await #expect { try await shop.archive("pages") } throws: { ($0 as? WorkerError)?.code == "meter_in_use" }
        try await shop.act { _ = try $0.products.archive("reader", account: $1, by: .commandLine, in: $2) }
        try await shop.archive("pages")
        await #expect {
            try await shop.act { _ = try $0.products.restore("reader", account: $1, by: .commandLine, in: $2) }
        } throws: {
            ($0 as? WorkerError)?.code == "unknown_meter"
        }
    }

    @Test func `who made, renamed and archived a meter is in the audit log`() async throws {
        let shop = try await MeterHouse()
        let meter = try await shop.meter("pages", MeterRule(.sum, of: "pages", filter: ["model": "gpt-5"]))
        shop.house.clock.advance(seconds: 1)
        try await shop.act { _ = try $0.meters.rename("pages", to: "Read", account: $1, by: .commandLine, in: $2) }
        shop.house.clock.advance(seconds: 1)
        try await shop.archive("pages")
        try await shop.archive("pages")
        let log = try await shop.act { worker, _, tx in
            try worker.auditLog.list(AuditFilter(objectID: meter.id.text), limit: 10, in: tx)
        }
        #expect(log.map(\.action) == ["archived", "changed", "created"])
        #expect(log[1].changes == [AuditChange(field: "name", from: "pages", to: "Read")])
        #expect(log[2].changes.contains(AuditChange(field: "filter.model", from: nil, to: "gpt-5")))
    }
}

extension MeterHouse {
    func events() async throws -> [UsageEvent] {
        try await house.database.read { [id] tx in
            try tx.query("SELECT id FROM usage_events WHERE kind = 'usage' AND account = $1", id.text).compactMap {
                try tx.usage.find(UsageEvent.ID(stored: try $0.text("id")))
            }
        }
    }

    func archive(_ meter: String) async throws {
        try await act { _ = try $0.meters.archive(meter, account: $1, by: .commandLine, in: $2) }
    }
}

extension UsageReport {
    func costing(_ micros: Int64) -> UsageReport {
        var report = self
        report.costMicros = micros
        return report
    }
}

extension String {
    static let everyPage = #"[{"meter": "pages", "mode": "graduated", "bands": [{"name": "all", "unit_rate": "0.5"}]}]"#
}
