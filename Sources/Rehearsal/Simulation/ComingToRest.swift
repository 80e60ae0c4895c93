import Billing
import Ledger
import Storage
import Worker

/// The quiet after the chaos: no fault any more, the clock is right, everybody is back; and now everything has to come
/// to rest, in a bounded number of steps.
extension Simulation {
    /// Longer than a bank debit takes, a webhook is late, and a Checkout Session lives.
    private static let quietDays = 10
    private static let roundsADay = 4
    /// Of one round; what goes on longer would go on for ever.
    private static let stepLimit = 4_000

    func comeToRest() async throws {
        isQuiet = true
        house.trouble.begin(seed: options.seed, [])
        house.clock.setError(seconds: 0)
        chance = Chance(seed: options.seed &+ 1)
        if house.trouble.isDead { try await house.restart() }
        // What is known of the merchants first, then they all come back.
        try await rest(0)
        for merchant in market.merchants {
            trace.add("quiet: \(try await attempt { try await reconnect(merchant) })")
        }
        try await askAgain()
        guard market.unanswered.isEmpty else {
            throw Breach("callers get an answer", "\(market.unanswered.count) are asking in the quiet")
        }
        for round in 0..<Self.quietDays * Self.roundsADay {
            house.clock.advance(seconds: 86_400 / Int64(Self.roundsADay))
            try await rest(round)
        }
    }

    private func rest(_ round: Int) async throws {
        var steps = 0
        var isBusy = true
        while isBusy {
            isBusy = false
            for lane in Lane.allCases {
                while try await step(lane) {
                    isBusy = true
                    steps += 1
                    guard steps <= Self.stepLimit else {
                        throw Breach(
                            "comes to rest", "still busy with \(lane.rawValue) after \(steps) steps of round \(round)")
                    }
                }
            }
        }
        try await look()
    }

    /// A whole reconciliation, now.
    func reconcile() async throws -> ReconciliationResult {
        let worker = house.worker
        let run = try await house.database.write { tx in try worker.reconciliation.start(scope: .full, in: tx) }
        var steps = 0
        while try await worker.reconciliation.step(run.id) {
            steps += 1
            guard steps <= Self.stepLimit else { throw Breach("comes to rest", "a reconciliation does not end") }
        }
        return try await house.database.read { tx in try worker.reconciliation.get(run.id, in: tx) }
    }
}
