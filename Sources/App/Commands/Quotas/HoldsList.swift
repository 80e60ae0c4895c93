import ArgumentParser
import Billing
import Server
import Storage
import Worker

struct HoldsList: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists a merchant's holds, the newest first.",
        discussion: "Example:\n  bursar holds list --customer user-17")

    @Option(help: "Only those of this customer, by external id or bcus_….") var customer: String?
    @OptionGroup var merchant: AccountOption
    @OptionGroup var page: PageOptions
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let after: Hold.ID? = try page.after.map { try desk.id($0, of: "authorization", list: "bursar holds list") }
        let (holds, names) = try await desk.database.read { [merchant, customer, page] tx in
            let account = try merchant.find(at: desk, in: tx)
            let customer = try customer.map { try desk.worker.customers.get($0, account: account, in: tx) }
            let holds = try desk.worker.authorizations.list(
                account: account, customer: customer, after: after, limit: page.limit + 1, in: tx)
            return (holds, try desk.customerNames(holds.map(\.customer), in: tx))
        }
        let now = desk.worker.context.now
        try desk.list(
            holds, page, shape: { desk.shapes.hold($0) },
            columns: ["hold", "customer", .number("held micros"), .number("captured"), "status", "expires"],
            empty: "No holds here. Make one: bursar holds create CUSTOMER --amount-micros 1000"
        ) { hold in
            [
                Table.Cell(hold.id.text), Table.Cell(names[hold.customer] ?? hold.customer.text),
                Table.Cell("\(hold.heldMicros)"), Table.Cell(hold.capturedMicros.map(String.init) ?? ""),
                Table.Cell(hold.status(at: now).rawValue), Table.Cell(hold.expiresAt.listText),
            ]
        }
    }
}

struct HoldsShow: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows one hold: what it holds, until when, and what became of it.",
        discussion: "Example:\n  bursar holds show bhld_…")

    @OptionGroup var target: HoldArgument
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let (hold, name) = try await desk.database.read { [target] tx in
            let hold = try target.find(at: desk, in: tx).0
            return (hold, try desk.customerNames([hold.customer], in: tx)[hold.customer])
        }
        try desk.show(desk.shapes.hold(hold)) {
            var lines = Particulars()
            lines.add("hold", hold.id.text)
            lines.add("customer", name ?? hold.customer.text)
            lines.add("key", hold.apiKey)
            lines.add("status", hold.status(at: desk.worker.context.now).rawValue)
            lines.add("held", "\(hold.heldMicros) micros")
            lines.add("captured", hold.capturedMicros.map { "\($0) micros" })
            lines.add("usage event", hold.usageEvent?.text)
            lines.add("asked for", hold.estimate)
            lines.add("made", hold.createdAt.listText)
            lines.add("expires", hold.expiresAt.listText)
            lines.add("settled", hold.settledAt?.listText)
            return lines.text(on: desk.terminal)
        }
    }
}
