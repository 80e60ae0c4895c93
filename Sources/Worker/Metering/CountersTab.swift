import Billing
import Ledger
import Storage

/// The counters of limits that a request's events add to.
struct CountersTab {
    struct Change {
        let place: Int
        let used: LimitAmounts
    }

    private struct Counter {
        let id: LimitCounterID
        let before: LimitAmounts
        let held: LimitAmounts
        var used: LimitAmounts
        var isTouched = false
    }

    /// Events of one occasion count in the same periods.
    private struct Occasion: Hashable {
        let customer: Customer.ID
        let key: String?
        let minute: Int64
        /// What is read in from a file or from long ago is no request of this minute, a captured one was counted in the
        /// minute in which it was let in, and one that is taken back was made all the same.
        let countsInMinute: Bool
    }

    private struct Day: Hashable {
        let zone: CivilZone
        let quarter: Instant
    }

    /// Minutes are kept for so long.
    static let minuteMemorySeconds: Int64 = 3600

    private let tx: Transaction
    private let now: Instant
    private let account: String
    private let isImport: Bool
    /// Days and months of the account's limits.
    private let zone: CivilZone
    private var counters: [Counter] = []
    private var places: [LimitCounterID: Int] = [:]
    private var occasions: [Occasion: [Int]] = [:]
    private var days: [Day: [Period]] = [:]

    /// - Parameter isImport: whether the events are read in from a file, and so no requests of this minute.
    init(account: ConnectedAccount, isImport: Bool, tx: Transaction, now: Instant) {
        self.isImport = isImport
        self.account = LimitCounterID.subject(of: account.id)
        zone = account.zone
        self.tx = tx
        self.now = now
    }

    /// As it stands with the events so far.
    mutating func get(_ id: LimitCounterID) throws -> LimitCounter {
        let counter = counters[try place(of: id)]
        return LimitCounter(id: id, used: counter.used, held: counter.held)
    }

    /// Reads what these events will add to, many at once.
    mutating func read(ahead events: [UsageCandidate]) throws {
        var ids: [Occasion: [LimitCounterID]] = [:]
        for event in events {
            let occasion = occasion(
                event.tab, key: event.key, at: event.countedAt, isRequest: event.report.authorization == nil)
            if ids[occasion] == nil { ids[occasion] = self.ids(of: occasion, event.tab, at: event.countedAt) }
        }
        let wanted = Set(ids.values.joined()).filter { places[$0] == nil }
        for counter in try tx.limitCounters.get(Array(wanted)) { keep(counter) }
        for (occasion, ids) in ids { occasions[occasion] = ids.compactMap { places[$0] } }
    }

    /// - Parameter moment: in whose periods it counts.
    /// - Throws: `overflow`; nothing is changed then.
    mutating func adding(
        _ event: UsageEvent, tab: CustomerTab, key: ApiKey?, at moment: Instant
    ) throws -> [Change] {
        let use = try LimitAmounts(event)
        let isRequest = event.authorization == nil && event.kind != .correction
        let occasion = occasion(tab, key: key, at: moment, isRequest: isRequest)
        let places = try occasions[occasion] ?? ids(of: occasion, tab, at: moment).map { try place(of: $0) }
        occasions[occasion] = places
        return try places.map { place in Change(place: place, used: try counters[place].used.adding(use)) }
    }

    mutating func take(_ changes: [Change]) {
        for change in changes {
            counters[change.place].used = change.used
            counters[change.place].isTouched = true
        }
    }

    func write() throws {
        let touched = counters.filter(\.isTouched)
        try tx.limitCounters.add(try touched.map { ($0.id, try $0.used.subtracting($0.before)) })
        for counter in touched where counter.id.period == .minute && counter.before == .zero {
            try tx.limitCounters.forgetMinutes(
                of: counter.id.subject, before: now.adding(seconds: -Self.minuteMemorySeconds))
        }
    }

    /// What the events have moved.
    var moved: [(id: LimitCounterID, before: LimitAmounts, after: LimitAmounts)] {
        counters.filter(\.isTouched).map { ($0.id, $0.before, $0.used) }
    }

    private func occasion(_ tab: CustomerTab, key: ApiKey?, at moment: Instant, isRequest: Bool) -> Occasion {
        Occasion(
            customer: tab.customer.id, key: key?.limitSubject, minute: moment.millisecondsSince1970 / 60_000,
            countsInMinute: !isImport && isRequest && moment > now.adding(seconds: -Self.minuteMemorySeconds))
    }

    private mutating func ids(of occasion: Occasion, _ tab: CustomerTab, at moment: Instant) -> [LimitCounterID] {
        var ids: [LimitCounterID] = []
        for (subject, zone) in [(tab.limitSubject, tab.zone), (account, zone)] {
            ids += days(holding: moment, in: zone).map { LimitCounterID(subject: subject, $0) }
            guard occasion.countsInMinute else { continue }
            ids.append(LimitCounterID(subject: subject, Period(.minute, holding: moment, in: .utc)))
        }
        if let key = occasion.key { ids.append(LimitCounterID(subject: key, .ever)) }
        return ids
    }

    /// Day and month.
    private mutating func days(holding moment: Instant, in zone: CivilZone) -> [Period] {
        let key = Day(zone: zone, quarter: QuarterHour.start(holding: moment))
        if let known = days[key] { return known }
        let periods = [PeriodKind.day, .month].map { Period($0, holding: key.quarter, in: zone) }
        days[key] = periods
        return periods
    }

    private mutating func place(of id: LimitCounterID) throws -> Int {
        if let known = places[id] { return known }
        return keep(try tx.limitCounters.get(id))
    }

    @discardableResult
    private mutating func keep(_ counter: LimitCounter) -> Int {
        counters.append(Counter(id: counter.id, before: counter.used, held: counter.held, used: counter.used))
        places[counter.id] = counters.count - 1
        return counters.count - 1
    }
}
