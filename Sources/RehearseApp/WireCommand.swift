import ArgumentParser
import Foundation
import Rehearsal

/// Faults of Stripe's at every call.
struct WireCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wire",
        abstract: "Meets every fault of Stripe's at every request of a story, and forgotten idempotency keys.",
        discussion: """
            Each fault at the first attempt, the first two and the first three; the journal must be that of the run \
            without one. Then each POST whose answer is heard of after 23:59, 24:01 or 48:00 hours, with other amounts \
            for each seed: no charge has two payments, and everything else holds that does after a year.

            EXAMPLES
              rehearse wire
              rehearse wire --every 20 --seeds 3
              rehearse wire --at 13:timeout-after:1:86460@7
            """)

    @Option(help: "Takes only every so many-th fault.")
    var every = 1

    @Option(help: "With so many seeds each POST is heard of late.")
    var seeds: UInt64 = 100

    @Option(help: "Only this case: what a failure prints.")
    var at: String?

    func validate() throws {
        guard every >= 1, seeds <= 1_000_000 else {
            throw ValidationError("--every is 1 or more, --seeds at most 1000000")
        }
    }

    func run() async throws {
        let started = ContinuousClock.now
        let sweep = try await WireSweep()
        let cases = try await cases(of: sweep)
        let failed = try await tellEach(of: cases, command: "wire", sweep.breach)
        var table = FigureTable("wire")
        table.add("requests of the story", sweep.requests)
        table.add("tellings with a fault in them", cases.count)
        table.add("seconds", Int((ContinuousClock.now - started).components.seconds))
        table.add("failed", failed)
        print(table)
        if failed > 0 { throw ExitCode.failure }
    }

    private func cases(of sweep: WireSweep) async throws -> [WireSweep.Case] {
        if let at {
            guard let one = WireSweep.Case(at) else {
                throw ValidationError("--at holds '\(at)'; it should hold a case such as 13:timeout-after:1:86460@7")
            }
            return [one]
        }
        var late: [WireSweep.Case] = []
        try await onAllProcessors(0..<seeds, sweep.lateAnswers) { _, cases in late += cases }
        return sweep.faults.takingEvery(every) + late
    }
}
