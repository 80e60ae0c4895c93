import Billing
import Storage
import Synchronization

/// The numbers of series that were seen to be in the database. A series is never changed and never goes, so what is
/// here holds for every process; and it comes here only with the commit that has seen it.
final class SeriesShelf: Sendable {
    /// Some hundred bytes each.
    private static let limit = 50_000

    private let numbers = Mutex<[UsageSeries: Int64]>([:])

    func number(of series: UsageSeries) -> Int64? { numbers.withLock { $0[series] } }

    func keep(_ seen: [UsageSeries: Int64]) {
        numbers.withLock { numbers in
            if numbers.count + seen.count > Self.limit { numbers = [:] }
            numbers.merge(seen) { _, new in new }
        }
    }
}
