import Billing
import Ledger
import Storage
import Worker

/// The quiet after the chaos: no fault any more, the clock is right, everybody is back; and now everything has to come
/// to rest, in a bounded number of steps.
extension Simulation {
    /// Longer than a bank debit takes, a webhook is late, and a Checkout Session lives.
    private static let quietDays = 10
    /// A story has no debits.
    private static let storyDays = 2
    private static let roundsADay = 4
    private static let waitSeconds: Int64 = 150
    private static let waitLimit = 40
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
        try await askUntilAnswered()
        for round in 0..<(options.isStory ? Self.storyDays : Self.quietDays) * Self.roundsADay {
            house.clock.advance(seconds: 86_400 / Int64(Self.roundsADay))
            try await rest(round)
        }
    }

    /// Also what is tried again after a while: the next act of a story begins when the last one is over.
    func restUntilNothingWaits(_ round: Int) async throws {
        try await rest(round)
        for _ in 0..<Self.waitLimit {
            let worker = house.worker
            let figures = try await house.database.read { tx in try worker.operations.figures(in: tx) }
            guard figures.outboxDepth + figures.inboxDepth > 0 else { return }
            house.clock.advance(seconds: Self.waitSeconds)
            try await rest(round)
        }
        throw Breach("comes to rest", "something of act \(round) waits for hours")
    }

    /// Does all there is to do, now.
    func rest(_ round: Int) async throws {
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
