import ArgumentParser
import Foundation
import Rehearsal

/// Small worlds, very many of them.
struct ScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedules",
        abstract: "Plays thousands of small worlds, each with what it is told in another order.",
        discussion: """
            webhooks    each up to five times, in any order, up to 72 hours late, one in five never; then a sweep
            clock       the same, with a worker's clock that goes wrong by up to a day, forwards and back
            outage      no webhooks and no list of events for an hour, 3, 29 and 31 days; then a sweep
            messengers  answer, webhook and sweep of one fact, in all six orders and at once
            poison      one event among the others that nobody can read
            holds       holds, captures, releases, expiry and deaths of the process

            The journal must be that of the run in order, or, of holds, what was captured; nothing may be stuck, and \
            Stripe and the books must agree.

            EXAMPLES
              rehearse schedules --family webhooks --seeds 10000
              rehearse schedules --family messengers --seeds 1 --seed 4711
            """)

    @Option(
        help: "Which, repeated: \(ScheduleFamily.allCases.map(\.rawValue).joined(separator: ", ")). All by default.")
    var family: [String] = []

    @Option(help: "How many seeds of each.")
    var seeds: UInt64 = 100

    @Option(help: "The first seed.")
    var seed: UInt64 = 1

    func validate() throws {
        guard seeds >= 1 else { throw ValidationError("--seeds is 1 or more") }
        if let unknown = family.first(where: { ScheduleFamily(rawValue: $0) == nil }) {
            let known = ScheduleFamily.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--family holds '\(unknown)'; it takes \(known)")
        }
    }

    func run() async throws {
        var failed = 0
        let chosen = family.isEmpty ? ScheduleFamily.allCases : family.compactMap(ScheduleFamily.init)
        for family in chosen { failed += try await play(family) }
        if failed > 0 { throw ExitCode.failure }
    }

    /// - Returns: how many failed.
    private func play(_ family: ScheduleFamily) async throws -> Int {
        let started = ContinuousClock.now
        let sweep = ScheduleSweep(family)
        var figures = ScheduleSweep.Figures()
        var failed = 0
        try await onAllProcessors(seed..<seed + seeds, sweep.run) { seed, result in
            switch result {
            case .success(let one): figures.add(one)
            case .failure(let breach):
                failed += 1
                print("FAILED seed \(seed): \(breach)")
                print("  repeat: rehearse schedules --family \(family.rawValue) --seeds 1 --seed \(seed)")
            }
        }
        var table = FigureTable("schedules: \(family.rawValue)")
        table.add("seeds", Int(seeds))
        table.add("worlds", figures.worlds)
        for (name, count) in figures.counts.sorted(by: { $0.key < $1.key }) { table.add(name, count) }
        table.add("seconds", Int((ContinuousClock.now - started).components.seconds))
        table.add("failed", failed)
        print(table)
        return failed
    }
}
