import ArgumentParser
import Billing
import Ledger
import Server
import Storage
import Worker

struct AccountsList: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists merchants, the newest first.",
        discussion: "Example:\n  bursar accounts list --limit 50")

    @OptionGroup var page: PageOptions
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let after: ConnectedAccount.ID? = try page.after.map {
            try desk.id($0, of: "account", list: "bursar accounts list")
        }
        let accounts = try await desk.database.read { [page] tx in
            try desk.worker.accounts.list(after: after, limit: page.limit + 1, in: tx)
        }
        try desk.list(
            accounts, page, shape: desk.shapes.account,
            columns: ["account", "name", "status", "stripe", "currency", "cycle"],
            empty: "No merchants yet. Make one: bursar accounts create --name NAME --currency usd --stripe connect"
        ) { account in
            [
                Table.Cell(account.id.text), Table.Cell(account.name), account.statusCell,
                Table.Cell(account.stripeAccount ?? account.stripeMode.rawValue),
                Table.Cell(account.currency.code.uppercased()), Table.Cell(account.cycle.rawValue),
            ]
        }
    }
}

extension ConnectedAccount {
    var statusCell: Table.Cell {
        switch status {
        case .connected: Table.Cell(status.rawValue, .green)
        case .restricted, .disconnected: Table.Cell(status.rawValue, .red)
        case .incomplete: Table.Cell(status.rawValue, .yellow)
        case .unbilled: Table.Cell(status.rawValue)
        }
    }

    func particulars(_ currencies: CurrencyRules) -> Particulars {
        var text = Particulars()
        text.add("account", id.text)
        text.add("name", name)
        text.add("e-mail", email)
        text.add("country", country)
        text.add("currency", currency.code.uppercased())
        text.add("stripe", stripeAccount.map { "\(stripeMode.rawValue), \($0)" } ?? stripeMode.rawValue)
        text.add("status", statusReason.map { "\(status.rawValue) (\(commandsForRoutes(in: $0)))" } ?? status.rawValue)
        text.add("due at Stripe", requirementsDue.isEmpty ? nil : requirementsDue.joined(separator: ", "))
        text.add("markup", "\(markup.decimal) %")
        if applicationFeePercent != .zero || applicationFeeFixed > 0 {
            text.add(
                "application fee",
                "\(applicationFeePercent.decimal) % + \(currencies.text(minor: applicationFeeFixed, currency))")
        }
        text.add("cycle", nextRunAt.map { "\(cycle.rawValue), next run \($0.shortText)" } ?? cycle.rawValue)
        text.add("charge threshold", chargeThreshold.map { currencies.text(minor: $0, currency) })
        text.add("least top-up", topUpMinimum.map { currencies.text(minor: $0, currency) })
        text.add("largest top-up", topUpMaximum.map { currencies.text(minor: $0, currency) })
        for line in termsText { text.add(line.field, line.value) }
        text.add("made", createdAt.shortText)
        return text
    }

    /// What was said about pricing, field by field.
    private var termsText: [(field: String, value: String)] {
        ((try? JSONTree(terms))?.lines(under: "") ?? []).sorted { $0.field < $1.field }
    }
}
