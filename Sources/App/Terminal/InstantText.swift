import Ledger

extension Instant {
    /// `2026-11-21 09:30Z`, for the columns of a list.
    var listText: String { shortText.dropLast(4) + "Z" }

    /// `2026-11-21 09:30:00Z`, to the second.
    var shortText: String {
        Instant(secondsSince1970: secondsSince1970).rfc3339.replacing("T", with: " ")
    }
}
