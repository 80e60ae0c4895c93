import Billing
import Ledger
import Logging
import Storage

/// Writes alerts in the commit that gives rise to them: one row and one line of the log for each crossing. What crosses
/// several percentages at once is told of the highest alone.
struct AlertWriter {
    private let context: WorkerContext
    private let account: ConnectedAccount
    private let now: Instant
    private let tx: Transaction
    private let thresholds: [Int64]

    init(context: WorkerContext, account: ConnectedAccount, at now: Instant, in tx: Transaction) {
        self.context = context
        self.account = account
        self.now = now
        self.tx = tx
        thresholds = account.terms.inForce.alertPercents
    }

    // MARK: When something is asked for

    /// - Parameter filledAt: when the wallet was filled last.
    func refused(_ refusal: AuthorizationRefusal, _ found: Assessment, filledAt: Instant) throws {
        switch refusal.reason {
        case .forbidden: return
        case .quota:
            guard case .refused(let standing) = found.decision.outcome else { return }
            try write(.limitReached, standing, found.party)
        case .keyCap: try found.key.map { try write(.limitReached, $0, found.party) }
        case .wallet:
            try found.wallet.map { wallet in
                try write(
                    Subject(customer: found.party.customer.id), .limitReached, Alert.walletMeasure, percent: 0,
                    since: filledAt, used: wallet.accrued, cap: wallet.balance)
            }
        }
    }

    /// Of percentages only use is told: a hold that ends unused would take the word from the one that crosses them.
    func granted(_ found: Assessment) throws {
        if case .throttled(_, let standing) = found.decision.outcome { try write(.throttled, standing, found.party) }
    }

    private func write(_ kind: Alert.Kind, _ standing: LimitStanding, _ party: Party) throws {
        let zone = standing.scope == .account ? account.zone : party.customer.zone(of: account)
        let subject =
            switch standing.scope {
            case .account: Subject()
            case .customer: Subject(customer: party.customer.id)
            case .key: Subject(customer: party.key?.scope.customer, key: party.key?.countedAs.text)
            }
        try write(
            subject, kind, standing.name.description, percent: 0,
            since: start(of: standing.name.period, in: zone), used: standing.used, cap: standing.limit)
    }

    // MARK: When something was used

    /// Whose limits were counted on.
    struct Subject: Hashable {
        var customer: Customer.ID?
        var key: String?
    }

    /// - Parameters:
    ///   - id: the counter that has moved.
    ///   - bands: those that notify are told of like the account's own percentages.
    func counted(
        _ id: LimitCounterID, from before: LimitAmounts, to after: LimitAmounts, of subject: Subject, _ limits: Limits,
        bands: [GraceBand]
    ) throws {
        let percents = AlertThresholds(thresholds + bands.filter { $0.action == .notify }.map(\.atPercent))
        for (name, cap) in limits.all where name.period == id.period {
            let (from, to) = (before[name.measure], after[name.measure])
            guard to > from, let percent = percents.reached(by: to, of: cap) else { continue }
            try write(subject, .limit, name.description, percent: percent, since: id.startsAt, used: to, cap: cap)
        }
    }

    func spent(from before: Int64, to after: Int64, with key: ApiKey) throws {
        guard let cap = key.maxSpend else { return }
        let subject = Subject(customer: key.scope.customer, key: key.countedAs.text)
        guard after > before, let percent = AlertThresholds(thresholds).reached(by: after, of: cap) else { return }
        try write(
            subject, .limit, LimitName.maxSpend.description, percent: percent, since: Self.always, used: after,
            cap: cap)
    }

    /// - Parameters:
    ///   - before: what the wallet held, in micros.
    ///   - after: what it holds now.
    func paid(from before: Int64, to after: Int64, by customer: Customer.ID) throws {
        guard after < before, let meter = try tx.heldTotals.meter(of: customer) else { return }
        let (subject, base) = (Subject(customer: customer), meter.filledMicros)
        if let percent = AlertThresholds(thresholds).crossed(base: base, balanceFrom: before, to: after).last {
            try write(
                subject, .wallet, Alert.walletMeasure, percent: percent, since: meter.filledAt, used: base - after,
                cap: base)
        }
        let low = account.terms.inForce.lowBalanceMicros
        if AlertThresholds.hasBecomeLow(balanceFrom: before, to: after, low: low) {
            try write(
                subject, .lowBalance, Alert.walletMeasure, percent: 0, since: meter.filledAt, used: base - after,
                cap: base)
        }
    }

    // MARK: Rows

    /// Where a cap that never begins anew counts from.
    private static let always = Instant(millisecondsSince1970: 0)

    private func start(of kind: PeriodKind, in zone: CivilZone) -> Instant {
        kind == .ever ? Self.always : Period(kind, holding: now, in: zone).start
    }

    private func write(
        _ subject: Subject, _ kind: Alert.Kind, _ measure: String, percent: Int64, since start: Instant, used: Int64,
        cap: Int64
    ) throws {
        let alert = Alert(
            id: .make(context.seams), account: account.id, customer: subject.customer, apiKey: subject.key, kind: kind,
            measure: measure, percent: percent, periodStart: start, used: used, cap: cap, createdAt: now)
        guard try tx.alerts.insert(alert) else { return }
        context.logger.notice(
            "alert",
            metadata: [
                "alert": "\(alert.id)", "kind": "\(kind.rawValue)", "measure": "\(measure)", "percent": "\(percent)",
                "subject": "\(alert.subject)", "used": "\(used)", "cap": "\(cap)",
            ])
    }
}
