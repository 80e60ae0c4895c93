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
        var sweep = try await WireSweep()
        if let at {
            guard await sweep.repeated(at) else {
                throw ValidationError("--at holds '\(at)'; it should hold a case such as 13:timeout-after:1:86460")
            }
        } else {
            await sweep.faults(every: every)
            await sweep.lateAnswers(every: every)
        }
        for failure in sweep.failures {
            print("FAILED at \(failure.point): \(failure.breach)")
            print("  repeat: rehearse wire --at \(failure.point)")
        }
        var table = FigureTable("wire")
        table.add("requests of the story", sweep.requests)
        table.add("tellings with a fault in them", sweep.tellings)
        table.add("seconds", Int((ContinuousClock.now - started).components.seconds))
        table.add("failed", sweep.failures.count)
        print(table)
        if !sweep.failures.isEmpty { throw ExitCode.failure }
    }
}
