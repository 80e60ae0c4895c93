import Billing
import Ledger
import Storage

/// Holds an event against the limits where its report asks for it (`enforce`). Everything else is a fact that has
/// happened, and recorded above limits, too.
struct UsageGate {
    let account: ConnectedAccount
    let now: Instant

    /// - Parameter counter: what is used, this request's earlier events included, and held.
    /// - Throws: `model_not_allowed`, `key_cap_reached`, `quota_exceeded`; the event is refused alone.
    func admit(
        _ event: UsageEvent, of tab: CustomerTab, key: ApiKey?, counter: (LimitCounterID) throws -> LimitCounter
    ) throws {
        let plan = tab.plan?.terms
        let keyModels = key?.allowedModels.map { AllowedModels($0.compactMap { ModelGlob($0) }) }
        for models in [plan?.allowedModels, keyModels] {
            guard models?.allows(model: event.labels.model, provider: event.labels.provider) ?? true else {
                throw WorkerError(
                    .forbidden, "model_not_allowed", "the customer's plan or key does not allow this model",
                    field: "model")
            }
        }
        if let key, let cap = key.maxSpend.map({ KeyCap(maxSpendMicros: $0) }) {
            let spent = try counter(LimitCounterID(subject: key.limitSubject, .ever))
            guard
                cap.allows(
                    spent: spent.used.spendMicros, held: spent.held.spendMicros, estimate: event.priceMicros)
            else { throw WorkerError(.conflict, "key_cap_reached", "the key has spent what it may", field: "key") }
        }
        let terms = account.terms.inForce
        let subjects = [
            QuotaSubject(
                .account, terms.limits, bands: terms.bands,
                uses: try uses(LimitSubject(account: account), event, counter)),
            QuotaSubject(
                .customer, plan?.limits ?? .none, bands: plan?.bandsInForce ?? [],
                uses: try uses(LimitSubject(customer: tab.customer, account: account), event, counter)),
        ]
        let decision = QuotaDecision(subjects, estimate: try LimitAmounts(event), at: now)
        if case .refused(let standing) = decision.outcome { throw WorkerError.quotaExceeded(standing) }
    }

    private func uses(
        _ subject: LimitSubject, _ event: UsageEvent, _ counter: (LimitCounterID) throws -> LimitCounter
    ) throws -> [PeriodUse] {
        try [PeriodKind.minute, .day, .month].map { kind in
            let period = Period(kind, holding: event.countedAt, in: subject.zone)
            let counted = try counter(LimitCounterID(subject: subject.name, period))
            return PeriodUse(period, used: counted.used, held: counted.held)
        }
    }
}

extension WorkerError {
    static func quotaExceeded(_ standing: LimitStanding) -> WorkerError {
        let reset = standing.resetsAt.map { "; it begins anew at \($0.rfc3339)" } ?? ""
        return WorkerError(
            .conflict, "quota_exceeded",
            "\(standing.name) of the \(standing.scope.rawValue): \(standing.used) used and \(standing.held) held of "
                + "\(standing.limit)\(reset)", field: "customer")
    }
}
