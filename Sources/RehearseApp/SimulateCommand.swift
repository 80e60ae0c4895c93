import ArgumentParser
import Foundation
import Rehearsal

/// Years of a small platform, each from a seed.
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Plays years of a small platform in seconds, with everything going wrong.",
        discussion: """
            The real worker, its SQL on a database in memory, and the sandbox, in one process on a virtual clock. \
            First chaos: merchants and customers act while processes die, Stripe fails, and webhooks are lost, late \
            and repeated. Then quiet, in which everything must come to rest, and add up.

            EXAMPLES
              rehearse simulate --seeds 100
              rehearse simulate --seeds 20 --faults webhooks,outage
              rehearse simulate --seeds 1 --seed 4711 --trace
              rehearse simulate --seeds 1 --seed 4711 --shrink
              rehearse simulate --config bursar.json --customers 30 --days 90
              rehearse simulate --config bursar.json --model gpt-5 --declines-percent 20 --invoices
              rehearse simulate --config bursar.json --json

            THE FILE OF --config
            What the API takes, word by word: the fields of an account, and lists of meters, products, prices and \
            plans; 'customer' and 'auto_top_up' for every customer; 'usage' is what they use in turn, and else \
            --model or --cost-micros says it. This one can be played as it is:

            \(ForecastInput.example)
            """)

    @Option(help: "How many seeds are played.")
    var seeds: UInt64 = 10

    @Option(help: "The first seed.")
    var seed: UInt64 = 1

    @Option(help: "How many acts a seed plays; 320 make a year.")
    var acts = 320

    @Option(help: "What goes wrong, with commas between: crash, database, stripe, webhooks, outage, clock; or none.")
    var faults = FaultFamily.allCases.map(\.rawValue).joined(separator: ",")

    @Option(help: "Plays only the acts of these numbers, such as 0-3,7: what --shrink prints.")
    var only: String?

    @Flag(help: "Finds the shortest schedule that still fails.")
    var shrink = false

    @Flag(help: "Prints what happens, line by line.")
    var trace = false

    @Option(
        help: "A file of your terms, prices and plans: plays their year, and prints each plan's invoices and margin.")
    var config: String?

    @Flag(help: "With --config: prints every invoice.")
    var invoices = false

    @Flag(help: "With --config: prints JSON, all money in micros.")
    var json = false

    @OptionGroup var usage: ProfileOptions

    func validate() throws {
        guard seeds >= 1, acts >= 1, acts <= 100_000 else {
            throw ValidationError("--seeds must be 1 or more, --acts 1 to 100000")
        }
        guard config != nil || !(invoices || json) else {
            throw ValidationError("--invoices and --json go with --config")
        }
        guard families != nil else {
            throw ValidationError(
                "--faults holds '\(faults)'; it takes none or "
                    + FaultFamily.allCases.map(\.rawValue).joined(separator: ", "))
        }
        guard only == nil || onlyNumbers != nil else {
            throw ValidationError("--only holds '\(only ?? "")'; it should hold numbers such as 0-3,7")
        }
    }

    private var families: Set<FaultFamily>? {
        if faults == "none" { return [] }
        let named = faults.split(separator: ",").map { FaultFamily(rawValue: String($0)) }
        return named.contains(nil) || named.isEmpty ? nil : Set(named.compactMap { $0 })
    }

    private var onlyNumbers: Set<Int>? { only.flatMap(Year.numbers) }

    func run() async throws {
        if let config { return try await forecast(config) }
        try await simulate()
    }

    private func forecast(_ path: String) async throws {
        guard let file = FileManager.default.contents(atPath: path) else {
            throw ValidationError("--config: there is no file \(path) that can be read")
        }
        do {
            let forecast = try await Forecast(try ForecastInput(file), usage.profile, seed: seed)
            let days = usage.days
            defer { TerminalCount.clear() }
            let report = try await forecast.run { day in TerminalCount.say("day \(day) of \(days)") }
            TerminalCount.clear()
            if json {
                print(String(decoding: try report.json(withInvoices: invoices), as: UTF8.self))
            } else {
                print(report.text(withInvoices: invoices))
            }
        } catch let breach as Breach where breach.rule == "configuration" {
            throw ValidationError("--config: \(breach.detail)")
        }
    }

    private func simulate() async throws {
        let started = ContinuousClock.now
        var figures = SimulationFigures()
        var failed = 0
        let only = onlyNumbers
        let years = (seed..<seed + seeds).lazy.map { seed in
            var options = SimulationOptions(seed: seed, families: families ?? [])
            options.keepsTrace = trace
            return Year(options, count: acts, only: only)
        }
        try await onAllProcessors(years, { await $0.run() }) { year, outcome in
            figures.add(outcome.figures)
            for line in outcome.trace.lines { print(line) }
            if trace || seeds == 1 { print("seed \(year.options.seed), digest \(outcome.trace.digest)") }
            guard let breach = outcome.breach else { return }
            failed += 1
            print("FAILED seed \(year.options.seed): \(breach)")
            print("  repeat: \(year.command(count: acts))")
            if shrink { await shrunk(year, breach) }
        }
        let seconds = ContinuousClock.now - started
        print(Self.table(figures, seeds: seeds, failed: failed, seconds: seconds.components.seconds))
        if failed > 0 { throw ExitCode.failure }
    }

    private func shrunk(_ year: Year, _ breach: Breach) async {
        let shorter = await year.shrunk(breach.rule) { count in
            FileHandle.standardError.write(Data("  still fails with \(count) acts\n".utf8))
        }
        print("  shortest: \(shorter.command(count: acts))")
        for act in shorter.acts { print("    #\(act.number) \(act.deed)") }
    }

    private static func table(
        _ figures: SimulationFigures, seeds: UInt64, failed: Int, seconds: Int64
    ) -> FigureTable {
        var table = FigureTable("simulate")
        table.add("seeds", Int(seeds))
        table.add("acts", figures.acts)
        table.add("steps of the worker", figures.steps)
        table.add("processes that died and were followed by another", figures.restarts)
        table.add("requests to the server", figures.requests)
        table.add("usage events", figures.usageEvents)
        table.add("corrections", figures.corrections)
        for (currency, count) in figures.payments.sorted(by: { $0.key < $1.key }) {
            table.add("payments in \(currency)", count)
        }
        table.add("further tries of declined charges", figures.retries)
        table.add("charges given up", figures.givenUp)
        table.add("refunds", figures.refunds)
        table.add("disputes", figures.disputes)
        table.add("invariants checked", figures.invariants)
        for (fault, count) in figures.faults.sorted(by: { $0.key < $1.key }) { table.add("fault: \(fault)", count) }
        table.add("seconds", Int(seconds))
        table.add("failed", failed)
        return table
    }
}
