import Billing
import Ledger
import Storage

/// What limits have to do with usage: events that ask for it are refused by them, and whoever crosses them is told of.
extension UsageBatch {
    /// - Throws: what an authorization of the same would be refused for.
    func enforce(_ event: UsageEvent, _ tab: CustomerTab, key: ApiKey?) throws {
        guard abs(event.time.secondsSince1970 - now.secondsSince1970) <= Self.enforcedSeconds else {
            throw WorkerError.invalid(
                "time", "enforce asks before something is used: its time is within an hour of now",
                code: "enforce_not_now")
        }
        let party = Party(account: account, customer: tab.customer, key: key, plan: tab.plan, models: models)
        let refusal = try Assessment(
            of: party, LimitAmounts(event.quantities, costMicros: event.costMicros, spendMicros: event.priceMicros),
            provider: event.labels.provider, model: event.labels.model,
            wallet: party.isPrepaid ? tab.walletStanding() : nil, at: event.countedAt
        ) { [self] id in try counters.get(id) }.refusal
        if let refusal { throw WorkerError(.conflict, refusal.code, refusal.detail, field: refusal.field) }
    }

    /// What happened at another time is counted in other days, whose limits would be asked instead of today's.
    private static let enforcedSeconds: Int64 = 3_600

    func tellOfCrossings() throws {
        let alerts = AlertWriter(context: context, account: account, at: now, in: tx)
        try tellOfLimits(alerts)
        for tab in order {
            guard let (before, after) = try tab.walletMove() else { continue }
            try alerts.paid(from: before, to: after, by: tab.customer.id)
        }
    }

    private func tellOfLimits(_ alerts: AlertWriter) throws {
        let terms = account.terms.inForce
        guard !keys.isEmpty || !terms.limits.isEmpty || order.contains(where: { $0.plan != nil }) else { return }
        let customers = Dictionary(
            order.map { (LimitCounterID.subject(of: $0.customer.id), $0) }, uniquingKeysWith: { first, _ in first })
        let keys = Dictionary(keys.values.map { ($0.limitSubject, $0) }, uniquingKeysWith: { first, _ in first })
        for (id, before, after) in counters.moved {
            if let key = keys[id.subject] {
                try alerts.spent(from: before.spendMicros, to: after.spendMicros, with: key)
            } else if let tab = customers[id.subject] {
                guard let plan = tab.plan?.terms else { continue }
                try alerts.counted(
                    id, from: before, to: after, of: .init(customer: tab.customer.id), plan.limits ?? .none,
                    bands: plan.bandsInForce)
            } else {
                try alerts.counted(id, from: before, to: after, of: .init(), terms.limits, bands: terms.bands)
            }
        }
    }
}
