import ArgumentParser
import Billing
import Foundation
import Logging
import Server
import Storage
import Worker

/// What a command works with: the worker on the opened database, and the terminal.
struct Desk: Sendable {
    let worker: BillingWorker
    let terminal: Terminal
    let publicURL: String

    var database: Database { worker.context.database }
    var currencies: CurrencyRules { worker.context.currencies }
    /// What `--json` answers: what the HTTP API answers.
    var shapes: Shapes { Shapes(worker) }
}

/// The options of every command that works on the database.
struct DeskOptions: ParsableArguments, Sendable {
    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Settings", visibility: .hidden) var flags: SettingFlags
}

/// A command that works on the database. Failures are told in one line and become the exit status.
protocol DeskCommand: AsyncParsableCommand {
    var options: DeskOptions { get }
    func run(at desk: Desk) async throws
}

extension DeskCommand {
    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let terminal = Terminal.standard(json: options.common.json, environment: environment)
        try await reportingFailures(on: terminal) {
            let source = try SettingsSource(common: options.common, flags: options.flags, environment: environment)
            try await Workplace.open(try Settings(source.layers()), creating: false) { workplace in
                let desk = Desk(
                    worker: workplace.worker, terminal: terminal, publicURL: workplace.settings.publicURL)
                try await run(at: desk)
            }
        }
    }
}

/// A list's page.
struct PageOptions: ParsableArguments, Sendable {
    @Option(help: "How many, 1 to 100.") var limit = 20
    @Option(help: ArgumentHelp("The page after this one: the last id of the page before.", valueName: "id")) var after:
        String?

    func validate() throws {
        guard (1...100).contains(limit) else { throw ValidationError("--limit must be 1 to 100.") }
    }
}
