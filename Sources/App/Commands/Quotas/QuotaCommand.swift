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
    @Option(help: ArgumentHelp("What it will come to.", valueName: "micros")) var amountMicros: Int64?
    @Option(help: ArgumentHelp("What the provider will take.", valueName: "micros")) var costMicros: Int64?
    @Option(help: ArgumentHelp("How much of a unit; may be given several times.", valueName: "unit=number"))
    var quantity: [String] = []
    @Option(help: "Who sells the model: openai, anthropic.") var provider: String?
    @Option(help: "The provider's model.") var model: String?
    @Option(help: "The product whose meters make the price, by its slug.") var product: String?
    @Option(
        help: ArgumentHelp(
            "What a meter of the product asks for; may be given several times.", valueName: "key=value"))
    var metadata: [String] = []
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let new = try NewAuthorization(customer: customer, key: key, estimate: try estimate())
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

    private func estimate() throws -> UsageEstimate {
        var estimate = UsageEstimate()
        estimate.amountMicros = amountMicros
        estimate.costMicros = costMicros
        var quantities = Quantities.none
        for (unit, number) in try pairs(quantity, flag: "--quantity") {
            quantities[try UsageUnit(unit)] = try Quantity(number)
        }
        estimate.quantities = quantities.isEmpty ? nil : quantities
        estimate.provider = provider
        estimate.model = model
        estimate.product = product
        if !metadata.isEmpty { estimate.metadata = try pairs(metadata, flag: "--metadata") }
        return estimate
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
        if let refusal { return "Refused (\(refusal.code)): \(commandsForRoutes(in: refusal.detail))." }
        if case .throttled(let delay, let standing) = decision.outcome {
            return "Allowed after \(delay.milliseconds) ms, by \(standing.name). "
                + "Would hold \(amounts.spendMicros) micros."
        }
        return "Allowed. Would hold \(amounts.spendMicros) micros."
    }
}
