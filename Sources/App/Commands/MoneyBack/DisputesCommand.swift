public import ArgumentParser
import Billing
import Server
import Storage
import Worker

struct DisputesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disputes", abstract: "What customers dispute with their banks: list, show.",
        discussion: """
            A dispute is answered in Stripe's dashboard; here is what it does to money.

            Examples:
              bursar disputes list --status needs_response
              bursar disputes show bdsp_…
            """,
        subcommands: [DisputesList.self, DisputesShow.self])
}

extension Dispute.Status: ExpressibleByArgument {}

struct DisputesList: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists a merchant's disputes and inquiries, the newest first.",
        discussion: "Example:\n  bursar disputes list --status needs_response")

    @Option(help: "Only those of this customer, by id or by your own name.") var customer: String?
    @Option(help: "Only those of this status, in Stripe's words.") var status: Dispute.Status?
    @OptionGroup var merchant: AccountOption
    @OptionGroup var page: PageOptions
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let after: Dispute.ID? = try page.after.map { try desk.id($0, of: "dispute", list: "bursar disputes list") }
        let (disputes, names) = try await desk.database.read { [merchant, customer, status, page] tx in
            let account = try merchant.find(at: desk, in: tx)
            let customer = try customer.map { try desk.worker.customers.get($0, account: account, in: tx).id }
            let disputes = try desk.worker.disputes.list(
                account: account, customer: customer, status: status, after: after, limit: page.limit + 1, in: tx)
            return (disputes, try desk.customerNames(disputes.map(\.customer), in: tx))
        }
        try desk.list(
            disputes, page, shape: desk.shapes.dispute,
            columns: [
                "dispute", "customer", "of", .number("amount"), .number("withdrawn"), "status", "answer by", "began",
            ],
            empty: "No disputes. They come when a customer complains to their bank."
        ) { dispute in
            [
                Table.Cell(dispute.id.text), Table.Cell(names[dispute.customer] ?? dispute.customer.text),
                Table.Cell(dispute.payment.description),
                Table.Cell(desk.currencies.text(minor: dispute.amount, dispute.currency)),
                Table.Cell(desk.currencies.text(minor: dispute.withdrawn, dispute.currency)),
                Table.Cell(dispute.status.rawValue, dispute.status.colour),
                Table.Cell(dispute.status.isOpen ? dispute.evidenceDueBy?.listText ?? "" : ""),
                Table.Cell(dispute.createdAt.listText),
            ]
        }
    }
}

struct DisputesShow: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows one dispute: what it is about, how it stands, what the bank holds.",
        discussion: "Example:\n  bursar disputes show bdsp_…")

    @Argument(help: "The dispute's id (bdsp_…).") var dispute: String
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let id: Dispute.ID = try desk.id(dispute, of: "dispute", list: "bursar disputes list")
        let dispute = try await desk.database.read { [merchant] tx in
            guard merchant.account == nil else {
                return try desk.worker.disputes.get(id, account: try merchant.find(at: desk, in: tx), in: tx)
            }
            guard let dispute = try tx.disputes.find(id) else { throw WorkerError.notFound("dispute") }
            return dispute
        }
        try desk.show(desk.shapes.dispute(dispute)) { particulars(dispute, at: desk).text(on: desk.terminal) }
    }

    private func particulars(_ dispute: Dispute, at desk: Desk) -> Particulars {
        var text = Particulars()
        text.add("dispute", dispute.id.text)
        text.add("of", dispute.payment.description)
        text.add("customer", dispute.customer.text)
        text.add("amount", desk.currencies.text(minor: dispute.amount, dispute.currency))
        text.add("withdrawn", desk.currencies.text(minor: dispute.withdrawn, dispute.currency))
        text.add("status", desk.terminal.style(dispute.status.rawValue, dispute.status.colour))
        text.add("reason", dispute.reason)
        text.add("answer by", dispute.status.isOpen ? dispute.evidenceDueBy?.shortText : nil)
        text.add("at Stripe", dispute.stripeDispute)
        text.add("began", dispute.createdAt.shortText)
        text.add("changed", dispute.updatedAt.shortText)
        return text
    }
}

extension Dispute.Status {
    var colour: Terminal.Colour? {
        switch self {
        case .won, .warningClosed, .prevented: .green
        case .lost: .red
        default: .yellow
        }
    }
}
