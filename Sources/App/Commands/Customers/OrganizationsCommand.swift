import ArgumentParser
import Billing
import Ledger
import Server
import Storage
import Worker

struct OrganizationsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "organizations", abstract: "Groups of customers, and what each owes and has together.",
        discussion: """
            A customer belongs to one by: bursar customers update CUSTOMER --organization NAME

            Examples:
              bursar organizations list
              bursar organizations show "Analytical Engines"
            """,
        subcommands: [OrganizationsList.self, OrganizationsShow.self])
}

struct OrganizationsList: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists organizations by name.",
        discussion: "Example:\n  bursar organizations list --limit 100")

    @OptionGroup var merchant: AccountOption
    @OptionGroup var page: PageOptions
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let found = try await desk.database.read { [merchant, page] tx in
            let account = try merchant.find(at: desk, in: tx)
            return try desk.worker.organizations.list(
                account: account, after: page.after, limit: page.limit + 1, in: tx)
        }
        try desk.list(
            found, page, shape: { desk.shapes.organization($0) }, columns: ["organization", .number("customers")],
            empty: "No organizations yet. Name one: bursar customers update CUSTOMER --organization NAME"
        ) { entry in [Table.Cell(entry.name), Table.Cell("\(entry.customers)")] }
    }
}

struct OrganizationsShow: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "What an organization's customers owe and have together.",
        discussion: "Example:\n  bursar organizations show \"Analytical Engines\"")

    @Argument(help: "The organization's name.") var name: String
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let report = try await desk.database.read { [name, merchant] tx in
            try desk.worker.organizations.get(name, account: try merchant.find(at: desk, in: tx), in: tx)
        }
        try desk.show(try desk.shapes.organization(report)) {
            var text = Particulars()
            text.add("organization", report.name)
            text.add("customers", "\(report.customers)")
            text.add("accrued", desk.currencies.text(report.accrued))
            text.add("wallet", desk.currencies.text(report.wallet))
            text.add("held", desk.currencies.text(report.held))
            text.add("pending", desk.currencies.text(report.pending))
            return text.text(on: desk.terminal)
        }
    }
}
