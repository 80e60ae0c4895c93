import ArgumentParser
import Billing
import Foundation
import Server
import Storage
import Worker

struct ConnectCommand: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect",
        abstract:
            "Connects a merchant's Stripe account: prints the address, and follows the status until it is connected.",
        discussion: """
            Without --oauth the address leads through Stripe's onboarding, in which an account is made or completed; \
            it opens once and expires after minutes. With --oauth the merchant connects an account that exists already.

            Examples:
              bursar connect "Ada's AI"
              bursar connect bacc_… --oauth --timeout 900
            """)

    @Argument(help: "The merchant, by id or by name.") var account: String
    @Flag(help: "Connect an account that exists already.") var oauth = false
    @Flag(help: "Print the address and end.") var noWait = false
    @Option(help: ArgumentHelp("How long to follow the status.", valueName: "seconds")) var timeout = 1_800
    @Option(help: ArgumentHelp("Where the merchant goes on to after the onboarding.", valueName: "url")) var returnURL:
        String?
    @OptionGroup var options: DeskOptions

    func validate() throws {
        guard (1...86_400).contains(timeout) else { throw ValidationError("--timeout must be 1 to 86400 seconds.") }
        guard returnURL == nil || !oauth else {
            throw ValidationError("--return-url belongs to the onboarding, not to --oauth.")
        }
    }

    func run(at desk: Desk) async throws {
        let found = try await desk.database.read { [account] tx in try desk.account(account, in: tx) }
        if found.stripeMode == .connect, found.status == .connected { return try show(found, at: desk) }
        let (url, shape) = try await makeLink(for: found, at: desk)
        if noWait { return try desk.show(shape) { url } }
        let address = "Open this address in a browser:\n\n  \(url)\n"
        if desk.terminal.json { desk.terminal.remark(address) } else { desk.terminal.say(address) }
        try show(try await follow(found.id, at: desk), at: desk)
    }

    private func show(_ account: ConnectedAccount, at desk: Desk) throws {
        try desk.show(desk.shapes.account(account)) {
            desk.terminal.style(
                "Connected: \(account.name) charges through \(account.stripeAccount ?? "the platform's own account").",
                .green)
        }
    }

    private func makeLink(for account: ConnectedAccount, at desk: Desk) async throws -> (url: String, shape: JSON) {
        if oauth {
            let link = try await desk.database.write { tx in
                try desk.worker.onboarding.oauthLink(account.id, in: tx)
            }
            return (link.url, desk.shapes.link(link))
        }
        let link = try await desk.worker.onboarding.link(account.id, returnURL: returnURL)
        return (link.url, desk.shapes.link(link))
    }

    /// The status as the database has it (the server's callback and webhooks write it), now and then as Stripe says.
    private func follow(_ id: ConnectedAccount.ID, at desk: Desk) async throws -> ConnectedAccount {
        let progress = Progress(on: desk.terminal)
        defer { progress.finish() }
        let started = ContinuousClock.now
        var round = 0
        while started.duration(to: .now) < .seconds(timeout) {
            let account =
                round % 5 == 0
                ? try await desk.worker.onboarding.refreshStatus(id)
                : try await desk.database.read { tx in try desk.worker.accounts.get(id, in: tx) }
            if account.status == .connected { return account }
            let seconds = started.duration(to: .now).components.seconds
            let due =
                account.requirementsDue.isEmpty
                ? "" : ", due at Stripe: \(account.requirementsDue.joined(separator: ", "))"
            progress.update("\(account.status.rawValue)\(due) (\(seconds) s)")
            round += 1
            try await Task.sleep(for: .seconds(1))
        }
        throw Failure.finding(
            "not_connected",
            "not connected after \(timeout) s; the link may have expired, run `bursar connect` again for a new one")
    }
}
