import ArgumentParser
import Foundation
import Rehearsal

/// Takes guards away one at a time, and looks which tests notice.
struct SabotageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sabotage",
        abstract: "Takes each guard away in a copy of the sources; a named test must turn red.",
        discussion: """
            The copy is built once, with a switch at every guard that no other build has; then the tests that should \
            notice run without one guard after the other, and before that with all of them, when they must be green. \
            A test that hangs is ended after --seconds, and the table says so. The copy is kept, so that the next run \
            builds only what has changed.

            EXAMPLES
              rehearse sabotage --list
              rehearse sabotage --only "a final charge stays final"
              rehearse sabotage --copy /var/tmp/bursar-sabotage
            """)

    @Flag(help: "Only says what there is.")
    var list = false

    @Option(help: "The names of the guards to take away, repeated; all, when there is none.")
    var only: [String] = []

    @Option(help: "Where the repository is.")
    var repository = "."

    @Option(help: "Where its copy goes, or is from last time.")
    var copy = ".build-sabotage"

    @Option(help: "How long the tests of one guard may take.")
    var seconds = 120

    func validate() throws {
        let known = Set(Sabotage.all.map(\.name))
        if let unknown = only.first(where: { !known.contains($0) }) {
            throw ValidationError("there is no sabotage '\(unknown)'; --list says which there are")
        }
        guard seconds >= 1 else { throw ValidationError("--seconds is 1 or more") }
    }

    func run() async throws {
        if list { return printList() }
        let started = ContinuousClock.now
        let chosen = Sabotage.all.filter { only.isEmpty || only.contains($0.name) }
        let copy = SabotagedCopy(repository: URL(filePath: repository), place: URL(filePath: copy))
        try copy.refresh()
        let tests = try SabotagedTests(of: copy, seconds: seconds)
        let built = ContinuousClock.now
        let tested = try await requireGreen(chosen, tests)
        var missed = 0
        try await onAllProcessors(chosen, { try tests.run($0.caughtBy, without: $0.name) }) { sabotage, verdict in
            say(Self.line(sabotage, verdict))
            missed += verdict.isRed ? 0 : 1
        }
        var table = FigureTable("sabotage")
        table.add("guards taken away", chosen.count)
        table.add("tests that should notice", tested)
        table.add("seconds to build", Int((built - started).components.seconds))
        table.add("seconds to test", Int((ContinuousClock.now - built).components.seconds))
        table.add("missed", missed)
        say("\(table)")
        if missed > 0 { throw ExitCode.failure }
    }

    /// At once, also where the output is a file: a run takes minutes.
    private func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

    /// A test that is red anyhow shows nothing about a guard.
    /// - Returns: how many tests there are.
    private func requireGreen(_ chosen: [Sabotage], _ tests: SabotagedTests) async throws -> Int {
        var sum = 0
        try await onAllProcessors(Set(chosen.map(\.caughtBy)).sorted(), { try tests.run($0) }) { filter, verdict in
            guard case .green(let count) = verdict else {
                throw ValidationError("\(filter) is not green with every guard in its place: \(verdict)")
            }
            sum += count
        }
        return sum
    }

    private static func line(_ sabotage: Sabotage, _ verdict: SabotagedTests.Verdict) -> String {
        let found =
            switch verdict {
            case .red(let test): "caught    \(sabotage.name)  (\(sabotage.caughtBy): \(test))"
            case .crashed: "caught    \(sabotage.name)  (\(sabotage.caughtBy): the tests crashed)"
            case .timedOut: "timed out \(sabotage.name)  (\(sabotage.caughtBy))"
            case .green(let count): "MISSED    \(sabotage.name)  (\(sabotage.caughtBy): \(count) green tests)"
            case .none: "MISSED    \(sabotage.name)  (\(sabotage.caughtBy): no such test)"
            }
        return found
    }

    private func printList() {
        for sabotage in Sabotage.all {
            print("\(sabotage.name)\n  \(sabotage.file), caught by \(sabotage.caughtBy)")
        }
    }
}
