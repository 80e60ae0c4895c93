import Foundation
import Ledger

/// What a customer's months of a product cost, worked out from its price list and what was reported: it adds, counts,
/// looks for the largest, and goes through the bands. No code of the worker's is asked.
struct ProductOracle: Sendable {
    /// Of one customer in one month, as far as it was not taken back.
    struct Month: Sendable {
        var pages: Int64 = 0
        var visits: Int64 = 0
        var seats: Int64 = 0
        var sessions: Set<String> = []

        mutating func add(_ use: ProductUse) {
            pages += use.pages
            visits += 1
            seats = max(seats, use.seats)
            sessions.insert(use.session)
        }

        func value(of aggregation: SoldProduct.Aggregation) -> Int64 {
            switch aggregation {
            case .sum: pages
            case .count: visits
            case .max: seats
            case .sessions: Int64(sessions.count)
            }
        }

        /// In picos of a micro.
        var price: Int128 {
            SoldProduct.metrics.reduce(0) { sum, metric in
                let unit = metric.isInCredits ? Int128(SoldProduct.creditMicros) : 1_000_000
                return sum + unit * ProductOracle.price(of: value(of: metric.aggregation), metric)
            }
        }
    }

    /// In picos of the currency's major unit, or of a credit.
    static func price(of value: Int64, _ metric: SoldProduct.Metric) -> Int128 {
        guard value > 0 else { return 0 }
        var (sum, start): (Int128, Int64) = (0, 0)
        for band in metric.bands where value > start {
            let isLast = band.upTo.map { value <= $0 } ?? true
            if metric.isGraduated || isLast {
                let quantity = metric.isGraduated ? min(value, band.upTo ?? value) - start : value
                sum += Int128(quantity) * Int128(band.picos) + Int128(band.fixed) * 1_000_000
            }
            if isLast { break }
            start = band.upTo ?? value
        }
        return sum
    }

    /// `2026-11`, as a calendar on the wall there says.
    static func month(of instant: Instant, in zone: String) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: zone) ?? .gmt
        let date = Date(timeIntervalSince1970: TimeInterval(instant.secondsSince1970))
        let parts = calendar.dateComponents([.year, .month], from: date)
        return "\(parts.year ?? 0)-\(parts.month ?? 0)"
    }
}
