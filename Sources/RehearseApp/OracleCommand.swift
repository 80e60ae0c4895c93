import ArgumentParser
import Foundation
import Rehearsal

/// Accountants' programs that others have written, over the books of simulated years.
struct OracleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "oracle",
        abstract: "Lets hledger, and ledger where there is one, judge the exported books of simulated years.",
        discussion: """
            Each export carries our stored balances as assertions, so the strict check holds them against the entries. \
            A damaged export, one digit of an amount changed, must be refused.

            EXAMPLES
              rehearse oracle --seeds 5
              rehearse oracle --seeds 1 --seed 4711 --damages 1000
            """)

    @Option(help: "How many years are exported.")
    var seeds: UInt64 = 2

    @Option(help: "The first seed.")
    var seed: UInt64 = 1

    @Option(help: "How many acts a year has.")
    var acts = 320

    @Option(help: "How many damaged exports of each year must be refused.")
    var damages = 50

    func validate() throws {
        guard seeds >= 1, acts >= 1, damages >= 0 else {
            throw ValidationError("--seeds and --acts are 1 or more, --damages 0 or more")
        }
    }

    func run() async throws {
        let started = ContinuousClock.now
        let judges = Accountant.installed
        guard !judges.isEmpty else {
            throw CleanExit.message("oracle: neither hledger nor ledger is installed; nothing was judged")
        }
        var entries = 0
        var refused = 0
        var failures: [String] = []
        for seed in seed..<seed + seeds {
            var options = SimulationOptions(seed: seed)
            options.exportsBooks = true
            let outcome = await Year(options, count: acts).run()
            if let breach = outcome.breach { failures.append("seed \(seed): \(breach)") }
            for (number, journal) in outcome.journals.enumerated() {
                entries += JournalDamage.entries(in: journal)
                for judge in judges {
                    if let complaint = try judge.complaint(about: journal) {
                        failures.append("seed \(seed), slice \(number + 1): \(judge.name) refuses it: \(complaint)")
                    }
                }
                for damaged in JournalDamage.copies(of: journal, count: damages, seed: seed) {
                    guard try judges[0].complaint(about: damaged.text) == nil else {
                        refused += 1
                        continue
                    }
                    failures.append("seed \(seed): \(judges[0].name) accepts a damaged line: \(damaged.line)")
                }
            }
        }
        for failure in failures { print("FAILED \(failure)") }
        var table = FigureTable("oracle: " + judges.map(\.name).joined(separator: " and "))
        table.add("years", Int(seeds))
        table.add("entries read", entries)
        table.add("damaged exports refused", refused)
        table.add("seconds", Int((ContinuousClock.now - started).components.seconds))
        table.add("failed", failures.count)
        print(table)
        if !failures.isEmpty { throw ExitCode.failure }
    }
}

/// A program that checks a journal.
private struct Accountant {
    let name: String
    let arguments: [String]
    let path: String

    static var installed: [Accountant] {
        [("hledger", ["check", "-s"]), ("ledger", ["balance", "--pedantic"])].compactMap { name, arguments in
            let places = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map {
                "\($0)/\(name)"
            }
            return places.first(where: FileManager.default.isExecutableFile).map {
                Accountant(name: name, arguments: arguments, path: $0)
            }
        }
    }

    /// - Returns: nil where it is satisfied.
    func complaint(about journal: String) throws -> String? {
        let file = FileManager.default.temporaryDirectory.appending(path: "rehearse-\(UUID().uuidString).journal")
        try Data(journal.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = ["-f", file.path()] + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        let said = Pipe()
        process.standardError = said
        try process.run()
        let text = said.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? nil : String(decoding: text.prefix(400), as: UTF8.self)
    }
}
