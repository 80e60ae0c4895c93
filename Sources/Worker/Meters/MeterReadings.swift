public import Billing
import Ledger
public import Storage

/// What readings can be grouped by.
public enum MeterGrouping: String, CaseIterable, Sendable {
    case customer, day, month
}

/// A question for what a meter has counted, as a caller asks it.
public struct MeterQuery: Sendable {
    /// RFC 3339, at a full quarter of an hour; or a date, which stands for its beginning.
    public var from: String
    /// No longer part of it.
    public var to: String
    /// `nil` for one number over all.
    public var groupBy: MeterGrouping?
    /// `nil` for all customers together.
    public var customer: Customer?
    /// Where days and months begin; the account's, when the caller does not say.
    public var timeZone: String?
    /// The id of the last group of the page before.
    public var after: String?
    public var limit = 20

    public init(from: String, to: String) {
        self.from = from
        self.to = to
    }
}

/// What a meter has counted in one group.
public struct MeterFigure: Sendable {
    /// Names the group in lists: a day, a month, a customer's id, or `all`.
    public let id: String
    /// A customer is our id.
    public let group: (by: MeterGrouping, value: String)?
    /// How many events were counted.
    public let events: Int64
    /// The meter's number, in millionths.
    public let millionths: Int128
}

/// Reads meters from their running states: a question costs a state for each day and group, however many events there
/// were.
public struct MeterReadings: Sendable {
    let context: WorkerContext

    /// Groups in their order, those in which anything was counted; without grouping always one.
    /// - Throws: `invalid_field`, `unaligned_time`, `range_too_long`, naming the parameter.
    public func read(
        _ meter: Meter, _ query: MeterQuery, account: ConnectedAccount, in tx: Transaction
    ) throws -> [MeterFigure] {
        var totals = UsageQuery(from: query.from, to: query.to)
        totals.timeZone = query.timeZone
        switch query.groupBy {
        case .day: totals.groupBy = [.day]
        case .month: totals.groupBy = [.month]
        case .customer, nil: break
        }
        let plan = try UsagePlan(totals, account: account)
        let reading = Reading(meter: meter, stretches: plan.stretches.map(MeterStretch.init), tx: tx)
        switch query.groupBy {
        case nil: return query.after == nil ? [try reading.whole(of: query.customer?.id, as: "all", nil)] : []
        case .customer: return try reading.byCustomer(query)
        case .day: return try reading.byPeriod(query, .day, name: plan.period(holding:))
        case .month: return try reading.byPeriod(query, .month, name: plan.period(holding:))
        }
    }

    /// The merchant's own names of the customers whom figures are of, by our ids.
    public func externalIDs(in figures: some Sequence<MeterFigure>, in tx: Transaction) throws -> [String: String] {
        var names: [String: String] = [:]
        for figure in figures {
            guard let group = figure.group, group.by == .customer else { continue }
            names[group.value] = try tx.customers.find(Customer.ID(stored: group.value))?.externalID
        }
        return names
    }

    /// To be called when the account's time zone has changed, in the same commit: days begin elsewhere.
    /// - Parameter account: with the new time zone.
    func timeZoneHasChanged(of account: ConnectedAccount, in tx: Transaction) throws {
        guard !account.meteringVersion.isEmpty else { return }
        let zone = account.zone
        var days: [Instant: Instant] = [:]
        for meter in try tx.meters.all(account: account.id) {
            try tx.meterStates.rebuildDays(of: meter.id) { quarter in
                let day = days[quarter] ?? Period(.day, holding: quarter, in: zone).start
                days[quarter] = day
                return day
            }
        }
    }
}

/// What was counted in a day or a month, and where it stands.
private struct PeriodGroup {
    let name: String
    var state: MeterState
    var stretches: [MeterStretch]

    /// Stretches of one kind grow together: what lies between them is the group's, too.
    mutating func add(_ state: MeterState, of part: MeterStretch) throws {
        try self.state.merge(state)
        if let last = stretches.last, last.span == part.span {
            stretches[stretches.count - 1] = MeterStretch(span: last.span, from: last.from, to: part.to)
        } else {
            stretches.append(part)
        }
    }
}

/// One meter, and which of its states answer a question.
private struct Reading {
    let meter: Meter
    let stretches: [MeterStretch]
    let tx: Transaction

    func whole(_ state: MeterState, of customer: Customer.ID?, in stretches: [MeterStretch]) throws -> MeterState {
        guard meter.rule.aggregation == .uniqueCount else { return state }
        var state = state
        state.otherUniques = try tx.meterStates.uniques(of: meter.id, customer: customer, in: stretches)
        return state
    }

    func whole(
        of customer: Customer.ID?, as id: String, _ group: (MeterGrouping, String)?
    ) throws -> MeterFigure {
        var state = MeterState.empty
        for stretch in stretches {
            try tx.meterStates.forEach(of: meter.id, customer: customer, in: stretch) { try state.merge($1) }
        }
        return figure(try whole(state, of: customer, in: stretches), as: id, group)
    }

    func byCustomer(_ query: MeterQuery) throws -> [MeterFigure] {
        let after = query.after.map(Customer.ID.init(stored:))
        if let only = query.customer?.id {
            guard after.map({ $0 < only }) ?? true else { return [] }
            let figure = try whole(of: only, as: only.text, (.customer, only.text))
            return figure.events == 0 && figure.millionths == 0 ? [] : [figure]
        }
        return try tx.meterStates.customers(of: meter.id, in: stretches, after: after, limit: query.limit).map {
            try whole(of: $0, as: $0.text, (.customer, $0.text))
        }
    }

    func byPeriod(
        _ query: MeterQuery, _ grouping: MeterGrouping, name: (Instant) -> String
    ) throws -> [MeterFigure] {
        var groups: [PeriodGroup] = []
        for stretch in stretches {
            try tx.meterStates.forEach(of: meter.id, customer: query.customer?.id, in: stretch) { start, state in
                let part = MeterStretch(span: stretch.span, from: start, to: start.adding(milliseconds: 1))
                let name = name(start)
                guard let last = groups.indices.last, groups[last].name == name else {
                    groups.append(PeriodGroup(name: name, state: state, stretches: [part]))
                    return
                }
                try groups[last].add(state, of: part)
            }
        }
        let after = query.after ?? ""
        return try groups.filter { $0.name > after }.prefix(query.limit).map { group in
            let state = try whole(group.state, of: query.customer?.id, in: group.stretches)
            return figure(state, as: group.name, (grouping, group.name))
        }
    }

    private func figure(
        _ state: MeterState, as id: String, _ group: (by: MeterGrouping, value: String)?
    ) -> MeterFigure {
        MeterFigure(
            id: id, group: group, events: state.count, millionths: state.millionths(meter.rule.aggregation))
    }
}

extension MeterStretch {
    fileprivate init(_ stretch: UsageTotalsStretch) {
        self.init(span: stretch.span == .day ? .day : .quarter, from: stretch.from, to: stretch.to)
    }
}
