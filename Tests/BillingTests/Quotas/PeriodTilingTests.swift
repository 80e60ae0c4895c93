import Billing
import Foundation
import Ledger
import Testing

/// A million instants, half of them about the moments at which clocks are changed, a leap day begins and a month ends.
@Suite struct PeriodTilingTests {
    static let zones = [
        "UTC", "Etc/GMT-14", "Etc/GMT+12", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Pacific/Apia",
        "Pacific/Chatham", "Pacific/Auckland", "Pacific/Honolulu", "Pacific/Norfolk", "Australia/Lord_Howe",
        "Australia/Adelaide", "Australia/Sydney", "Asia/Tokyo", "Asia/Shanghai", "Asia/Kathmandu", "Asia/Kolkata",
        "Asia/Tehran", "Asia/Dubai", "Asia/Beirut", "Asia/Gaza", "Africa/Cairo", "Africa/Casablanca", "Africa/Lagos",
        "Africa/Johannesburg", "Europe/Berlin", "Europe/Dublin", "Europe/London", "Europe/Moscow", "Europe/Istanbul",
        "Atlantic/Azores", "Antarctica/Troll", "America/St_Johns", "America/Sao_Paulo", "America/Santiago",
        "America/Havana", "America/New_York", "America/Chicago", "America/Los_Angeles", "America/Scoresbysund",
    ]
    static let instantsOfAZone = 25_000
    /// The years 2000 to 2037, within which the rules of every zone are known.
    static let span: ClosedRange<Int64> = 946_684_800_000...2_145_916_800_000

    @Test func `they are forty zones, from fourteen hours ahead of UTC to twelve behind`() throws {
        let zones = try Self.zones.map { try #require(CivilZone($0)) }
        let now = Instant(secondsSince1970: 1_795_600_000)
        let hours = zones.map { $0.secondsFromUTC(at: now) / 3_600 }
        #expect(Set(zones).count == 40 && hours.min() == -12 && hours.max() == 14)
        #expect(Self.zones.count * Self.instantsOfAZone == 1_000_000)
    }

    @Test(arguments: zones)
    func `each instant lies in exactly one day and in exactly one month`(name: String) throws {
        let zone = try #require(CivilZone(name))
        var random = SeededGenerator(seed: 19)
        let edges = try Self.edges(name)
        for kind in [PeriodKind.day, .month] {
            var ends: [Instant: Instant] = [:]
            var outside: [Instant] = []
            for number in 0..<Self.instantsOfAZone {
                var at = Instant(millisecondsSince1970: .random(in: Self.span, using: &random))
                if number % 2 == 0, let edge = edges.randomElement(using: &random) {
                    at = edge.adding(milliseconds: .random(in: -90_000_000...90_000_000, using: &random))
                    if number % 4 == 0 { at = edge.adding(milliseconds: .random(in: -2...2, using: &random)) }
                }
                let period = Period(kind, holding: at, in: zone)
                if !period.contains(at) { outside.append(at) }
                ends[period.start] = period.end
            }
            #expect(outside == [])
            // None overlaps another, so no instant lies in two; and where they touch they leave nothing out.
            let periods = ends.sorted { $0.key < $1.key }
            let overlaps = zip(periods, periods.dropFirst()).filter { $0.value > $1.key }
            #expect(overlaps.map(\.0.key.rfc3339) == [])
            let gaps = periods.filter { Period(kind, holding: $0.value, in: zone).start != $0.value }
            #expect(gaps.map(\.key.rfc3339) == [])
            #expect(periods.count > (kind == .day ? 5_000 : 450), "most days, and all months but those at the ends")
        }
    }

    @Test(arguments: zones)
    func `the month after the 31st of January is February, of a leap year, too`(name: String) throws {
        let zone = try #require(CivilZone(name))
        for (year, days) in [(2027, 28), (2028, 29), (2100, 28)] as [(Int64, Int64)] {
            let last = try #require(CivilDate("\(year)-01-31"))
            let january = Period(.month, holding: zone.start(of: last), in: zone)
            let february = try #require(january.next(in: zone))
            #expect(zone.day(holding: february.start).description == "\(year)-02-01")
            let march = try #require(february.next(in: zone))
            #expect(zone.day(holding: march.start).description == "\(year)-03-01")
            #expect((march.start.secondsSince1970 - february.start.secondsSince1970 + 3_600) / 86_400 == days)
        }
    }

    /// When clocks are changed, leap days begin and end, and months do, by UTC.
    private static func edges(_ name: String) throws -> [Instant] {
        let place = try #require(TimeZone(identifier: name))
        var edges: [Instant] = []
        var change = Date(timeIntervalSince1970: 946_684_800)
        while let next = place.nextDaylightSavingTimeTransition(after: change), next > change, edges.count < 80 {
            edges.append(Instant(secondsSince1970: Int64(next.timeIntervalSince1970)))
            change = next
        }
        for year in 2000...2037 {
            for day in ["\(year)-03-01", "\(year)-02-01", "\(year)-12-31"] {
                if let date = CivilDate(day) { edges.append(Instant(secondsSince1970: date.daysSince1970 * 86_400)) }
            }
            if let leap = CivilDate("\(year)-02-29") {
                edges.append(Instant(secondsSince1970: leap.daysSince1970 * 86_400))
            }
        }
        return edges.filter { span.contains($0.millisecondsSince1970) }
    }
}
