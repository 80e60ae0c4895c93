import ArgumentParser
import Foundation
import Rehearsal

/// Faults of Stripe's at every call.
struct WireCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wire",
        abstract: "Meets every fault of Stripe's at every request of a story, and forgotten idempotency keys.",
        discussion: """
            EXAMPLES
              rehearse wire
              rehearse wire --every 20
              rehearse wire --at 13:timeout-after:1:86460
            """)

    @Option(help: "Takes only every so many-th case.")
    var every = 1

    @Option(help: "Only this case: what a failure prints.")
    var at: String?

    func validate() throws {
        guard every >= 1 else { throw ValidationError("--every is 1 or more") }
    }

    func run() async throws {
        let started = ContinuousClock.now
        let sweep = try await WireSweep()
        let cases = try cases(of: sweep)
        var failed = 0
        try await onAllProcessors(cases, sweep.breach) { one, breach in
            guard let breach else { return }
            failed += 1
            print("FAILED at \(one.name): \(breach)")
            print("  repeat: rehearse wire --at \(one.name)")
        }
        var table = FigureTable("wire")
        table.add("requests of the story", sweep.requests)
        table.add("tellings with a fault in them", cases.count)
        table.add("seconds", Int((ContinuousClock.now - started).components.seconds))
        table.add("failed", failed)
        print(table)
        if failed > 0 { throw ExitCode.failure }
    }

    private func cases(of sweep: WireSweep) throws -> [WireSweep.Case] {
        guard let at else { return (sweep.faults + sweep.lateAnswers).takingEvery(every) }
        guard let one = WireSweep.Case(at) else {
            throw ValidationError("--at holds '\(at)'; it should hold a case such as 13:timeout-after:1:86460")
        }
        return [one]
    }
}
