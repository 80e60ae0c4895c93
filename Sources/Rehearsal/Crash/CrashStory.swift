/// A short story in which everything happens that moves money or promises to: it is told again and again, each time
/// with something going wrong at another point, and must always come out the same.
public struct CrashStory: Sendable {
    /// What became of a telling.
    struct Telling: Sendable {
        let breach: Breach?
        let journal: JournalShape?
        let points: FailurePoints
        let figures: SimulationFigures

        /// - Throws: `Breach`, when something did not hold.
        var soundJournal: JournalShape {
            get throws {
                if let breach { throw breach }
                guard let journal else { throw Breach("a journal", "the story has none") }
                return journal
            }
        }

        /// - Returns: what did not hold, or how the journal differs from `honest`.
        func breach(from honest: JournalShape, _ rule: String) -> Breach? {
            if let breach { return breach }
            guard let journal else { return Breach(rule, "there is none") }
            return journal.difference(from: honest).map { Breach(rule, $0) }
        }
    }

    /// - Parameter seed: decides what the amounts are.
    static func acts(seed: UInt64 = 0) -> [Act] {
        let (ada, bob, eve): (UInt64, UInt64, UInt64) = (0, 1, 2)
        let deeds: [Deed] = [
            .use(pick: ada, events: 3, mostMicros: 9_000_000),
            .use(pick: eve, events: 4, mostMicros: 9_000_000),
            .charge(pick: ada),
            .useAgain(pick: 0),
            .openTopUp(pick: bob, amount: 2_500, card: nil),
            .payTopUp(pick: 0, card: .good),
            .use(pick: bob, events: 5, mostMicros: 400_000),
            .correct(pick: 8),
            .hold(pick: bob, micros: 900_000),
            .capture(pick: 0, perMille: 700),
            .hold(pick: bob, micros: 800_000),
            .release(pick: 0),
            .charge(pick: eve),
            .authenticate(pick: 0, passes: true),
            .grant(pick: ada, micros: 3_000_000, isPaidOutside: true, days: nil),
            .use(pick: ada, events: 2, mostMicros: 9_000_000),
            .changeCard(pick: ada, card: .declinedLater),
            .charge(pick: ada),
            .useProduct(pick: bob, events: 2, mostPages: 120),
            .refund(pick: 0, ofTopUp: true, perMille: 400, returnsFee: false),
            .refundAtStripe(pick: 0, perMille: 300, returnsFee: false),
            .dispute(pick: 1, perMille: 1_000, isInquiry: false),
            .moveDispute(pick: 0, .win),
            .payOut(pick: 0),
        ]
        return deeds.enumerated().map { number, deed in
            Act(number: number, afterSeconds: 60, deed: deed, seed: UInt64(number) &* 7_919 &+ seed)
        }
    }

    static func tell(seed: UInt64 = 0, deaths: [DeathPoint] = [], fault: PlannedFault? = nil) async -> Telling {
        var options = SimulationOptions(seed: 1, families: [])
        options.isStory = true
        options.deaths = deaths
        options.fault = fault
        do {
            let simulation = try await Simulation(options)
            let outcome = await simulation.outcome(of: acts(seed: seed))
            return Telling(
                breach: outcome.breach, journal: try await simulation.journalShape(), points: await simulation.points,
                figures: outcome.figures)
        } catch {
            return Telling(breach: Breach(error), journal: nil, points: FailurePoints(), figures: SimulationFigures())
        }
    }
}
