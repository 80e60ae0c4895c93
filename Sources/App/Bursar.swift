import ArgumentParser

/// The program `bursar`: every command works on the database itself, so the server need not run.
@main
struct Bursar: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bursar",
        abstract: "The self-hosted billing worker for AI apps on Stripe Connect.",
        discussion: """
            Begin with `bursar init`, then `bursar doctor`, then `bursar serve`.
            Every command answers in JSON with --json, and says how it went by its exit status.

            \(ExitStatus.explanation)
            """,
        version: Version.text,
        subcommands: [
            InitCommand.self, ServeCommand.self, AccountsCommand.self, ConnectCommand.self, CustomersCommand.self,
            UsageCommand.self, TopUpCommand.self, ChargeCommand.self, ChargesCommand.self, ReconcileCommand.self,
            LedgerCommand.self,
            WebhooksCommand.self, DoctorCommand.self, SettingsCommand.self, VersionCommand.self,
        ])
}
