import Billing
import Ledger
import Storage

/// The limits that a request falls under, with what is used and held of each: the account's, and those of the
/// customer's plan.
struct LimitBook {
    private struct Page {
        let scope: QuotaScope
        let subject: String
        let limits: Limits
        let bands: [GraceBand]
        let uses: [PeriodUse]

        var quota: QuotaSubject { QuotaSubject(scope, limits, bands: bands, uses: uses) }
        var minute: PeriodUse? { uses.first { $0.period.kind == .minute } }
    }

    private let pages: [Page]
    private let now: Instant

    /// - Parameter counter: what is used and held of a counter.
    init(_ party: Party, at now: Instant, counter: (LimitCounterID) throws -> LimitCounter) throws {
        let terms = party.account.terms.inForce
        let plan = party.plan?.terms
        let (account, customer) = (
            LimitSubject(account: party.account), LimitSubject(customer: party.customer, account: party.account)
        )
        pages = [
            Page(
                scope: .account, subject: account.name, limits: terms.limits, bands: terms.bands,
                uses: try Self.uses(of: account, terms.limits, at: now, counter)),
            Page(
                scope: .customer, subject: customer.name, limits: plan?.limits ?? .none,
                bands: plan?.bandsInForce ?? [],
                uses: try Self.uses(of: customer, plan?.limits ?? .none, at: now, counter)),
        ]
        self.now = now
    }

    /// Reads what the limits need.
    private static func uses(
        of subject: LimitSubject, _ limits: Limits, at now: Instant,
        _ counter: (LimitCounterID) throws -> LimitCounter
    ) throws -> [PeriodUse] {
        guard !limits.isEmpty else { return [] }
        let held = try counter(.ever(subject.name)).held
        let kinds = Set(limits.all.map(\.name.period))
        return try [PeriodKind.minute, .day, .month].filter(kinds.contains).map { kind in
            let period = Period(kind, holding: now, in: subject.zone)
            let counted = try counter(LimitCounterID(subject: subject.name, period))
            // A minute's own counter says what was let in during it.
            return PeriodUse(period, used: counted.used, held: kind == .minute ? counted.held : held)
        }
    }

    func decide(_ amounts: LimitAmounts) -> QuotaDecision {
        QuotaDecision(pages.map(\.quota), estimate: amounts, at: now)
    }

    var standings: [LimitStanding] { pages.flatMap(\.quota.standings) }

    /// Sets the amounts apart, where every limit that blocks still has room for them.
    /// - Throws: `StorageError` (locked) when another has taken it meanwhile.
    func take(_ amounts: LimitAmounts, in tx: Transaction) throws {
        for page in pages {
            let id = LimitCounterID.ever(page.subject)
            let taken = try tx.heldTotals.take(
                amounts, of: id, whereTakenAtMost: Room(page.quota, page.uses, amounts).held)
            guard taken else { throw StorageError(.locked, detail: "limit_counters.held") }
            if let minute = page.minute { try count(minute, page, in: tx) }
        }
    }

    /// A request that is let in counts in its minute, whatever becomes of it.
    private func count(_ minute: PeriodUse, _ page: Page, in tx: Transaction) throws {
        let id = LimitCounterID(subject: page.subject, minute.period)
        var most = LimitAmounts.unlimited
        if let cap = page.limits.requestsPerMinute.flatMap({ Room.cap(of: $0, page.bands) }) {
            most.requests = cap - 1
        }
        let one = LimitAmounts(requests: 1, tokens: 0, costMicros: 0, spendMicros: 0)
        guard try tx.heldTotals.take(one, of: id, whereTakenAtMost: most) else {
            throw StorageError(.locked, detail: "limit_counters.held")
        }
        guard minute.used == .zero, minute.held == .zero else { return }
        try tx.limitCounters.forgetMinutes(
            of: page.subject, before: now.adding(seconds: -CountersTab.minuteMemorySeconds))
    }
}

/// What may be held before a request, by the limits that block.
private struct Room {
    private(set) var held = LimitAmounts.unlimited

    init(_ subject: QuotaSubject, _ uses: [PeriodUse], _ amounts: LimitAmounts) {
        for use in uses where use.period.kind != .minute {
            for (name, limit) in subject.limits.all where name.period == use.period.kind {
                guard let cap = Self.cap(of: limit, subject.bands) else { continue }
                let room = Int128(cap) - Int128(use.used[name.measure]) - Int128(amounts[name.measure])
                held.narrow(name.measure, to: Int64(clamping: room))
            }
        }
    }

    /// How much of a limit may be taken before it blocks; `nil` for one that does not.
    static func cap(of limit: Int64, _ bands: [GraceBand]) -> Int64? {
        bands.first { $0.action == .block }.map { band in
            Int64(clamping: Int128(limit) * Int128(band.atPercent) / 100)
        }
    }
}

extension LimitAmounts {
    static let unlimited = LimitAmounts(
        requests: HeldTotalStore.most, tokens: HeldTotalStore.most, costMicros: HeldTotalStore.most,
        spendMicros: HeldTotalStore.most)

    fileprivate mutating func narrow(_ measure: LimitMeasure, to room: Int64) {
        switch measure {
        case .requests: requests = min(requests, room)
        case .tokens: tokens = min(tokens, room)
        case .cost: costMicros = min(costMicros, room)
        case .spend: spendMicros = min(spendMicros, room)
        }
    }

    func subtracting(_ other: LimitAmounts) throws -> LimitAmounts {
        try adding(
            LimitAmounts(
                requests: -other.requests, tokens: -other.tokens, costMicros: -other.costMicros,
                spendMicros: -other.spendMicros))
    }
}
