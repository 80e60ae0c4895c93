import ArgumentParser
import Foundation
import Server
import Storage
import Worker

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Makes the database and the settings file, both readable by their owner only, and the first API key.",
        discussion: """
            The key has the scope `platform` and is shown this once; the database keeps a hash of it. What is there \
            already is never overwritten.

            Examples:
              bursar init
              bursar init --database /var/lib/bursar/bursar.sqlite
            """)

    @Option(help: ArgumentHelp("The settings file to make.", valueName: "file")) var config = SettingsFile.standardName
    @Option(help: .setting("database")) var database: String?
    @Flag(help: "Answer in JSON.") var json = false

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let terminal = Terminal.standard(json: json, environment: environment)
        try await reportingFailures(on: terminal) {
            let settings = try Settings(
                SettingsLayers(
                    commandLine: database.map { ["BURSAR_DATABASE": $0] } ?? [:], environment: environment, file: nil))
            let path = absolute(databasePath(settings.database))
            for taken in [path, config] where FileManager.default.fileExists(atPath: taken) {
                let newKey = "; `bursar accounts keys create --platform --name NAME` makes a key for it"
                throw Failure.rejected(
                    "exists", "\(taken) is there already; nothing was changed\(taken == path ? newKey : "")")
            }
            try writePrivately(SettingsFileText.make(database: "sqlite:\(path)"), to: config)
            do {
                let minted = try await mint(settings)
                try terminal.show(Answer(database: path, config: config, platformKey: minted.secret)) {
                    steps(path, minted.secret, on: terminal)
                }
            } catch {
                // Half a database would be in the way of the next try.
                for made in [config, path, path + "-wal", path + "-shm"] {
                    try? FileManager.default.removeItem(atPath: made)
                }
                throw error
            }
        }
    }

    private func mint(_ settings: Settings) async throws -> MintedKey {
        var minted: MintedKey?
        try await Workplace.open(settings, creating: true) { workplace in
            minted = try await workplace.database.write { tx in
                try workplace.worker.keys.mint(account: nil, name: "init", by: .commandLine, in: tx)
            }
        }
        guard let minted else { throw Failure.rejected("not_made", "the first key could not be made; try again") }
        return minted
    }

    private func steps(_ path: String, _ secret: String, on terminal: Terminal) -> String {
        let key = terminal.style(secret, .bold)
        return """
            Made the database   \(path)
            Made the settings   \(config)

            The platform's API key, shown this once:

              \(key)

            Next:
              1. Set BURSAR_STRIPE_SECRET_KEY and BURSAR_PUBLIC_URL in \(config).
              2. bursar webhooks register --write    makes the two endpoints at Stripe, and sets their secrets
              3. bursar doctor    says what is still missing
              4. bursar serve
            """
    }

    private func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }

    private struct Answer: Encodable {
        let database: String
        let config: String
        let platformKey: String

        enum CodingKeys: String, CodingKey {
            case database, config
            case platformKey = "platform_key"
        }
    }
}
