public import Ledger

extension ConnectedAccount.Cycle {
    /// The first moment after `instant` at which a run falls due: the next UTC midnight, or the first of the next
    /// month.
    public func nextRun(after instant: Instant) -> Instant? {
        switch self {
        case .off: return nil
        case .daily: return Instant(startOf: CivilDate(daysSince1970: instant.day.daysSince1970 + 1))
        case .monthly:
            let today = instant.day
            let (year, month) = today.month == 12 ? (today.year + 1, 1) : (today.year, today.month + 1)
            return CivilDate(year: year, month: month, day: 1).map(Instant.init(startOf:))
        }
    }
}
