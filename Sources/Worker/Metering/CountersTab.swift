import Billing
import Ledger
import Storage

/// The counters of limits that a request's events add to.
struct CountersTab {
    struct Change {
        let id: LimitCounterID
        let used: LimitAmounts
    }

    private struct Counter {
        let before: LimitAmounts
        let held: LimitAmounts
        var used: LimitAmounts
        var isTouched = false
    }

    private struct Moment: Hashable {
        let zone: CivilZone
        let quarter: Instant
    }

    /// Minutes are kept for so long.
    static let minuteMemorySeconds: Int64 = 3600

    private let tx: Transaction
    private let now: Instant
    private var counters: [LimitCounterID: Counter] = [:]
    private var periods: [Moment: [Period]] = [:]

    init(tx: Transaction, now: Instant) {
        self.tx = tx
        self.now = now
    }

    /// As it stands with the events so far.
    mutating func get(_ id: LimitCounterID) throws -> LimitCounter {
        let counter = try counter(id)
        return LimitCounter(id: id, used: counter.used, held: counter.held)
    }

    /// - Throws: `overflow`; nothing is changed then.
    mutating func adding(_ event: UsageEvent, tab: CustomerTab, key: ApiKey?, zone: CivilZone) throws -> [Change] {
        let use = try LimitAmounts(event)
        let customer = LimitCounterID.subject(of: event.customer)
        let account = LimitCounterID.subject(of: event.account)
        var ids = periods(of: event.countedAt, for: customer, in: tab.zone)
        ids += periods(of: event.countedAt, for: account, in: zone)
        // A captured request was counted in the minute in which it was let in.
        if event.authorization != nil { ids.removeAll { $0.period == .minute } }
        if let key {
            ids.append(LimitCounterID(subject: key.limitSubject, .ever))
        }
        return try ids.map { id in Change(id: id, used: try counter(id).used.adding(use)) }
    }

    mutating func take(_ changes: [Change]) {
        for change in changes {
            counters[change.id]?.used = change.used
            counters[change.id]?.isTouched = true
        }
    }

    func write() throws {
        for (id, counter) in counters where counter.isTouched {
            try tx.limitCounters.setUsed(counter.used, of: id, before: counter.before)
            guard id.period == .minute, counter.before == .zero else { continue }
            try tx.limitCounters.forgetMinutes(
                of: id.subject, before: now.adding(seconds: -Self.minuteMemorySeconds))
        }
    }

    /// What the events have moved.
    var moved: [(id: LimitCounterID, before: LimitAmounts, after: LimitAmounts)] {
        counters.filter(\.value.isTouched).map { ($0.key, $0.value.before, $0.value.used) }
    }

    private mutating func periods(of moment: Instant, for subject: String, in zone: CivilZone) -> [LimitCounterID] {
        let key = Moment(zone: zone, quarter: QuarterHour.start(holding: moment))
        let days = periods[key] ?? [PeriodKind.day, .month].map { Period($0, holding: key.quarter, in: zone) }
        periods[key] = days
        var ids = days.map { LimitCounterID(subject: subject, $0) }
        // What is read in from long ago is no request of this minute.
        if moment > now.adding(seconds: -Self.minuteMemorySeconds) {
            ids.append(LimitCounterID(subject: subject, Period(.minute, holding: moment, in: .utc)))
        }
        return ids
    }

    private mutating func counter(_ id: LimitCounterID) throws -> Counter {
        if let known = counters[id] { return known }
        let stored = try tx.limitCounters.get(id)
        let counter = Counter(before: stored.used, held: stored.held, used: stored.used)
        counters[id] = counter
        return counter
    }
}
