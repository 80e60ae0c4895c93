import ArgumentParser
import Billing
import Server
import Storage
import Worker

struct QuotaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quota", abstract: "What a customer may still use.",
        discussion: """
            Examples:
              bursar quota check user-17 --amount-micros 2500000
              bursar quota check user-17 --model gpt-5 --quantity input_tokens=1200
            """,
        subcommands: [QuotaCheckCommand.self])
}

struct QuotaCheckCommand: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Says what would become of a request; holds nothing.",
        discussion: """
            Give the amount that it will come to, or the model or the product and how much of it is used.
            Exit status 0 when it would be let through, 1 when it would be refused.

            Example:
              bursar quota check user-17 --model gpt-5 --quantity input_tokens=1200 \\
                --quantity output_tokens=300
            """)

    @Argument(help: "The customer, by external id or bcus_…; not needed with a key of theirs.") var customer: String?
    @Option(help: "An API key of the account or of the customer, by its id.") var key: String?
    @OptionGroup(title: "Estimate") var estimate: EstimateOptions
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let new = try NewAuthorization(customer: customer, key: key, estimate: try estimate.estimate())
        let (check, isKnown) = try await desk.database.read { [merchant, customer] tx in
            let account = try merchant.find(at: desk, in: tx)
            let check = try desk.worker.authorizations.check(new, account: account, in: tx)
            return (check, try customer.map { try desk.isKnown($0, of: account, in: tx) } ?? true)
        }
        try desk.show(desk.shapes.quotaCheck(check)) {
            let news = "There is no customer \(customer ?? "") yet; this is what a new one would be told.\n"
            return (isKnown ? "" : news) + check.text
        }
        if check.refusal != nil { throw ExitStatus.finding.code }
    }
}

extension Desk {
    fileprivate func isKnown(_ customer: String, of account: ConnectedAccount, in tx: Transaction) throws -> Bool {
        do {
            _ = try worker.customers.get(customer, account: account, in: tx)
            return true
        } catch let error as WorkerError where error.kind == .notFound {
            return false
        }
    }
}

extension QuotaCheck {
    /// For a person: the verdict, then each limit.
    fileprivate var text: String {
        var lines = [verdict]
        if let wallet {
            lines.append("wallet: \(wallet.available) micros available, \(wallet.held) held")
        }
        lines += standings.map { standing in
            "\(standing.scope.rawValue) \(standing.name): \(standing.used) of \(standing.limit) used, "
                + "\(standing.held) held" + (standing.resetsAt.map { ", until \($0.listText)" } ?? "")
        }
        return lines.joined(separator: "\n")
    }

    private var verdict: String {
        if let refusal { return refusal.verdict }
        if case .throttled(let delay, let standing) = decision.outcome {
            return "Allowed after \(delay.milliseconds) ms, by \(standing.name). "
                + "Would hold \(amounts.spendMicros) micros."
        }
        return "Allowed. Would hold \(amounts.spendMicros) micros."
    }
}

extension AuthorizationRefusal {
    /// For a person: why, and where the customer can pay.
    var verdict: String {
        "Refused (\(code)): \(commandsForRoutes(in: detail))."
            + (topUpURL.map { "\nThe customer can pay here:\n\n  \($0)\n" } ?? "")
    }
}
