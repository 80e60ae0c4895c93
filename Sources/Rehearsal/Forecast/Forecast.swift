import Billing
import Ledger
import Storage
import Worker

/// A year of a merchant's own plans: the real worker meters, rates, limits and charges customers who use them.
public actor Forecast {
    /// What became of a plan.
    public struct PlanYear: Sendable {
        public let plan: String
        public let customers: Int
        public let requests: Int64
        /// By the plan's limits, before the provider was called.
        public let refused: Int64
        public let cost: String
        public let revenue: String
        public let margin: String
        public let charges: Int64
        public let paid: String
        /// Asked for, and declined.
        public let lostToDeclines: String
        /// Not asked for yet.
        public let accrued: String
    }

    private let input: ForecastInput
    private let profile: UsageProfile
    private let simulation: Simulation
    private var chance: Chance
    private var refused: [String: Int64] = [:]

    public init(_ input: ForecastInput, _ profile: UsageProfile, seed: UInt64) async throws {
        self.input = input
        self.profile = profile
        simulation = try await Simulation(SimulationOptions(seed: seed, families: []))
        chance = Chance(seed: seed)
    }

    /// - Throws: `Breach` or `WorkerError`, with the field of the configuration that is wrong.
    public func run(progress: (_ day: Int) -> Void = { _ in }) async throws -> [PlanYear] {
        let account = try await open()
        let names = try await populate(try await merchant(of: account))
        let house = simulation.house
        for day in 1...profile.days {
            for (name, plan) in names { try await use(name, of: plan, at: account, day) }
            try await simulation.rest(day)
            house.clock.advance(seconds: 86_400)
            progress(day)
        }
        try await simulation.rest(profile.days)
        try await simulation.checkBooks()
        return try await yearOfPlans(account.currency)
    }

    private func open() async throws -> ConnectedAccount {
        let new = NewAccount(
            name: "The merchant of the forecast", country: "US", currency: input.currency, stripe: "platform",
            markupPercent: input.markupPercent, cycle: input.cycle, terms: input.terms)
        let plans = input.plans
        return try await simulation.house.database.write { [worker = simulation.house.worker] tx in
            let account = try worker.accounts.create(new, by: .commandLine, in: tx)
            for plan in plans {
                _ = try worker.plans.create(
                    NewPlan(slug: plan.slug, terms: plan.terms), account: account, by: .commandLine, in: tx)
            }
            try worker.accounts.settlePlatform(in: tx)
            return try worker.accounts.get(account.id, in: tx)
        }
    }

    /// Whoever has the key of the account.
    private func merchant(of account: ConnectedAccount) async throws -> Market.Merchant {
        let key = try await simulation.house.database.write { [worker = simulation.house.worker] tx in
            try worker.keys.mint(account: account.id, name: "forecast", by: .commandLine, in: tx).secret
        }
        return Market.Merchant(account: account.id, key: key, currency: account.currency, markup: account.markup)
    }

    /// Customers go round the plans; the cards of some decline.
    private func populate(_ merchant: Market.Merchant) async throws -> [(name: String, plan: String)] {
        var names: [(name: String, plan: String)] = []
        for number in 0..<profile.customers {
            let (name, plan) = ("customer-\(number)", input.plans[number % input.plans.count].slug)
            let declines = Int64(number / input.plans.count * 100 + 50) <= profile.declinesPercent * perPlan
            try await simulation.house.database.write { [worker = simulation.house.worker] tx in
                var details = CustomerDetails()
                details.plan = .set(plan)
                let new = NewCustomer(externalID: name, details: details)
                let account = try worker.accounts.get(merchant.account, in: tx)
                _ = try worker.customers.create(new, account: account, by: .commandLine, in: tx)
            }
            _ = try await simulation.putCard(declines ? .declinedLater : .good, of: name, at: merchant)
            names.append((name, plan))
        }
        return names
    }

    private var perPlan: Int64 { Int64(max(1, profile.customers / input.plans.count)) }

    private func use(_ name: String, of plan: String, at account: ConnectedAccount, _ day: Int) async throws {
        let most = Int64(profile.requestsPerDay)
        let count = Int(chance.number(max(1, most / 2)...max(1, most + most / 2)))
        let reports = try (0..<min(count, Metering.batchLimit)).map { number in
            try report("\(name)-\(day)-\(number)", of: name)
        }
        let verdicts = try await simulation.house.database.write { [worker = simulation.house.worker] tx in
            let account = try worker.accounts.get(account.id, in: tx)
            return try worker.metering.record(reports, account: account, in: tx)
        }
        for case .rejected(let error) in verdicts {
            guard error.code == "quota_exceeded" else { throw error }
            refused[plan, default: 0] += 1
        }
    }

    private func report(_ id: String, of name: String) throws -> UsageReport {
        var report = UsageReport(eventID: id, customer: name)
        if let model = profile.model {
            report.model = model
            report.quantities = Quantities([
                .inputTokens: try Quantity(whole: profile.inputTokens),
                .outputTokens: try Quantity(whole: profile.outputTokens),
            ])
        } else {
            report.costMicros = profile.costMicros
        }
        report.isEnforced = true
        return report
    }

    private func yearOfPlans(_ currency: Currency) async throws -> [PlanYear] {
        let figures = try await simulation.house.database.read { tx in try PlanFigures.all(in: tx) }
        let rules = simulation.house.worker.context.currencies
        func text(_ micros: Int64) -> String { rules.text(Money(micros: micros, currency)) }
        return input.plans.map { plan in
            let found = figures[plan.slug] ?? PlanFigures()
            return PlanYear(
                plan: plan.slug, customers: Int(found.customers), requests: found.requests,
                refused: refused[plan.slug, default: 0], cost: text(found.cost), revenue: text(found.price),
                margin: text(found.price - found.cost), charges: found.charges, paid: text(found.paid(rules, currency)),
                lostToDeclines: text(found.declined), accrued: text(found.accrued))
        }
    }
}
