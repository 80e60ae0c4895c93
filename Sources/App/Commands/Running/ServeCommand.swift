import ArgumentParser
import Billing
import Foundation
import Ledger
import Logging
import Metrics
import Server

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Runs the server: the HTTP API, the doors for Stripe's webhooks, and the loops behind them.",
        discussion: """
            Prints one line when it is ready; the log goes to standard error. SIGTERM or SIGINT: no new work, what has \
            begun is answered, and the process ends within 10 s; a second signal ends it at once. Nothing is lost \
            either way. A database that is not there stops the start, unless BURSAR_CREATE_DATABASE is yes.

            Examples:
              bursar serve
              bursar serve --config /etc/bursar/bursar.env --listen 127.0.0.1:9000
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup(title: "Settings") var flags: SettingFlags

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let terminal = Terminal.standard(json: common.json, environment: environment)
        try await reportingFailures(on: terminal) {
            let source = try SettingsSource(common: common, flags: flags, environment: environment)
            var settings = try Settings(source.layers())
            try settings.choosePort()
            raiseFileLimit()
            let metrics = PrometheusMetrics()
            MetricsSystem.bootstrap(metrics)
            bootstrapLogging(settings, terminal)
            let logger = Logger(label: "bursar")
            try await Workplace.open(settings, creating: settings.createsDatabase, logger: logger) { workplace in
                try await workplace.prepare()
                try await Serving(workplace: workplace, terminal: terminal, metrics: metrics, logger: logger).run()
            }
        }
    }

    private func bootstrapLogging(_ settings: Settings, _ terminal: Terminal) {
        let level = Logger.Level(rawValue: settings.logLevel) ?? .info
        let seams = Seams.world
        LoggingSystem.bootstrap { label in
            if settings.logFormat == "json" {
                JSONLogHandler(label: label, level: level, timestamp: { seams.now().rfc3339 }, write: terminal.err)
            } else {
                TextLogHandler(label: label, level: level, timestamp: { seams.now().rfc3339 }, write: terminal.err)
            }
        }
    }
}
