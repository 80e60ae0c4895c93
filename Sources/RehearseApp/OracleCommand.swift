import ArgumentParser
import Foundation
import Rehearsal

/// Accountants' programs that others have written, over the books of simulated years and of small worlds.
struct OracleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "oracle",
        abstract: "Lets hledger, and ledger where there is one, judge the exported books of simulated years.",
        discussion: """
            Each export carries our stored balances as assertions, so the strict check holds them against the entries. \
            A damaged export, one digit of an amount changed, must be refused by each of them.

            EXAMPLES
              rehearse oracle --seeds 5
              rehearse oracle --seeds 1 --seed 4711 --damages 1000
              rehearse oracle --seeds 0 --worlds 100 --damages 10
            """)

    @Option(help: "How many years are exported.")
    var seeds: UInt64 = 2

    @Option(help: "How many small worlds are exported, too.")
    var worlds: UInt64 = 0

    @Option(help: "The first seed.")
    var seed: UInt64 = 1

    @Option(help: "How many acts a year has.")
    var acts = 320

    @Option(help: "How many damaged copies of each export must be refused.")
    var damages = 50

    func validate() throws {
        guard seeds + worlds >= 1, acts >= 1, damages >= 0 else {
            throw ValidationError("--seeds or --worlds and --acts are 1 or more, --damages 0 or more")
        }
    }

    func run() async throws {
        let started = ContinuousClock.now
        let judges = Accountant.installed
        guard !judges.isEmpty else {
            throw ValidationError("neither hledger nor ledger is installed, so that nothing can be judged; install one")
        }
        let absent = Accountant.names.filter { name in !judges.contains { $0.name == name } }
        for name in absent { print("oracle: \(name) is not installed and judges nothing") }
        var total = Verdicts()
        for seed in seed..<seed + seeds {
            var options = SimulationOptions(seed: seed)
            options.exportsBooks = true
            let outcome = await Year(options, count: acts).run()
            if let breach = outcome.breach { total.failures.append("seed \(seed): \(breach)") }
            try await total.take(outcome.journals, of: "seed \(seed)", damages: damages, seed: seed, judges)
        }
        for number in seed..<seed + worlds {
            let journals = try await SmallBooks.exported(number: number)
            try await total.take(journals, of: "world \(number)", damages: damages, seed: number, judges)
        }
        for failure in total.failures { print("FAILED \(failure)") }
        var table = FigureTable("oracle: " + judges.map(\.name).joined(separator: " and "))
        table.add("years", Int(seeds))
        table.add("small worlds", Int(worlds))
        table.add("exports accepted", total.accepted)
        table.add("entries read", total.entries)
        table.add("damaged exports refused", total.refused)
        table.add("seconds", Int((ContinuousClock.now - started).components.seconds))
        table.add("failed", total.failures.count)
        print(table)
        if !total.failures.isEmpty { throw ExitCode.failure }
    }
}

/// What the accountants said.
private struct Verdicts {
    var accepted = 0
    var entries = 0
    var refused = 0
    var failures: [String] = []

    mutating func take(
        _ journals: [String], of origin: String, damages: Int, seed: UInt64, _ judges: [Accountant]
    ) async throws {
        for (number, journal) in journals.enumerated() {
            entries += JournalDamage.entries(in: journal)
            for judge in judges {
                if let complaint = try judge.complaint(about: journal) {
                    failures.append("\(origin), slice \(number + 1): \(judge.name) refuses it: \(complaint)")
                } else {
                    accepted += 1
                }
            }
            try await damage(journal, origin, JournalDamage.copies(of: journal, count: damages, seed: seed), judges)
        }
    }

    private mutating func damage(
        _ journal: String, _ origin: String, _ copies: [JournalDamage], _ judges: [Accountant]
    ) async throws {
        let trials = copies.flatMap { copy in judges.map { (copy: copy, judge: $0) } }
        try await onAllProcessors(trials, { try $0.judge.complaint(about: $0.copy.text) == nil }) { trial, isAccepted in
            if isAccepted {
                failures.append("\(origin): \(trial.judge.name) accepts a damaged line: \(trial.copy.line)")
            } else {
                refused += 1
            }
        }
    }
}
