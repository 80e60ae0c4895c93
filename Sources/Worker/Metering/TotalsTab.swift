import Billing
import Ledger
import Storage

/// The running totals that a request's events add to.
struct TotalsTab {
    /// What one event would make of one stretch.
    struct Change {
        let place: Int
        let sums: UsageSums
        let units: [UsageUnit: Int64]
    }

    private struct Stretch {
        let series: UsageSeries
        let span: UsageSpan
        let startsAt: Instant
        let before: UsageSums
        var sums: UsageSums
        /// Of units that are no tokens; read when the first event brings any.
        var units: [UsageUnit: Int64]?
        var isTouched = false
        var changedUnits: Set<UsageUnit> = []
    }

    private struct Key: Hashable {
        let series: UsageSeries
        let quarter: Instant
    }

    private let account: ConnectedAccount
    private let tx: Transaction
    private let shelf: SeriesShelf
    private let zone: CivilZone
    private var stretches: [Stretch] = []
    /// Where the quarter and the day of a series are.
    private var places: [Key: [Int]] = [:]
    private var dayPlaces: [Key: Int] = [:]
    /// The number of each series; nil for one that is new.
    private var series: [UsageSeries: Int64?] = [:]
    /// Those that were not on the shelf.
    private var seen: [UsageSeries: Int64] = [:]
    private var days: [Instant: Instant] = [:]

    init(account: ConnectedAccount, shelf: SeriesShelf, tx: Transaction) {
        self.account = account
        self.shelf = shelf
        self.tx = tx
        zone = account.zone
    }

    /// Reads what these events will add to, many at once.
    mutating func read(ahead events: [UsageCandidate]) throws {
        var wanted: [UsageBucket] = []
        var keys: Set<Key> = []
        for event in events { keys.insert(key(event.tab.customer.id, event.labels, at: event.countedAt)) }
        for key in keys {
            guard let number = try knownNumber(of: key.series) else { continue }
            for (span, start) in spans(of: key.quarter) {
                wanted.append(UsageBucket(series: number, span: span, startsAt: start))
            }
        }
        let found = Dictionary(
            zip(wanted, try tx.usageTotals.sums(of: wanted)), uniquingKeysWith: { first, _ in first })
        for key in keys { try open(key) { found[$0] ?? nil } }
    }

    /// - Throws: `overflow`; nothing is changed then.
    mutating func adding(_ event: UsageEvent, labels: UsageLabels) throws -> [Change] {
        let sums = UsageSums(event)
        let units =
            event.quantities.isEmpty
            ? [] : event.quantities.sorted.filter { !$0.unit.isToken && !$0.quantity.isZero }
        return try places(of: key(event.customer, labels, at: event.countedAt)).map { place in
            var totals: [UsageUnit: Int64] = [:]
            for (unit, quantity) in units {
                let (total, isTooMuch) = try total(of: unit, at: place).addingReportingOverflow(quantity.millionths)
                guard !isTooMuch else { throw BillingError.overflow(of: unit) }
                totals[unit] = total
            }
            return Change(place: place, sums: try stretches[place].sums.adding(sums), units: totals)
        }
    }

    mutating func take(_ changes: [Change]) {
        for change in changes {
            stretches[change.place].sums = change.sums
            stretches[change.place].isTouched = true
            for (unit, total) in change.units {
                stretches[change.place].units?[unit] = total
                stretches[change.place].changedUnits.insert(unit)
            }
        }
    }

    mutating func write() throws {
        var added: [(bucket: UsageBucket, sums: UsageSums)] = []
        for stretch in stretches where stretch.isTouched {
            let bucket = UsageBucket(
                series: try number(of: stretch.series), span: stretch.span, startsAt: stretch.startsAt)
            added.append((bucket, try stretch.sums.subtracting(stretch.before)))
        }
        try tx.usageTotals.add(added)
        let (shelf, seen) = (shelf, seen)
        if !seen.isEmpty { tx.whenCommitted { shelf.keep(seen) } }
        for (bucket, stretch) in zip(added.map(\.bucket), stretches.lazy.filter(\.isTouched)) {
            for unit in stretch.changedUnits.sorted() {
                try tx.usageTotals.write(stretch.units?[unit] ?? 0, of: unit, to: bucket)
            }
        }
    }

    // MARK: Stretches

    private func key(_ customer: Customer.ID, _ labels: UsageLabels, at moment: Instant) -> Key {
        Key(
            series: UsageSeries(account: account.id, customer: customer, labels: labels),
            quarter: QuarterHour.start(holding: moment))
    }

    private mutating func spans(of quarter: Instant) -> [(span: UsageSpan, start: Instant)] {
        [(.quarter, quarter), (.day, day(of: quarter))]
    }

    /// Quarters of an hour lie within one day of every time zone.
    private mutating func day(of quarter: Instant) -> Instant {
        if let known = days[quarter] { return known }
        let day = Period(.day, holding: quarter, in: zone).start
        days[quarter] = day
        return day
    }

    private mutating func places(of key: Key) throws -> [Int] {
        if let known = places[key] { return known }
        let tx = tx
        return try open(key) { bucket in try tx.usageTotals.sums(of: [bucket])[0] }
    }

    @discardableResult
    private mutating func open(_ key: Key, _ read: (UsageBucket) throws -> UsageSums?) throws -> [Int] {
        if let known = places[key] { return known }
        let number = try knownNumber(of: key.series)
        var found: [Int] = []
        for (span, start) in spans(of: key.quarter) {
            let day = Key(series: key.series, quarter: start)
            if span == .day, let known = dayPlaces[day] {
                found.append(known)
                continue
            }
            let before = try number.flatMap { try read(UsageBucket(series: $0, span: span, startsAt: start)) }
            let sums = before ?? UsageSums()
            stretches.append(
                Stretch(
                    series: key.series, span: span, startsAt: start, before: sums, sums: sums,
                    units: before == nil ? [:] : nil))
            found.append(stretches.count - 1)
            if span == .day { dayPlaces[day] = stretches.count - 1 }
        }
        places[key] = found
        return found
    }

    private mutating func total(of unit: UsageUnit, at place: Int) throws -> Int64 {
        if let units = stretches[place].units { return units[unit] ?? 0 }
        let stretch = stretches[place]
        let bucket = UsageBucket(
            series: try number(of: stretch.series), span: stretch.span, startsAt: stretch.startsAt)
        let units = try tx.usageTotals.units(of: bucket)
        stretches[place].units = units
        return units[unit] ?? 0
    }

    // MARK: Series

    private mutating func knownNumber(of key: UsageSeries) throws -> Int64? {
        if let known = series[key] { return known }
        let found: Int64?
        if let known = shelf.number(of: key) {
            found = known
        } else {
            found = try tx.usageTotals.find(key)
            seen[key] = found
        }
        series[key] = .some(found)
        return found
    }

    private mutating func number(of key: UsageSeries) throws -> Int64 {
        if let number = try knownNumber(of: key) { return number }
        let number = try tx.usageTotals.open(key)
        series[key] = .some(number)
        seen[key] = number
        return number
    }
}
