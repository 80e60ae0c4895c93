import ArgumentParser
import Billing
import Server
import Storage
import Worker

struct CustomersBlock: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "block", abstract: "Refuses a customer's usage, top-ups and keys, at once.",
        discussion: """
            What the customer owes already is still charged.

            Example:
              bursar customers block user-17 --reason "chargeback"
            """)

    @Argument(help: "The customer, by id or by your own name.") var customer: String
    @Option(help: "Why; whoever is refused sees it.") var reason: String?
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let customer = try await desk.database.write { [customer, reason, merchant] tx in
            let account = try merchant.find(at: desk, in: tx)
            return try desk.worker.customers.block(
                customer, reason: reason, account: account, by: .commandLine, in: tx)
        }
        try desk.show(desk.shapes.customer(customer)) { "\(customer.externalID) is blocked." }
    }
}

struct CustomersUnblock: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "unblock", abstract: "Lets a blocked customer use and buy again.",
        discussion: """
            A charge of theirs that was given up is tried once more.

            Example:
              bursar customers unblock user-17
            """)

    @Argument(help: "The customer, by id or by your own name.") var customer: String
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let customer = try await desk.database.write { [customer, merchant] tx in
            let account = try merchant.find(at: desk, in: tx)
            return try desk.worker.customers.unblock(customer, account: account, by: .commandLine, in: tx)
        }
        try desk.show(desk.shapes.customer(customer)) { "\(customer.externalID) is active." }
    }
}

/// Which customers.
struct CustomerSelection: ParsableArguments, Sendable {
    @Option(help: "A part of the name, e-mail address, your own name or id; case does not matter.") var search: String?
    @Option(help: "active or blocked.") var status: String?
    @Option(help: "Those on this plan, by slug or id.") var plan: String?
    @Option(help: "Those of this organization.") var organization: String?

    func chosen() throws -> CustomerSearch {
        let status = try status.map { text in
            guard let status = Customer.Status(rawValue: text) else {
                throw ValidationError("--status holds \"\(text)\"; it should hold active or blocked")
            }
            return status
        }
        return CustomerSearch(text: search, status: status, plan: plan, organization: organization)
    }
}

struct CustomersExport: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Writes a merchant's customers to standard output, the newest first.",
        discussion: """
            Examples:
              bursar customers export > customers.csv
              bursar customers export --format ndjson --status blocked
            """)

    @OptionGroup var format: ExportOptions
    @OptionGroup var selection: CustomerSelection
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let account = try await desk.database.read { [merchant] tx in try merchant.find(at: desk, in: tx).id }
        try await desk.write(
            desk.exports.customers(try selection.chosen(), of: account, as: format.chosen(desk.terminal)))
    }
}
