import Ledger
import Storage
import Worker

/// A year of a merchant's own configuration: the real server and worker meter, rate, limit and charge customers who use
/// it, with the sandbox for Stripe.
public actor Forecast {
    let input: ForecastInput
    let profile: UsageProfile
    let simulation: Simulation
    private var chance: Chance
    private var refused: [String: Int64] = [:]
    /// Requests that were made, for the names of the next.
    var posted = 0

    public init(_ input: ForecastInput, _ profile: UsageProfile, seed: UInt64) async throws {
        self.input = input
        self.profile = profile
        simulation = try await Simulation(SimulationOptions(seed: seed, families: []))
        chance = Chance(seed: seed)
    }

    /// - Throws: `Breach` or `WorkerError`, with the field of the configuration that is wrong.
    public func run(progress: @Sendable (_ day: Int) -> Void = { _ in }) async throws -> ForecastReport {
        let merchant = try await open()
        let customers = try await populate(merchant)
        for day in 1...profile.days {
            for (name, plan) in customers { try await use(name, of: plan, at: merchant, day) }
            try await simulation.rest(day)
            simulation.house.clock.advance(seconds: 86_400)
            progress(day)
        }
        try await simulation.rest(profile.days)
        try await simulation.checkBooks()
        try await simulation.judgeDunning()
        let rows = try await simulation.house.database.read { tx in try ForecastRows(of: merchant.currency, in: tx) }
        return try ForecastReport(
            input.plans, refused: refused, merchant.currency, simulation.house.worker.context.currencies, rows)
    }

    private func use(_ name: String, of plan: String, at merchant: Market.Merchant, _ day: Int) async throws {
        let most = Int64(profile.requestsPerDay)
        let count = Int(chance.number(max(1, most / 2)...max(1, most + most / 2)))
        let requests = input.usage.isEmpty ? [profile.request] : input.usage
        let events = (0..<min(count, Metering.batchLimit)).map { number in
            let own: [String: JSONTree] = [
                "id": .text("\(name)-\(day)-\(number)"), "customer": .text(name), "enforce": .bool(true),
            ]
            return JSONTree.object(requests[number % requests.count].merging(own) { _, own in own })
        }
        let verdicts = try await post("/v1/usage", .list(events), with: merchant.key, at: "usage").list("data")
        for (number, verdict) in verdicts.enumerated() where verdict.text("status") == "rejected" {
            guard Self.limits.contains(verdict.text("code") ?? "") else {
                throw Self.fault(verdict, at: input.usage.isEmpty ? "--model" : "usage[\(number % requests.count)]")
            }
            refused[plan, default: 0] += 1
        }
    }

    /// Refusals that a plan or a wallet is there for.
    private static let limits: Set = ["quota_exceeded", "insufficient_balance", "customer_blocked"]
}
