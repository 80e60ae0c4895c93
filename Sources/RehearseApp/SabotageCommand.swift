import ArgumentParser
import Foundation
import Rehearsal

/// Takes guards away one at a time, and looks which tests notice.
struct SabotageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sabotage",
        abstract: "Takes each guard away in a copy of the sources; a named test must turn red.",
        discussion: """
            Each sabotage builds and runs the tests that should catch it: minutes each. The copy is kept, so that the \
            next run builds only what has changed.

            EXAMPLES
              rehearse sabotage --list
              rehearse sabotage --only "a final charge stays final"
              rehearse sabotage --copy /var/tmp/bursar-sabotage
            """)

    @Flag(help: "Only says what there is.")
    var list = false

    @Option(help: "The names of the sabotages to do, repeated; all, when there is none.")
    var only: [String] = []

    @Option(help: "Where the repository is.")
    var repository = "."

    @Option(help: "Where its copy goes, or is from last time.")
    var copy = ".build-sabotage"

    func validate() throws {
        let known = Set(Sabotage.all.map(\.name))
        if let unknown = only.first(where: { !known.contains($0) }) {
            throw ValidationError("there is no sabotage '\(unknown)'; --list says which there are")
        }
    }

    func run() async throws {
        if list {
            for sabotage in Sabotage.all {
                print("\(sabotage.name)\n  \(sabotage.file), caught by \(sabotage.caughtBy)")
            }
            return
        }
        try refreshCopy()
        var table = FigureTable("sabotage")
        var missed = 0
        for sabotage in Sabotage.all where only.isEmpty || only.contains(sabotage.name) {
            let verdict = try verdict(on: sabotage)
            print("\(verdict.rawValue): \(sabotage.name) (\(sabotage.caughtBy))")
            table.add(sabotage.name, verdict.rawValue)
            missed += verdict == .caught ? 0 : 1
        }
        print(table)
        if missed > 0 { throw ExitCode.failure }
    }

    private enum Verdict: String {
        case caught
        /// The tests are green without the guard.
        case missed = "MISSED"
        /// It shows nothing about the tests.
        case notBuilt = "NOT BUILT"
    }

    private func verdict(on sabotage: Sabotage) throws -> Verdict {
        let file = URL(filePath: copy).appending(path: sabotage.file)
        let whole = try Data(contentsOf: file)
        defer { try? whole.write(to: file) }
        try Data(try sabotage.applied(to: String(decoding: whole, as: UTF8.self)).utf8).write(to: file)
        let flags = ["--explicit-target-dependency-import-check", "error"]
        guard try succeeds("swift", ["build", "--build-tests", "--package-path", copy] + flags) else {
            return .notBuilt
        }
        let isGreen = try succeeds(
            "swift", ["test", "--skip-build", "--package-path", copy, "--filter", sabotage.caughtBy])
        return isGreen ? .missed : .caught
    }

    /// What git knows of, as it is in the working tree; the copy's own build stays.
    private func refreshCopy() throws {
        try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
        let script = "git -C \"$1\" ls-files -z | rsync -a --from0 --files-from=- \"$1\"/ \"$2\"/"
        guard try succeeds("sh", ["-c", script, "sh", repository, copy]) else {
            throw ValidationError("\(repository) could not be copied to \(copy); that takes git and rsync")
        }
    }

    private func succeeds(_ program: String, _ arguments: [String]) throws -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
