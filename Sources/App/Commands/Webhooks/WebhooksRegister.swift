import ArgumentParser
import Foundation
import Server
import Webhooks
import Worker

struct WebhooksRegister: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: "Makes both endpoints at Stripe, or brings them into step: exact events, pinned API version.",
        discussion: """
            Stripe shows the secret of a new endpoint once: with --write it goes into the settings file, else it is \
            printed. What is in step already is left alone; when nobody has its secret, this says so. \
            BURSAR_PUBLIC_URL says where Stripe reaches this Bursar. Start `bursar serve` again afterwards.

            Examples:
              bursar webhooks register --write
              bursar webhooks register --json
            """)

    @OptionGroup var secrets: SecretOptions
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let file = try secrets.file(options)
        try secrets.tell(try await desk.worker.webhookEndpoints.register(by: .commandLine), file, at: desk)
    }
}

struct WebhooksRoll: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "roll", abstract: "Gives both endpoints new secrets, with no event lost on the way.",
        discussion: """
            A second endpoint with a secret of its own is made beside each; every event comes twice and counts once. \
            Put the new secret before the old one (--write does), restart `bursar serve`, and --finish removes the \
            old endpoints, unless the new secret is not in the settings yet. Then take the old secrets out of them.

            Examples:
              bursar webhooks roll --write
              bursar webhooks roll --finish
            """)

    @Flag(help: "Remove the endpoints that have a newer one beside them.") var finish = false
    @Flag(help: "Remove them although the newer one's secret is not in the settings.") var force = false
    @OptionGroup var secrets: SecretOptions
    @OptionGroup var options: DeskOptions

    func validate() throws {
        if finish, secrets.write { throw ValidationError("--finish makes no secret that could be written.") }
        if force, !finish { throw ValidationError("--force belongs to --finish.") }
    }

    func run(at desk: Desk) async throws {
        guard finish else {
            let file = try secrets.file(options)
            return try secrets.tell(try await desk.worker.webhookEndpoints.roll(by: .commandLine), file, at: desk)
        }
        let removed = try await desk.worker.webhookEndpoints.finishRolling(
            by: .commandLine, isForced: force)
        try desk.show(.object([("removed", .array(removed.map { .string($0) }))])) {
            removed.isEmpty ? "There was no older endpoint." : "Removed \(removed.joined(separator: ", "))."
        }
    }
}

/// Where new secrets go.
struct SecretOptions: ParsableArguments, Sendable {
    @Flag(help: "Write new secrets into the settings file, before those that are there.") var write = false

    /// The settings file to write to; `nil` when nothing is to be written.
    /// - Throws: before anything is made at Stripe, when the file cannot be read.
    func file(_ options: DeskOptions) throws -> SettingsFile? {
        guard write else { return nil }
        guard let file = try SettingsSource(common: options.common).file else {
            throw Failure.rejected(
                "no_settings_file", "there is no \(SettingsFile.standardName) here; name the file by --config")
        }
        return file
    }

    func tell(_ changes: [EndpointChange], _ file: SettingsFile?, at desk: Desk) throws {
        let secrets = changes.compactMap { change in
            change.secret.map { (name: change.setting, secret: $0) }
        }
        if let file, !secrets.isEmpty { try write(secrets, to: file) }
        try desk.show(.object([("data", .array(changes.map(\.json)))])) {
            var lines = changes.map { "\($0.endpoint.name): \($0.sentence)" }
            if let file, !secrets.isEmpty {
                lines.append("\nThe new secrets are in \(file.path); start `bursar serve` again to use them.")
            } else if !secrets.isEmpty {
                lines.append(
                    "\nStripe shows these secrets once. Put them into the settings and restart `bursar serve`:\n")
                lines += secrets.map { "  \($0.name)=\($0.secret)" }
            }
            return lines.joined(separator: "\n")
        }
    }

    private func write(_ secrets: [(name: String, secret: String)], to file: SettingsFile) throws {
        do {
            try file.putFirst(secrets)
        } catch {
            // Stripe will not show them again.
            let lines = secrets.map { "\($0.name)=\($0.secret)" }.joined(separator: "\n")
            throw Failure.rejected("cannot_write", "\(file.path) cannot be written; write into it yourself:\n\(lines)")
        }
    }
}

extension EndpointChange {
    fileprivate var json: JSON {
        [
            "endpoint": .string(endpoint.name), "id": .string(id), "change": .string(what.rawValue),
            "secret": JSON(secret), "secret_lost": .bool(hasLostSecret),
        ]
    }

    fileprivate var setting: String {
        endpoint.connect ? "BURSAR_STRIPE_CONNECT_WEBHOOK_SECRETS" : "BURSAR_STRIPE_WEBHOOK_SECRETS"
    }

    fileprivate var sentence: String {
        hasLostSecret
            ? done + "; its secret is not in the settings: `bursar webhooks roll --write` makes a new one" : done
    }

    private var done: String {
        switch what {
        case .kept: "\(id) is in step; nothing was changed"
        case .made: "\(id) was made, with \(endpoint.events.count) events"
        case .changed: "\(id) now sends exactly the \(endpoint.events.count) events that are needed"
        case .rolled: "\(id) was made beside the old one; finish with `bursar webhooks roll --finish`"
        }
    }
}
