import Billing
import Foundation
import Ledger
import Testing

@Suite struct PeriodTests {
    /// Those whose clocks do what few expect: half hours, midnights and whole days that are not there, a clock put back
    /// over midnight, Ramadan, the far east and the far west of the date line.
    static let odd = [
        "UTC", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "America/Santiago", "Asia/Beirut",
        "America/Havana", "America/St_Johns", "Africa/Casablanca", "Africa/Cairo", "Asia/Tehran", "Asia/Kathmandu",
        "Pacific/Kiritimati", "Pacific/Chatham", "America/Asuncion", "America/Sao_Paulo", "Atlantic/Azores",
        "America/Scoresbysund", "Pacific/Kwajalein", "Asia/Amman", "Asia/Gaza", "Antarctica/Troll", "Europe/Dublin",
    ]

    private func instant(_ text: String) throws -> Instant { try #require(Instant(rfc3339: text)) }
    private func zone(_ name: String) throws -> CivilZone { try #require(CivilZone(name)) }

    @Test(arguments: [
        // The clock goes half an hour.
        ("Australia/Lord_Howe", "2026-04-05T00:00:00Z", "2026-04-04T13:00:00Z", "2026-04-05T13:30:00Z"),
        ("Australia/Lord_Howe", "2026-10-04T00:00:00Z", "2026-10-03T13:30:00Z", "2026-10-04T13:00:00Z"),
        // The 30th of December 2011 was not.
        ("Pacific/Apia", "2011-12-30T09:59:59.999Z", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z"),
        ("Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"),
        // Midnight is skipped, and the day has 23 hours.
        ("America/Santiago", "2025-09-07T12:00:00Z", "2025-09-07T04:00:00Z", "2025-09-08T03:00:00Z"),
        ("Asia/Beirut", "2025-03-30T12:00:00Z", "2025-03-29T22:00:00Z", "2025-03-30T21:00:00Z"),
        // An hour before midnight comes twice.
        ("America/Santiago", "2025-04-05T12:00:00Z", "2025-04-05T03:00:00Z", "2025-04-06T04:00:00Z"),
        // The clock shows midnight twice: the day begins the first time.
        ("America/Havana", "2025-11-02T12:00:00Z", "2025-11-02T04:00:00Z", "2025-11-03T05:00:00Z"),
        // A minute after midnight it is 23:01 again: the day that has begun goes on.
        ("America/St_Johns", "2006-10-29T02:45:00Z", "2006-10-29T02:30:00Z", "2006-10-30T03:30:00Z"),
        ("Europe/Berlin", "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
    ])
    func `a day has the hours that its clock gives it`(name: String, at: String, start: String, end: String) throws {
        let day = Period(.day, holding: try instant(at), in: try zone(name))
        #expect(day.start.rfc3339 == start && day.end.rfc3339 == end, "\(day.start.rfc3339) \(day.end.rfc3339)")
    }

    @Test(arguments: [
        ("UTC", "2028-02-29T23:59:59.999Z", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z"),
        ("UTC", "2026-12-31T23:59:59.999Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        ("Europe/Berlin", "2026-03-31T22:00:00Z", "2026-03-31T22:00:00Z", "2026-04-30T22:00:00Z"),
        ("Europe/Berlin", "2026-03-31T21:59:59Z", "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z"),
        ("Pacific/Kiritimati", "2026-01-31T10:00:00Z", "2026-01-31T10:00:00Z", "2026-02-28T10:00:00Z"),
        ("Pacific/Apia", "2011-12-15T00:00:00Z", "2011-12-01T10:00:00Z", "2011-12-31T10:00:00Z"),
    ])
    func `a month goes from a first to a first`(name: String, at: String, start: String, end: String) throws {
        let month = Period(.month, holding: try instant(at), in: try zone(name))
        #expect(month.start.rfc3339 == start && month.end.rfc3339 == end)
    }

    @Test(arguments: odd)
    func `a zone's days begin when its clock first shows them, minute by minute`(name: String) throws {
        let zone = try zone(name)
        // Every change of the clock from 2004 on, and the days around it.
        let place = try #require(TimeZone(identifier: name))
        var change = Date(timeIntervalSince1970: 1_072_915_200)
        for _ in 0..<24 {
            guard let next = place.nextDaylightSavingTimeTransition(after: change), next > change else { break }
            change = next
            var latest = Int64.min
            var before: Int64?
            for minute in Int64(-1_560)...1_560 {
                let at = Instant(secondsSince1970: Int64(next.timeIntervalSince1970) + minute * 60)
                let shown = at.adding(seconds: zone.secondsFromUTC(at: at)).day.daysSince1970
                latest = max(latest, shown)
                if let before, before < latest {
                    let day = Period(.day, holding: at, in: zone)
                    #expect(day.start == at && zone.day(holding: at).daysSince1970 == latest, "\(at.rfc3339)")
                }
                before = latest
            }
        }
    }

    @Test(arguments: odd)
    func `days and months tile time without a gap or an overlap`(name: String) throws {
        let zone = try zone(name)
        for kind in [PeriodKind.day, .month] {
            var period = Period(kind, holding: try instant("2004-01-01T00:00:00Z"), in: zone)
            let until = try instant(kind == .day ? "2013-01-01T00:00:00Z" : "2040-01-01T00:00:00Z")
            while period.start < until {
                let next = try #require(period.next(in: zone))
                #expect(period.start < period.end && next.start == period.end && next.kind == kind)
                #expect(next.previous(in: zone) == period, "\(period.start.rfc3339)")
                let last = period.end.adding(milliseconds: -1)
                #expect(Period(kind, holding: last, in: zone) == period, "\(period.start.rfc3339)")
                period = next
            }
        }
    }

    @Test func `in every zone a random moment lies in its minute, its day and its month`() throws {
        var random = SeededGenerator(seed: 7)
        let names = TimeZone.knownTimeZoneIdentifiers.filter { $0.contains("/") }
        #expect(names.count > 400)
        for name in names {
            let zone = try zone(name)
            for _ in 0..<40 {
                let at = Instant(
                    millisecondsSince1970: .random(in: -2_000_000_000_000...9_000_000_000_000, using: &random))
                let periods = [PeriodKind.minute, .day, .month].map { Period($0, holding: at, in: zone) }
                #expect(periods.allSatisfy { $0.contains(at) && !$0.contains($0.end) }, "\(name) \(at.rfc3339)")
                let inside = Instant(
                    millisecondsSince1970: .random(
                        in: periods[1].start.millisecondsSince1970..<periods[1].end.millisecondsSince1970,
                        using: &random))
                #expect(Period(.day, holding: inside, in: zone) == periods[1], "\(name) \(at.rfc3339)")
                #expect(Period(.month, holding: inside, in: zone) == periods[2], "\(name) \(at.rfc3339)")
                #expect(zone.start(of: zone.day(holding: at)) == periods[1].start, "\(name) \(at.rfc3339)")
            }
        }
    }

    @Test func `quarters of an hour in UTC fit the clock of every zone in use`() throws {
        for name in TimeZone.knownTimeZoneIdentifiers where name.contains("/") {
            let zone = try zone(name)
            for week in stride(from: 0, to: 38 * 52, by: 3) {
                let at = Instant(secondsSince1970: 946_684_800 + Int64(week) * 604_800)
                #expect(zone.secondsFromUTC(at: at) % 900 == 0, "\(name) \(at.rfc3339)")
            }
            let month = Period(.month, holding: try instant("2026-11-21T00:00:00Z"), in: zone)
            #expect(QuarterHour.start(holding: month.start) == month.start)
        }
        #expect(try QuarterHour.start(holding: instant("2026-11-21T10:44:59.999Z")) == instant("2026-11-21T10:30:00Z"))
        #expect(try QuarterHour.start(holding: instant("1969-12-31T23:59:00Z")) == instant("1969-12-31T23:45:00Z"))
    }

    @Test func `moments at the ends of time still lie in some period`() throws {
        for zone in try Self.odd.map(zone) {
            for at in [Int64.min, .min + 1, -1, .max - 1].map(Instant.init(millisecondsSince1970:)) {
                for kind in PeriodKind.allCases {
                    #expect(Period(kind, holding: at, in: zone).contains(at), "\(kind) \(zone)")
                }
            }
        }
    }

    @Test func `a month takes what happened in it until its grace is over`() throws {
        let zone = try zone("Europe/Berlin")
        let time = try instant("2026-03-31T21:59:59Z")
        let closing = try instant("2026-04-03T22:00:00Z")
        let open = Period.countedAt(time, now: closing.adding(milliseconds: -1), in: zone, graceHours: 72)
        #expect(open == (time, false))
        let late = Period.countedAt(time, now: closing, in: zone, graceHours: 72)
        #expect(late == (closing, true))
        #expect(Period.ever.isOpen(at: closing, graceHours: 0) && Period.ever.next(in: zone) == nil)
    }

    @Test(arguments: ["", "Mars", "Mars/Base", "BST", "EST", "GMT+5", "utc", "europe/berlin", "SystemV/PST8", "CET"])
    func `what is no name of IANA's, or an abbreviation, is no zone`(name: String) { #expect(CivilZone(name) == nil) }

    @Test func `a zone is known by its name`() throws {
        #expect(try zone("Europe/Berlin").description == "Europe/Berlin")
        #expect(try zone("UTC").description == "UTC" && zone("UTC") == .utc)
    }
}
