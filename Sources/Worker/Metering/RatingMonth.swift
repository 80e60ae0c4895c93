import Billing
import Ledger
import Storage

/// A month of a customer's, by its name: whatever becomes of time zones, it is the same month.
struct RatingMonth {
    /// `2026-11`.
    let name: String
    let first: Instant

    init(holding instant: Instant, in zone: CivilZone) {
        let day = zone.day(holding: instant)
        name = String(day.description.prefix(7))
        first = Instant(startOf: CivilDate(daysSince1970: day.daysSince1970 - Int64(day.day) + 1))
    }

    init?(name: String) {
        guard let day = CivilDate(name + "-01") else { return nil }
        self.name = name
        first = Instant(startOf: day)
    }

    func bucket(of meter: Meter, _ product: Product, _ customer: Customer.ID) -> MeterBucket {
        MeterBucket(meter: meter.id, product: product.id, customer: customer, span: .month, startsAt: first)
    }
}
