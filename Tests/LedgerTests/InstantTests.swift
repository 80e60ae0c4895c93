import Foundation
import Ledger
import Testing

@Suite struct InstantTests {
    /// The years 1 to 9999.
    private static let writable = Int64(-62_135_596_800_000)...Int64(253_402_300_799_999)

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `10,000 moments survive RFC 3339, with and without an offset`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<10_000 {
            let instant = Instant(millisecondsSince1970: Int64.random(in: Self.writable, using: &generator))
            #expect(Instant(rfc3339: instant.rfc3339) == instant)
            let minutes = Int64.random(in: -1439...1439, using: &generator)
            let local = instant.adding(seconds: minutes * 60)
            guard Self.writable.contains(local.millisecondsSince1970) else { continue }
            let sign = minutes < 0 ? "-" : "+"
            let offset =
                sign
                + [abs(minutes) / 60, abs(minutes) % 60].map { ($0 < 10 ? "0" : "") + "\($0)" }.joined(separator: ":")
            #expect(Instant(rfc3339: local.rfc3339.dropLast() + offset) == instant)
        }
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `days and moments since 1583 are those of Foundation's calendar`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        let parts: Set<Calendar.Component> = [.year, .month, .day]
        for _ in 0..<500 {
            let seconds = Int64.random(in: -12_000_000_000...200_000_000_000, using: &generator)
            let instant = Instant(secondsSince1970: seconds)
            let date = Date(timeIntervalSince1970: TimeInterval(seconds))
            let peer = calendar.dateComponents(parts, from: date)
            let day = instant.day
            #expect([Int(day.year), Int(day.month), Int(day.day)] == [peer.year, peer.month, peer.day])
            #expect(date.formatted(.iso8601) == instant.rfc3339)
        }
    }

    @Test func `each day of 3,000 years follows the one before and counts one more`() {
        let first = CivilDate(year: 1, month: 1, day: 1)!.daysSince1970
        var before = CivilDate(daysSince1970: first)
        for number in (first + 1)...(first + 1_095_726) {
            let day = CivilDate(daysSince1970: number)
            let isNext =
                day.daysSince1970 == number && before < day
                && (day.day == before.day + 1 || (day.day == 1 && (day.month == before.month + 1 || day.month == 1)))
            if !isNext { Issue.record("\(before) is followed by \(day)") }
            before = day
        }
        #expect(before.description == "3000-12-31")
    }

    @Test func `milliseconds are written only where there are some`() {
        #expect(Instant(millisecondsSince1970: 0).rfc3339 == "1970-01-01T00:00:00Z")
        #expect(Instant(millisecondsSince1970: 7).rfc3339 == "1970-01-01T00:00:00.007Z")
        #expect(Instant(millisecondsSince1970: -1).rfc3339 == "1969-12-31T23:59:59.999Z")
        #expect(Instant(secondsSince1970: 1_795_253_656).rfc3339 == "2026-11-21T09:34:16Z")
    }

    @Test func `fractions are read to the millisecond`() {
        #expect(Instant(rfc3339: "1970-01-01T00:00:00.5Z")?.millisecondsSince1970 == 500)
        #expect(Instant(rfc3339: "1970-01-01t00:00:00.123999999z")?.millisecondsSince1970 == 123)
        #expect(Instant(rfc3339: "1970-01-01 01:00:00+01:00")?.millisecondsSince1970 == 0)
    }

    @Test(arguments: [
        "", "1970-01-01", "1970-01-01T00:00:00", "1970-13-01T00:00:00Z", "1970-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
        "1970-01-01T24:00:00Z", "1970-01-01T00:60:00Z", "2016-12-31T23:59:60Z", "1970-01-01T00:00:00.Z",
        "1970-01-01T00:00:00+24:00", "1970-01-01T00:00:00+0100", "1970-01-01T00:00:00Z ", " 1970-01-01T00:00:00Z",
        "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "1970-1-01T00:00:00Z",
        "١٩٧٠-01-01T00:00:00Z", "1970-01-01T00:00:00.1234567890Z",
    ])
    func `what is no RFC 3339 moment of the years 1 to 9999 is not read`(text: String) {
        #expect(Instant(rfc3339: text) == nil)
    }

    @Test func `an absurd time stops at the end and never wraps`() {
        #expect(Instant(secondsSince1970: .max).millisecondsSince1970 == .max)
        #expect(Instant(secondsSince1970: .min).millisecondsSince1970 == .min)
        let late = Instant(millisecondsSince1970: .max - 1)
        #expect(late.adding(seconds: .max) > late && late.adding(milliseconds: .max) > late)
        let early = Instant(millisecondsSince1970: .min + 1)
        #expect(early.adding(seconds: .min) < early && early.adding(milliseconds: -2) < early)
        #expect(early.day < late.day)
    }

    @Test func `a moment that RFC 3339 has no digits for is written as the nearest that it has`() {
        for instant in [Instant(millisecondsSince1970: .max), Instant(millisecondsSince1970: 253_402_300_800_000)] {
            #expect(instant.rfc3339 == "9999-12-31T23:59:59.999Z")
        }
        for instant in [Instant(millisecondsSince1970: .min), Instant(millisecondsSince1970: -62_135_596_800_001)] {
            #expect(instant.rfc3339 == "0001-01-01T00:00:00Z")
        }
    }

    @Test func `seconds are rounded towards the past`() {
        #expect(Instant(millisecondsSince1970: -1).secondsSince1970 == -1)
        #expect(Instant(millisecondsSince1970: 1_999).secondsSince1970 == 1)
    }

    @Test func `the calendar has the days it has`() {
        #expect(CivilDate(year: 2024, month: 2, day: 29)?.description == "2024-02-29")
        #expect(CivilDate(year: 2000, month: 2, day: 29) != nil)
        for (year, month, day) in [
            (2023, 2, 29), (2100, 2, 29), (2026, 4, 31), (2026, 0, 1), (0, 1, 1), (10_000, 1, 1),
        ] {
            #expect(CivilDate(year: Int64(year), month: Int64(month), day: Int64(day)) == nil)
        }
    }
}
