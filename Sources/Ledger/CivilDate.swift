/// A day of the Gregorian calendar, with the arithmetic of Howard Hinnant's "chrono-compatible low-level date
/// algorithms".
public struct CivilDate: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let year: Int64
    public let month: Int64
    public let day: Int64

    /// - Returns: `nil` for a day that the calendar does not have.
    public init?(year: Int64, month: Int64, day: Int64) {
        guard (1...9999).contains(year), (1...12).contains(month) else { return nil }
        guard (1...Self.length(ofMonth: month, year: year)).contains(day) else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// Reads what `description` writes: `2026-11-21`.
    public init?(_ text: String) {
        guard text.utf8.count == 10, let instant = Instant(rfc3339: text + "T00:00:00Z") else { return nil }
        self = instant.day
    }

    public init(daysSince1970: Int64) {
        let shifted = daysSince1970 + 719_468
        let era = Instant.floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    public var daysSince1970: Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = Instant.floorDivide(shiftedYear, 400)
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// ISO 8601: `2026-11-21`.
    public var description: String {
        "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
    }

    public static func < (left: Self, right: Self) -> Bool { left.daysSince1970 < right.daysSince1970 }

    public static func length(ofMonth month: Int64, year: Int64) -> Int64 {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Instant {
    static let millisecondsPerDay: Int64 = 86_400_000

    /// The UTC day that holds this moment.
    public var day: CivilDate {
        CivilDate(daysSince1970: Self.floorDivide(millisecondsSince1970, Self.millisecondsPerDay))
    }

    public init(startOf day: CivilDate) {
        self.init(millisecondsSince1970: day.daysSince1970 * Self.millisecondsPerDay)
    }

    /// What RFC 3339 has four digits for: the years 1 to 9999.
    private static let writable =
        Instant(
            millisecondsSince1970: -62_135_596_800_000)...Instant(
            millisecondsSince1970: 253_402_300_799_999)

    /// RFC 3339 in UTC: `2026-11-21T09:30:00Z`, with `.123` before the `Z` when there are milliseconds. A moment before
    /// the year 1 or after 9999 is written as the first or the last one between.
    public var rfc3339: String {
        min(max(self, Self.writable.lowerBound), Self.writable.upperBound).writtenOut
    }

    private var writtenOut: String {
        let ofDay = millisecondsSince1970 - day.daysSince1970 * Self.millisecondsPerDay
        let (seconds, milliseconds) = ofDay.quotientAndRemainder(dividingBy: 1000)
        let time = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { CivilDate.padded($0, 2) }
        let fraction = milliseconds == 0 ? "" : "." + CivilDate.padded(milliseconds, 3)
        return "\(day)T\(time.joined(separator: ":"))\(fraction)Z"
    }

    /// Reads RFC 3339 (`2026-11-21T09:30:00.5+01:00`); digits after the milliseconds are dropped.
    /// - Returns: `nil` for anything else, a leap second and a moment outside the years 1 to 9999 in UTC included.
    public init?(rfc3339 text: String) {
        var scanner = DigitScanner(text)
        guard let year = scanner.number(4), scanner.skip("-"), let month = scanner.number(2), scanner.skip("-"),
            let day = scanner.number(2), let date = CivilDate(year: year, month: month, day: day),
            scanner.skip("T") || scanner.skip("t") || scanner.skip(" "),
            let hour = scanner.number(2), hour < 24, scanner.skip(":"),
            let minute = scanner.number(2), minute < 60, scanner.skip(":"),
            let second = scanner.number(2), second < 60,
            let milliseconds = scanner.fractionInMilliseconds(), let offset = scanner.offsetInMinutes(),
            scanner.isAtEnd
        else { return nil }
        let seconds = (hour * 60 + minute - offset) * 60 + second
        self = Instant(startOf: date).adding(milliseconds: seconds * 1000 + milliseconds)
        guard (1...9999).contains(self.day.year) else { return nil }
    }
}

/// Reads the fixed-width digits of a timestamp.
private struct DigitScanner {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = Substring(text).utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard let first = rest.first, UInt32(first) == character.value else { return false }
        rest.removeFirst()
        return true
    }

    mutating func number(_ width: Int) -> Int64? {
        let digits = rest.prefix(width)
        guard digits.count == width, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        rest = rest.dropFirst(width)
        return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    /// Zero when there is no fraction; `nil` for a dot without digits.
    mutating func fractionInMilliseconds() -> Int64? {
        guard skip(".") else { return 0 }
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        guard (1...9).contains(digits.count) else { return nil }
        rest = rest.dropFirst(digits.count)
        let padded = Array(digits.prefix(3)) + Array(repeating: 0x30, count: max(0, 3 - digits.count))
        return padded.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    mutating func offsetInMinutes() -> Int64? {
        if skip("Z") || skip("z") { return 0 }
        let sign: Int64 = skip("+") ? 1 : -1
        guard sign == 1 || skip("-"), let hours = number(2), hours < 24, skip(":"), let minutes = number(2),
            minutes < 60
        else { return nil }
        return sign * (hours * 60 + minutes)
    }
}
