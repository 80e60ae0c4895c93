import Billing
import Ledger
import Storage
import Testing

@testable import Worker

/// Long stretches, and what came late in them.
@Suite struct CountedTimeTests {
    @Test(arguments: ["UTC", "Asia/Kathmandu", "America/New_York", "Pacific/Kiritimati"])
    func `a year by month is told in any time zone`(name: String) async throws {
        let usage = try await UsageHouse(seed: 1, markup: 0)
        let zone = try #require(CivilZone(name))
        var months: [String: Int128] = [:]
        for number in 0..<120 {
            // Odd steps, so that ends of months are met on either side.
            usage.house.clock.advance(seconds: 3 * 86_400 + 7_300)
            _ = try await usage.record([UsageReport(eventID: "\(number)", customer: "ada", costMicros: 1)])
            months[String(zone.day(holding: usage.house.clock.now).description.prefix(7)), default: 0] += 1
        }
        let end = QuarterHour.start(holding: usage.house.clock.now.adding(seconds: 900))
        var query = UsageQuery(from: end.adding(seconds: -500 * 86_400).rfc3339, to: end.rfc3339)
        (query.groupBy, query.timeZone, query.limit) = ([.month], name, 100)
        let totals = try await usage.ask(query)
        let told = totals.map { ($0.groups[0].value ?? "", $0.figures.requests) }
        #expect(Dictionary(told) { $0 + $1 } == months)
    }

    @Test func `an export by counted time adds up to the totals of the same days`() async throws {
        let usage = try await UsageHouse(seed: 1, markup: 0)
        let now = usage.house.clock.now
        var late = UsageReport(eventID: "late", customer: "ada", costMicros: 5)
        late.time = now.adding(seconds: -100 * 86_400)
        _ = try await usage.record([late, UsageReport(eventID: "now", customer: "ada", costMicros: 7)])
        let day = now.adding(seconds: -86_400)
        func exported(_ clock: UsageExportStore.Clock) async throws -> [String] {
            var selection = UsageSelection(from: day)
            selection.by = clock
            return try await usage.house.worker.exporting.usage(
                selection, account: usage.account.id, after: nil, limit: 10
            ).map(\.event.eventID).sorted()
        }
        #expect(try await exported(.happened) == ["now"])
        #expect(try await exported(.counted) == ["late", "now"])
        let totals = try await usage.ask(
            UsageQuery(
                from: QuarterHour.start(holding: day).rfc3339,
                to: QuarterHour.start(holding: now.adding(seconds: 900)).rfc3339))
        #expect(totals.map(\.figures.priceMicros) == [12])
    }
}
