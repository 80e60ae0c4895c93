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
        let before: UsageSums?
        var sums: UsageSums
        var units: [UsageUnit: Int64]
        var isTouched = false
        var changedUnits: Set<UsageUnit> = []
    }

    private struct Key: Hashable {
        let series: UsageSeries
        let span: UsageSpan
        let startsAt: Instant
    }

    private let account: ConnectedAccount
    private let tx: Transaction
    private let zone: CivilZone
    private var stretches: [Stretch] = []
    private var places: [Key: Int] = [:]
    /// The number of each series; nil for one that is new.
    private var series: [UsageSeries: Int64?] = [:]
    private var days: [Instant: Instant] = [:]

    init(account: ConnectedAccount, tx: Transaction) {
        self.account = account
        self.tx = tx
        zone = account.zone
    }

    /// - Throws: `overflow`; nothing is changed then.
    mutating func adding(_ event: UsageEvent, labels: UsageLabels) throws -> [Change] {
        let series = UsageSeries(account: account.id, customer: event.customer, labels: labels)
        let quarter = QuarterHour.start(holding: event.countedAt)
        let sums = UsageSums(event)
        let units = event.quantities.sorted.filter { !$0.unit.isToken && !$0.quantity.isZero }
        return try [(UsageSpan.quarter, quarter), (.day, day(of: quarter))].map { span, start in
            let place = try place(of: Key(series: series, span: span, startsAt: start))
            let stretch = stretches[place]
            var totals: [UsageUnit: Int64] = [:]
            for (unit, quantity) in units {
                totals[unit] = try Quantity(millionths: stretch.units[unit] ?? 0).adding(quantity).millionths
            }
            return Change(place: place, sums: try stretch.sums.adding(sums), units: totals)
        }
    }

    mutating func take(_ changes: [Change]) {
        for change in changes {
            stretches[change.place].sums = change.sums
            stretches[change.place].isTouched = true
            for (unit, total) in change.units {
                stretches[change.place].units[unit] = total
                stretches[change.place].changedUnits.insert(unit)
            }
        }
    }

    mutating func write() throws {
        for stretch in stretches where stretch.isTouched {
            let bucket = UsageBucket(
                series: try number(of: stretch.series), span: stretch.span, startsAt: stretch.startsAt)
            try tx.usageTotals.write(stretch.sums, to: bucket, before: stretch.before)
            for unit in stretch.changedUnits.sorted() {
                try tx.usageTotals.write(stretch.units[unit] ?? 0, of: unit, to: bucket)
            }
        }
    }

    /// Quarters of an hour lie within one day of every time zone.
    private mutating func day(of quarter: Instant) -> Instant {
        if let known = days[quarter] { return known }
        let day = Period(.day, holding: quarter, in: zone).start
        days[quarter] = day
        return day
    }

    private mutating func place(of key: Key) throws -> Int {
        if let known = places[key] { return known }
        if series[key.series] == nil { series[key.series] = .some(try tx.usageTotals.find(key.series)) }
        var (before, units): (UsageSums?, [UsageUnit: Int64]) = (nil, [:])
        if case .some(.some(let number)) = series[key.series] {
            let bucket = UsageBucket(series: number, span: key.span, startsAt: key.startsAt)
            before = try tx.usageTotals.sums(of: bucket)
            if before != nil { units = try tx.usageTotals.units(of: bucket) }
        }
        stretches.append(
            Stretch(
                series: key.series, span: key.span, startsAt: key.startsAt, before: before,
                sums: before ?? UsageSums(), units: units))
        places[key] = stretches.count - 1
        return stretches.count - 1
    }

    private mutating func number(of key: UsageSeries) throws -> Int64 {
        if case .some(.some(let number)) = series[key] { return number }
        let number = try tx.usageTotals.open(key)
        series[key] = .some(number)
        return number
    }
}
