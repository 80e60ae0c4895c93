import ArgumentParser
import Foundation
import Rehearsal

/// Deaths of the process at every point.
struct CrashCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crash",
        abstract: "Kills the process at every commit and every request of a story, and in recovery.",
        discussion: """
            After each death the process is started anew and everything is done that there is to do; then the journal \
            must be that of the run that was not killed, and every promise of `simulate` must hold.

            EXAMPLES
              rehearse crash
              rehearse crash --pairs 1000
              rehearse crash --at commit-12-after+request-3-before
            """)

    @Option(help: "Takes only every so many-th point.")
    var every = 1

    @Option(help: "How many random pairs of points are tried, too.")
    var pairs = 100

    @Option(help: "Seed of the pairs.")
    var seed: UInt64 = 1

    @Option(help: "Dies only here: what a failure prints.")
    var at: String?

    func validate() throws {
        guard every >= 1, pairs >= 0 else { throw ValidationError("--every is 1 or more, --pairs 0 or more") }
    }

    func run() async throws {
        let started = ContinuousClock.now
        var sweep = try await CrashSweep()
        if let at {
            guard await sweep.repeated(at) else {
                throw ValidationError(
                    "--at holds '\(at)'; it should hold points such as commit-12-after+request-3-before")
            }
        } else {
            await sweep.single(every: every)
            await sweep.pairs(pairs, seed: seed)
        }
        for failure in sweep.failures {
            print("FAILED at \(failure.point): \(failure.breach)")
            print("  repeat: rehearse crash --at \(failure.point)")
        }
        var table = FigureTable("crash")
        table.add("points of the story", sweep.points)
        table.add("tellings with deaths in them", sweep.tellings)
        table.add("seconds", Int((ContinuousClock.now - started).components.seconds))
        table.add("failed", sweep.failures.count)
        print(table)
        if !sweep.failures.isEmpty { throw ExitCode.failure }
    }
}
