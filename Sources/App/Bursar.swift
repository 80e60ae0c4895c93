import ArgumentParser
import Foundation

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
            OrganizationsCommand.self, PlansCommand.self, KeysCommand.self, UsageCommand.self, ExplainCommand.self,
            MarginsCommand.self, PricesCommand.self, MetersCommand.self, ProductsCommand.self, TopUpCommand.self,
            ChargeCommand.self, ChargesCommand.self, RefundsCommand.self, DisputesCommand.self, ReconcileCommand.self,
            LedgerCommand.self,
            QuotaCommand.self, HoldsCommand.self, AlertsCommand.self, WebhooksCommand.self,
            AuditCommand.self, DoctorCommand.self, SettingsCommand.self, VersionCommand.self,
        ])

    /// Before anything else, a command that does not exist gets the one that was probably meant.
    static func main() async {
        if let hint = Self.hint(for: CommandLine.arguments.dropFirst().first) {
            Terminal.standard(json: false, environment: ProcessInfo.processInfo.environment).remark(hint)
            Self.exit(withError: ExitStatus.usage.code)
        }
        await main(nil)
    }

    static func hint(for word: String?) -> String? {
        let names = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
        guard let word, !word.hasPrefix("-"), !names.contains(word) else { return nil }
        let nearest = nearestName(to: word, among: names).map { "did you mean `bursar \($0)`?" }
        return "bursar: there is no command \(word); \(nearest ?? "`bursar --help` lists them")"
    }
}
