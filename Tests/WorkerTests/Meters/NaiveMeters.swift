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
        var exact: Int128
        /// What each metric of its product went from and to, and cost.
        var parts: [Part] = []
        var takenBackAt: Instant?
        /// What its correction posted.
        var returned: Int128 = 0
    }

    struct Part {
        let meter: String
        let before: Int128
        let after: Int128
        let amount: Int128
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

    /// What the event moves of its product's metrics, added up from the events that are left; empty where no meter of
    /// the product counts it.
    func parts(of fact: Fact, _ product: String) -> [Part] {
        let before = left(product, fact.customer, fact.month)
        return (products[product] ?? []).filter { fact.counted.contains($0.meter) }.map { metric in
            let (total, then) = (self.total(metric, before), self.total(metric, before + [fact]))
            return Part(
                meter: metric.meter, before: total, after: then,
                amount: price(metric, then, fact.time) - price(metric, total, fact.time))
        }
    }

    /// The month costs what is left of it from then on; where the tiers are others by now, the event's own amount goes.
    mutating func takeBack(_ place: Int, at instant: Instant) {
        facts[place].takenBackAt = instant
        let fact = facts[place]
        guard let product = fact.product, !fact.parts.isEmpty else { return facts[place].returned = -fact.exact }
        let left = left(product, fact.customer, fact.month)
        for part in fact.parts {
            let metric = products[product]?.first { $0.meter == part.meter }
            guard let metric,
                price(metric, part.after, fact.time) - price(metric, part.before, fact.time) == part.amount
            else {
                facts[place].returned -= part.amount
                continue
            }
            facts[place].returned +=
                price(metric, total(metric, left), fact.time) - price(metric, total(metric, left + [fact]), fact.time)
        }
    }

    /// What the events that are left cost a customer, as if nothing else had ever been; for tiers in money that never
    /// changed.
    func costOfWhatIsLeft(to customer: String) -> Int128 {
        let left = facts.filter { $0.customer == customer && $0.takenBackAt == nil }
        var sum = left.filter(\.parts.isEmpty).reduce(0) { $0 + $1.exact }
        for (key, facts) in Dictionary(
            grouping: left.filter { !$0.parts.isEmpty }, by: { [$0.product ?? "", $0.month] })
        {
            for metric in products[key[0]] ?? [] { sum += price(metric, total(metric, facts), facts[0].time) }
        }
        return sum
    }

    private func left(_ product: String, _ customer: String, _ month: String) -> [Fact] {
        facts.filter {
            $0.product == product && $0.customer == customer && $0.month == month && $0.takenBackAt == nil
        }
    }

    private func total(_ metric: Metric, _ facts: [Fact]) -> Int128 {
        value(metric.meter, facts, at: { _ in true }, takenBack: { _ in false }).millionths
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

    /// What a customer's events and corrections come to, rounded down.
    func posted(by customer: String) -> Int64 {
        Self.floor(facts.filter { $0.customer == customer }.reduce(0) { $0 + $1.exact + $1.returned })
    }

    static func floor(_ exact: Int128) -> Int64 {
        let (quotient, rest) = exact.quotientAndRemainder(dividingBy: scale)
        return Int64(rest < 0 ? quotient - 1 : quotient)
    }
}
