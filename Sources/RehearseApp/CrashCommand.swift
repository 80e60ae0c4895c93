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
        let sweep = try await CrashSweep()
        let cases = try cases(of: sweep)
        let failed = try await tellEach(of: cases, command: "crash", sweep.breach)
        var table = FigureTable("crash")
        table.add("points of the story", sweep.single.count)
        table.add("tellings with deaths in them", cases.count)
        table.add("seconds", Int((ContinuousClock.now - started).components.seconds))
        table.add("failed", failed)
        print(table)
        if failed > 0 { throw ExitCode.failure }
    }

    private func cases(of sweep: CrashSweep) throws -> [CrashSweep.Case] {
        guard let at else { return sweep.single.takingEvery(every) + sweep.pairs(pairs, seed: seed) }
        guard let one = CrashSweep.Case(at) else {
            throw ValidationError(
                "--at holds '\(at)'; it should hold points such as commit-12-after+request-3-before")
        }
        return [one]
    }
}
