import Billing
import Ledger
import Worker

/// The same meters, tiers and sums with nothing running: a list of everything that happened, added up anew for each
/// question.
struct NaiveMeters {
    struct Fact {
        let id: UsageEvent.ID
        let customer: String
        /// `nil` for usage that names none.
        let product: String?
        let quantities: [String: Int64]
        let attributes: [String: String]
        let time: Instant
        let countedAt: Instant
        /// The customer's month.
        let month: String
        /// Slugs.
        let counted: Set<String>
        /// In 10⁻²¹ micros.
        let exact: Int128
        var takenBackAt: Instant?
    }

    struct Tier {
        let name: String
        let upTo: Int64?
        let femtos: Int128
        let fixed: Int64
    }

    struct Metric {
        let meter: String
        let inCredits: Bool
        let isVolume: Bool
        let tiers: [Tier]
    }

    var rules: [String: MeterRule] = [:]
    var live: Set<String> = []
    var products: [String: [Metric]] = [:]
    var sold: Set<String> = []
    var facts: [Fact] = []

    static let scale: Int128 = 1_000_000_000_000_000_000_000

    // MARK: Meters

    func counts(_ slug: String, _ quantities: [String: Int64], _ attributes: [String: String]) -> Bool {
        guard let rule = rules[slug], rule.filter.allSatisfy({ attributes[$0.key] == $0.value }) else { return false }
        switch rule.aggregation {
        case .count: return true
        case .uniqueCount: return attributes[rule.field ?? ""] != nil
        default: return quantities[rule.field ?? ""] != nil
        }
    }

    /// The meter's number over these facts, in millionths, and how many there are. A fact that was taken back counts
    /// at its own time, and is taken away at the time of its correction.
    func value(
        _ slug: String, _ facts: [Fact], at when: (Fact) -> Bool, takenBack: (Fact) -> Bool
    ) -> (millionths: Int128, events: Int64) {
        guard let rule = rules[slug] else { return (0, 0) }
        let mine = facts.filter { $0.counted.contains(slug) }
        let (added, removed) = (mine.filter(when), mine.filter { $0.takenBackAt != nil && takenBack($0) })
        let events = Int64(added.count - removed.count)
        func number(_ fact: Fact) -> Int128 { Int128(fact.quantities[rule.field ?? ""] ?? 0) }
        let sum = added.reduce(0) { $0 + number($1) } - removed.reduce(0) { $0 + number($1) }
        switch rule.aggregation {
        case .count: return (Int128(events) * 1_000_000, events)
        case .sum: return (sum, events)
        case .average:
            guard events > 0 else { return (0, events) }
            let (quotient, rest) = sum.quotientAndRemainder(dividingBy: Int128(events))
            return (rest < 0 ? quotient - 1 : quotient, events)
        case .max: return (added.map(number).max() ?? 0, events)
        case .uniqueCount:
            return (Int128(Set(added.map { $0.attributes[rule.field ?? ""] ?? "" }).count) * 1_000_000, events)
        case .latest:
            let last = added.max { ($0.time, number($0)) < ($1.time, number($1)) }
            return (last.map(number) ?? 0, events)
        }
    }

    // MARK: Prices

    /// What the event costs, in 10⁻²¹ micros; `nil` where no meter of the product counts it.
    func price(of fact: Fact, _ product: String) -> Int128? {
        var sum: Int128?
        let before = facts.filter {
            $0.product == product && $0.customer == fact.customer && $0.month == fact.month
        }
        for metric in products[product] ?? [] where fact.counted.contains(metric.meter) {
            // Only what was counted while the meter was one of the product's: all of it, as metrics are not taken away.
            let total = value(metric.meter, before, at: { _ in true }, takenBack: { _ in true }).millionths
            let then = value(metric.meter, before + [fact], at: { _ in true }, takenBack: { _ in true }).millionths
            sum = (sum ?? 0) + price(metric, then, fact.time) - price(metric, total, fact.time)
        }
        return sum
    }

    private func price(_ metric: Metric, _ total: Int128, _ time: Instant) -> Int128 {
        guard total > 0 else { return 0 }
        let worth = metric.inCredits ? Self.creditMicros(time) : 1_000_000
        func part(_ tier: Tier, _ quantity: Int128) -> Int128 {
            (tier.femtos * quantity + Int128(tier.fixed) * 1_000_000_000_000_000) * worth
        }
        if metric.isVolume {
            let tier = metric.tiers.first { $0.upTo.map { total <= Int128($0) } ?? true }
            return tier.map { part($0, total) } ?? 0
        }
        var (sum, start): (Int128, Int128) = (0, 0)
        for tier in metric.tiers where total > start {
            let end = tier.upTo.map { min(total, Int128($0)) } ?? total
            sum += part(tier, end - start)
            start = tier.upTo.map { Int128($0) } ?? total
        }
        return sum
    }

    private static func creditMicros(_ time: Instant) -> Int128 {
        time >= Instant(startOf: CivilDate("2026-12-10") ?? time.day) ? 333 : 10_007
    }

    /// What a customer's events come to, less what was taken back, rounded down.
    func posted(by customer: String) -> Int64 {
        let exact = facts.filter { $0.customer == customer && $0.takenBackAt == nil }.reduce(0) { $0 + $1.exact }
        let (quotient, rest) = exact.quotientAndRemainder(dividingBy: Self.scale)
        return Int64(rest < 0 ? quotient - 1 : quotient)
    }
}
