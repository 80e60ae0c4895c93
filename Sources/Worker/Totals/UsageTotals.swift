public import Billing
import Ledger
public import Storage

/// Questions about usage, answered from running totals: a month costs as much to ask for at ten million events as at
/// ten thousand.
public struct UsageTotals: Sendable {
    let context: WorkerContext

    /// Groups in the order of their values; `limit` of them.
    /// - Throws: `invalid_field`, `unaligned_time`, `range_too_long`, naming the parameter.
    public func ask(_ query: UsageQuery, account: ConnectedAccount, in tx: Transaction) throws -> [UsageTotal] {
        let plan = try UsagePlan(query, account: account)
        var groups: [[String]: (figures: UsageFigures<Int128>, units: [UsageUnit: Int128])] = [:]
        for stretch in plan.stretches {
            try tx.usageTotals.forEach(plan.question, in: stretch) { group, figures in
                let key = plan.values(of: group)
                let before = groups[key]
                groups[key] = (try before?.figures.adding(figures) ?? figures, before?.units ?? [:])
            }
            try tx.usageTotals.forEachUnit(plan.question, in: stretch) { group, unit, total in
                groups[plan.values(of: group)]?.units[unit, default: 0] += total
            }
        }
        return try GroupPage(of: groups.keys, after: query.after, limit: query.limit).groups.map { values in
            UsageTotal(
                id: GroupPage.id(of: values), groups: query.named(values),
                figures: groups[values]?.figures ?? UsageFigures(), units: groups[values]?.units ?? [:])
        }
    }

    /// The merchant's own names of the customers whom totals are of, by our ids.
    public func externalIDs(in totals: some Sequence<UsageTotal>, in tx: Transaction) throws -> [String: String] {
        try Customers(context: context).externalIDs(of: totals.compactMap { $0.groups.customer }, in: tx)
    }

    /// To be called when the account's time zone has changed, in the same commit: days and months begin elsewhere.
    /// - Parameter account: with the new time zone.
    public func timeZoneHasChanged(of account: ConnectedAccount, in tx: Transaction) throws {
        try rebuildDays(of: account, in: tx)
        try MeterReadings(context: context).timeZoneHasChanged(of: account, in: tx)
        try LimitCounters(context: context).recount(account, in: tx)
    }

    private func rebuildDays(of account: ConnectedAccount, in tx: Transaction) throws {
        let zone = account.zone
        var days: [Instant: Instant] = [:]
        try tx.usageTotals.rebuildDays(of: account.id) { quarter in
            let day = days[quarter] ?? Period(.day, holding: quarter, in: zone).start
            days[quarter] = day
            return day
        }
    }
}

/// Which rows answer a question, and what is shown of them.
struct UsagePlan {
    let question: UsageTotalsQuestion
    let stretches: [UsageTotalsStretch]
    let from: Instant
    let to: Instant
    private let query: UsageQuery
    private let period: UsageGrouping?
    private let zone: CivilZone

    private static let longestDays: Int64 = 3_660
    private static let longestHours: Int64 = 31
    /// By quarters of an hour, where each day of another time zone is asked for.
    private static let longestQuarters: Int64 = 100

