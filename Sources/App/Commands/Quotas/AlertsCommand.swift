import ArgumentParser
import Billing
import Server
import Storage
import Worker

struct AlertsCommand: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "alerts",
        abstract: "Which limits and wallets have crossed which percentage, and which charges were not paid.",
        discussion: """
            Each crossing is told once for a day, a month or a filling of the wallet, the newest first; a failed
            charge once for each try, when it needs the customer, and when it is given up.

            Examples:
              bursar alerts --account "Ada's AI"
              bursar alerts --customer user-17 --kind limit_reached
              bursar alerts --kind charge_needs_customer --json      # with the page on which to pay
            """)

    @Option(help: "Only of this customer, by external id or bcus_….") var customer: String?
    @Option(help: "Only of one kind: limit, limit_reached, throttled, wallet, low_balance, charge_failed …") var kind:
        String?
    @OptionGroup var merchant: AccountOption
    @OptionGroup var page: PageOptions
    @OptionGroup var options: DeskOptions

    func validate() throws {
        guard kind == nil || kind.flatMap(Alert.Kind.init(rawValue:)) != nil else {
            throw ValidationError(
                "--kind must be one of " + Alert.Kind.allCases.map(\.rawValue).joined(separator: ", ") + ".")
        }
    }

    func run(at desk: Desk) async throws {
        let after: Alert.ID? = try page.after.map { try desk.id($0, of: "alert", list: "bursar alerts") }
        let kind = kind.flatMap(Alert.Kind.init(rawValue:))
        let (alerts, names) = try await desk.database.read { [merchant, page, customer] tx in
            let account = try merchant.find(at: desk, in: tx)
            let customer = try customer.map { try desk.worker.customers.get($0, account: account, in: tx) }
            let alerts = try desk.worker.alerts.list(
                account: account, customer: customer, kind: kind, after: after, limit: page.limit + 1, in: tx)
            return (alerts, try desk.externalIDs(of: alerts.compactMap(\.customer), in: tx))
        }
        try desk.list(
            alerts, page, shape: desk.shapes.alert,
            columns: ["alert", "at", "kind", "measure", "percent", "used", "cap", "of", "reason"],
            empty: "No alerts. They come when a limit or a wallet crosses a percentage."
        ) { alert in
            [
                Table.Cell(alert.id.text), Table.Cell(alert.createdAt.listText), Table.Cell(alert.kind.rawValue),
                Table.Cell(alert.measure), Table.Cell(alert.percent == 0 ? "" : "\(alert.percent) %"),
                Table.Cell("\(alert.used)"), Table.Cell("\(alert.cap)"), Table.Cell(alert.subject(names)),
                Table.Cell(alert.charge?.reason.map(DeclineAdvice.presentable) ?? ""),
            ]
        }
    }
}

extension Alert {
    /// The customer as the merchant calls them, with the key where it is a key's cap.
    fileprivate func subject(_ names: [Customer.ID: String]) -> String {
        guard let name = customer.flatMap({ names[$0] }) else { return subject }
        return apiKey.map { "\(name), \($0)" } ?? name
    }
}
