import Billing
import Ledger
import Storage
import Testing

import struct Billing.Customer

@testable import Worker

/// A merchant with one plan, on which every customer is.
struct QuotaShop {
    let house: TestHouse
    let account: ConnectedAccount
    private let plan: Plan

    init(
        _ terms: PlanTerms, _ account: BillingTerms = BillingTerms(), zone: String? = nil,
        at start: String = "2026-11-02T09:00:00Z"
    ) async throws {
        house = try await TestHouse()
        if let start = Instant(rfc3339: start) {
            house.clock.advance(milliseconds: start.millisecondsSince1970 - house.clock.now.millisecondsSince1970)
        }
        self.account = try await house.merchant(account)
        plan = Plan(
            id: .make(house.worker.context.seams), account: self.account.id, slug: "plan", name: "Plan",
            isDefault: true, terms: terms, createdAt: house.clock.now, updatedAt: house.clock.now)
        try await house.database.write { [plan, worker = house.worker, account = self.account] tx in
            _ = try tx.plans.insert(plan)
            guard let zone else { return }
            var customer = try worker.customers.findOrMake("ada", account: account, in: tx)
            customer.timeZone = zone
            try tx.customers.updateSettings(customer)
        }
    }

    /// What the plan says from now on.
    func sell(_ terms: PlanTerms) async throws {
        var plan = plan
        plan.terms = terms
        try await house.database.write { [plan] tx in try tx.plans.update(plan) }
    }

    func block(_ isBlocked: Bool) async throws {
        try await house.database.write { [worker = house.worker, account] tx in
            if isBlocked {
                _ = try worker.customers.block("ada", reason: nil, account: account, by: .commandLine, in: tx)
            } else {
                _ = try worker.customers.unblock("ada", account: account, by: .commandLine, in: tx)
            }
        }
    }

    func outcome(
        _ micros: Int64 = 0, tokens: Int64 = 0, by name: String = "ada", model: String? = nil, seconds: Int64? = nil
    ) async throws -> AuthorizationOutcome {
        try await house.ask(asked(micros, tokens: tokens, by: name, model: model, seconds: seconds), of: account)
    }

    /// - Returns: `held`, or the limit or code that refuses.
    func ask(
        _ micros: Int64 = 0, tokens: Int64 = 0, by name: String = "ada", model: String? = nil, seconds: Int64? = nil
    ) async throws -> String {
        switch try await outcome(micros, tokens: tokens, by: name, model: model, seconds: seconds) {
        case .held: "held"
        case .refused(let refusal): refusal.bound?.limit ?? refusal.code
        }
    }

    func check(_ micros: Int64, by name: String = "ada") async throws -> QuotaCheck {
        let new = try asked(micros, tokens: 0, by: name, model: nil, seconds: nil)
        return try await house.database.read { [worker = house.worker, account] tx in
            try worker.authorizations.check(new, account: account, in: tx)
        }
    }

    private func asked(
        _ micros: Int64, tokens: Int64, by name: String, model: String?, seconds: Int64?
    ) throws -> NewAuthorization {
        var estimate = UsageEstimate(amountMicros: micros)
        if tokens > 0 { estimate.quantities = Quantities([.inputTokens: Quantity(millionths: tokens * 1_000_000)]) }
        estimate.model = model
        return try NewAuthorization(customer: name, estimate: estimate, expiresIn: seconds ?? 86_400)
    }

    /// Captures all that is held, at its estimate.
    func settle() async throws {
        let holds = try await house.database.read { [account] tx in
            try tx.holds.list(account: account.id, customer: nil, after: nil, limit: 100)
        }
        for hold in holds where hold.status(at: house.clock.now) == .held {
            try await house.capture(hold, cost: hold.heldMicros, of: account)
        }
    }

    func use(_ micros: Int64) async throws { try await house.use(micros, by: "ada", of: account) }

    /// Usage in one batch.
    /// - Returns: for each the code that refuses it, or nothing.
    func report(_ costs: [(micros: Int64, isEnforced: Bool)]) async throws -> [String] {
        let reports = costs.enumerated().map { place, cost in
            var report = UsageReport(eventID: "event-\(place)", customer: "ada", costMicros: cost.micros)
            report.isEnforced = cost.isEnforced
            return report
        }
        return try await house.database.write { [worker = house.worker, account] tx in
            try worker.metering.record(reports, account: account, in: tx).map { verdict in
                if case .rejected(let error) = verdict { error.code } else { "" }
            }
        }
    }

    func used(_ period: PeriodKind) async throws -> LimitAmounts {
        try await house.database.read { [account, now = house.clock.now] tx in
            let customer = try #require(try tx.customers.find(externalID: "ada", account: account.id))
            let subject = LimitSubject(customer: customer, account: account)
            return try tx.limitCounters.get(subject.counter(period, at: now)).used
        }
    }

    /// Kind, measure and percentage of each, in the order of their names.
    func alerts() async throws -> [String] {
        try await house.database.read { [worker = house.worker, account] tx in
            try worker.alerts.list(account: account, after: nil, limit: 100, in: tx)
                .map { "\($0.kind.rawValue) \($0.measure) \($0.percent)" }.sorted()
        }
    }

    /// How many rows there are of everything.
    func dump() async throws -> [Int64] {
        let tables = ["customers", "authorizations", "alerts", "limit_counters", "customer_meters", "journal_entries"]
        return try await house.database.read { tx in
            try tables.map { try tx.first("SELECT COUNT(*) AS rows FROM \($0)")?.int64("rows") ?? 0 }
        }
    }
}