    init(_ query: UsageQuery, account: ConnectedAccount) throws {
        self.query = query
        guard let zone = query.timeZone.map({ CivilZone($0) }) ?? account.zone else {
            throw WorkerError.invalid("time_zone", "time_zone must be an IANA name such as Europe/Berlin")
        }
        self.zone = zone
        let periods = query.groupBy.filter { $0.dimension == nil }
        guard Set(query.groupBy).count == query.groupBy.count, periods.count <= 1 else {
            throw WorkerError.invalid("group_by", "name each group once, and one of hour, day and month at most")
        }
        period = periods.first
        from = try Self.moment(query.from, "from", zone)
        to = try Self.moment(query.to, "to", zone)
        guard from < to else { throw WorkerError.invalid("to", "to must be later than from") }
        let days = (to.millisecondsSince1970 - from.millisecondsSince1970) / 86_400_000
        let isByHour = period == .hour
        let isByMonth = period == .month
        let hasDays = !isByHour && (period == nil || isByMonth || zone == account.zone)
        let longest = isByHour ? Self.longestHours : hasDays ? Self.longestDays : Self.longestQuarters
        guard days <= longest else {
            let why = isByHour ? " by hour" : hasDays ? "" : " by day in another time zone than the account's"
            throw WorkerError.invalid(
                "from", "ask for at most \(longest) days at a time\(why)", code: "range_too_long")
        }
        if isByMonth, zone != account.zone {
            stretches = Self.months(from, to, zone).flatMap { Self.stretches($0.start, $0.end, account.zone) }
        } else {
            stretches = hasDays ? Self.stretches(from, to, account.zone) : [.init(span: .quarter, from: from, to: to)]
        }
        question = UsageTotalsQuestion(
            account: account.id, filters: query.filters, groupedBy: query.groupBy.compactMap(\.dimension),
            isByStart: period != nil)
    }

    /// The months between the two, the first and the last cut off there. A day of another time zone that lies within
    /// one is a day of that month.
    private static func months(_ from: Instant, _ to: Instant, _ zone: CivilZone) -> [(start: Instant, end: Instant)] {
        var months: [(start: Instant, end: Instant)] = []
        var start = from
        while start < to {
            let end = min(Period(.month, holding: start, in: zone).end, to)
            months.append((start, end))
            start = end
        }
        return months
    }

    /// Whole days where there are any, and quarters of an hour at either end.
    static func stretches(_ from: Instant, _ to: Instant, _ zone: CivilZone) -> [UsageTotalsStretch] {
        let day = Period(.day, holding: from, in: zone)
        let first = day.start == from ? from : day.end
        let last = Period(.day, holding: to, in: zone).start
        guard first < last else { return [UsageTotalsStretch(span: .quarter, from: from, to: to)] }
        return [
            UsageTotalsStretch(span: .quarter, from: from, to: first),
            UsageTotalsStretch(span: .day, from: first, to: last),
            UsageTotalsStretch(span: .quarter, from: last, to: to),
        ].filter { $0.from < $0.to }
    }

    /// What a group is called, in the order of the question.
    func values(of group: UsageTotalsGroup) -> [String] {
        var values = group.values.makeIterator()
        return query.groupBy.map { grouping in
            grouping.dimension == nil ? group.startsAt.map { period(holding: $0) } ?? "" : values.next() ?? ""
        }
    }

    /// What the hour, day or month is called that holds this moment; empty where none is asked for.
    func period(holding moment: Instant) -> String {
        switch period {
        case .hour: startOfHour(moment).rfc3339
        case .day: zone.day(holding: moment).description
        case .month: String(zone.day(holding: moment).description.prefix(7))
        default: ""
        }
    }

    /// The full hour on the wall.
    private func startOfHour(_ instant: Instant) -> Instant {
        let local = instant.secondsSince1970 + zone.secondsFromUTC(at: instant)
        return Instant(secondsSince1970: instant.secondsSince1970 - ((local % 3600) + 3600) % 3600)
    }

    private static func moment(_ text: String, _ field: String, _ zone: CivilZone) throws -> Instant {
        if let date = CivilDate(text) { return zone.start(of: date) }
        guard let instant = Instant(rfc3339: text) else {
            throw WorkerError.invalid(
                field, "\(field) must be a date such as 2026-11-01, or a time such as 2026-11-01T09:15:00Z")
        }
        guard QuarterHour.start(holding: instant) == instant else {
            throw WorkerError.invalid(
                field, "\(field) must be at a full quarter of an hour, such as 2026-11-01T09:15:00Z",
                code: "unaligned_time")
        }
        return instant
    }
}
