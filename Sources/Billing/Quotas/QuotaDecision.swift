public import Ledger

/// The limits of an account or of a customer, and what is used of them.
public struct QuotaSubject: Sendable {
    public let scope: QuotaScope
    public let limits: Limits
    /// Rising; those in force, see `PlanTerms.bandsInForce`.
    public let bands: [GraceBand]
    private let uses: [PeriodKind: PeriodUse]

    /// - Parameter uses: of the minute, the day and the month that hold the moment of the request, in the zone of the
    ///   subject. A limit whose period is not there is not looked at.
    public init(_ scope: QuotaScope, _ limits: Limits, bands: [GraceBand], uses: [PeriodUse]) {
        self.scope = scope
        self.limits = limits
        self.bands = bands
        self.uses = Dictionary(uses.map { ($0.period.kind, $0) }) { first, _ in first }
    }

    /// Every limit, in the order in which they are checked.
    public var standings: [LimitStanding] {
        limits.all.compactMap { name, cap in uses[name.period].map { standing(name, cap, $0) } }
    }

    func check(_ estimate: LimitAmounts, at now: Instant) -> [LimitCheck] {
        limits.all.compactMap { name, cap in
            guard let use = uses[name.period] else { return nil }
            return LimitCheck(
                standing: standing(name, cap, use), period: use.period, estimate: estimate[name.measure], bands: bands,
                now: now)
        }
    }

    private func standing(_ name: LimitName, _ cap: Int64, _ use: PeriodUse) -> LimitStanding {
        LimitStanding(
            scope: scope, name: name, used: use.used[name.measure], held: use.held[name.measure], limit: cap,
            resetsAt: use.period.end)
    }
}

/// What becomes of a request, by the limits alone.
public struct QuotaDecision: Hashable, Sendable {
    public enum Outcome: Hashable, Sendable {
        case allowed
        /// Let through after a wait. Of several limits it is the one with the longest.
        case throttled(ThrottleDelay, LimitStanding)
        /// By the first limit in the order of checking that refuses.
        case refused(LimitStanding)
    }

    public let outcome: Outcome
    /// The limits that a band tells of, each with its highest percentage that is reached with the request; in the order
    /// of checking. Empty when it is refused.
    public let notices: [LimitNotice]

    /// - Parameters:
    ///   - subjects: account-wide limits are checked before a customer's, whatever their order here.
    ///   - estimate: what the request will use.
    public init(_ subjects: [QuotaSubject], estimate: LimitAmounts, at now: Instant) {
        let checks = QuotaScope.allCases.flatMap { scope in
            subjects.filter { $0.scope == scope }.flatMap { $0.check(estimate, at: now) }
        }
        if let refusing = checks.first(where: { $0.isRefused }) {
            (outcome, notices) = (.refused(refusing.standing), [])
            return
        }
        var longest: (delay: ThrottleDelay, standing: LimitStanding)?
        for check in checks {
            guard let delay = check.delay else { continue }
            if longest.map({ $0.delay < delay }) ?? true { longest = (delay, check.standing) }
        }
        outcome = longest.map { .throttled($0.delay, $0.standing) } ?? .allowed
        notices = checks.compactMap(\.notice)
    }
}

/// A limit of which a band is reached that says to tell.
public struct LimitNotice: Hashable, Sendable {
    public let standing: LimitStanding
    public let percent: Int64

    public init(standing: LimitStanding, percent: Int64) {
        self.standing = standing
        self.percent = percent
    }
}

/// One limit against one request. In 128 bits, so that no sum of what is used, held and asked for overflows.
struct LimitCheck {
    let standing: LimitStanding
    let period: Period
    let estimate: Int64
    let bands: [GraceBand]
    let now: Instant

    /// What will be used and held with the request.
    private var after: Int128 { Int128(standing.used) + Int128(standing.held) + Int128(estimate) }

    var isRefused: Bool { bands.contains { $0.action == .block && exceeds($0) } }

    /// Measured from the lowest band that throttles, so that it never becomes shorter as more is used.
    var delay: ThrottleDelay? {
        guard let band = bands.first(where: { $0.action == .throttle && exceeds($0) }) else { return nil }
        return ThrottleDelay(
            standing.name, after: after, limit: standing.limit, band: band.atPercent, period: period, at: now)
    }

    var notice: LimitNotice? {
        guard let band = bands.last(where: { $0.action == .notify && reaches($0) }) else { return nil }
        return LimitNotice(standing: standing, percent: band.atPercent)
    }

    private func exceeds(_ band: GraceBand) -> Bool { after * 100 > Int128(standing.limit) * Int128(band.atPercent) }

    private func reaches(_ band: GraceBand) -> Bool {
        after > 0 && after * 100 >= Int128(standing.limit) * Int128(band.atPercent)
    }
}
