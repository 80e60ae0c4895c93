public import ArgumentParser
import Billing
import Server
import Storage
import Worker

struct RefundsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refunds", abstract: "Refunds: give money back, list, show.",
        discussion: """
            Examples:
              bursar refunds create bchg_… --amount 5.00 --reason requested_by_customer
              bursar refunds list --status failed
            """,
        subcommands: [RefundsCreate.self, RefundsList.self, RefundsShow.self])
}

extension Refund.Status: ExpressibleByArgument {}
extension Refund.Reason: ExpressibleByArgument {}

struct RefundsCreate: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Gives money of a paid charge or top-up back to the customer.",
        discussion: """
            A refunded top-up takes back the credit that it brought; what the customer has spent of it they owe.
            Stripe keeps its own fees. With --wait the exit status is 0 only when the refund has succeeded.

            Examples:
              bursar refunds create bchg_…
              bursar refunds create btop_… --amount 5.00 --refund-application-fee
            """)

    @Argument(help: "The charge (bchg_…) or the top-up (btop_…).") var payment: String
    @Option(help: "How much, in the payment's currency: 5.00. All that is left, when it is not said.")
    var amount: String?
    @Option(help: "duplicate, fraudulent or requested_by_customer.") var reason: Refund.Reason?
    @Flag(help: "Give the platform's fee back, too, in proportion.") var refundApplicationFee = false
    @Flag(help: "Follow the refund until Stripe has decided on it.") var wait = false
    @Option(help: ArgumentHelp("How long to follow it.", valueName: "seconds")) var timeout = 60
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let payment = try desk.payment(payment)
        let opened = try await desk.database.write { [self] tx in
            let account = try desk.merchant(of: payment, merchant, in: tx)
            let minor = try AmountReader(currency: account.currency, rules: desk.currencies).read("--amount", amount)
            return try desk.worker.refunds.create(
                NewRefund(amount: minor, reason: reason, refundApplicationFee: refundApplicationFee), of: payment,
                account: account, by: .commandLine, in: tx)
        }
        while try await desk.worker.outbox.step(refund: opened.id) {}
        let refund = wait ? try await follow(opened, at: desk) : try await desk.refund(opened.id)
        try desk.show(desk.shapes.refund(refund)) { desk.particulars(refund).text(on: desk.terminal) }
        if wait, refund.status != .succeeded { throw ExitStatus.finding.code }
    }

    private func follow(_ opened: Refund, at desk: Desk) async throws -> Refund {
        try await desk.follow(seconds: timeout) {
            let refund = try await desk.refund(opened.id)
            return refund.status == .pending ? .going("pending at Stripe", refund) : .over(refund)
        }
    }
}

struct RefundsList: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists a merchant's refunds, the newest first; those made at Stripe, too.",
        discussion: "Examples:\n  bursar refunds list --customer user-17\n  bursar refunds list --payment bchg_…")

    @Option(help: "Only of this charge (bchg_…) or top-up (btop_…).") var payment: String?
    @Option(help: "Only those of this customer, by id or by your own name.") var customer: String?
    @Option(help: "Only those of this status.") var status: Refund.Status?
    @OptionGroup var merchant: AccountOption
    @OptionGroup var page: PageOptions
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let after: Refund.ID? = try page.after.map { try desk.id($0, of: "refund", list: "bursar refunds list") }
        let payment = try payment.map { try desk.payment($0) }
        let (refunds, names) = try await desk.database.read { [merchant, customer, status, page] tx in
            let account =
                try payment.map { try desk.merchant(of: $0, merchant, in: tx) } ?? merchant.find(at: desk, in: tx)
            let customer = try customer.map { try desk.worker.customers.get($0, account: account, in: tx).id }
            let refunds = try desk.worker.refunds.list(
                account: account, payment: payment, customer: customer, status: status, after: after,
                limit: page.limit + 1, in: tx)
            return (refunds, try desk.customerNames(refunds.map(\.customer), in: tx))
        }
        try desk.list(
            refunds, page, shape: desk.shapes.refund,
            columns: ["refund", "customer", "of", .number("amount"), "status", "reason", "changed"],
            empty: "No refunds here. Give money back: bursar refunds create CHARGE"
        ) { refund in
            [
                Table.Cell(refund.id.text), Table.Cell(names[refund.customer] ?? refund.customer.text),
                Table.Cell(refund.payment.description),
                Table.Cell(desk.currencies.text(minor: refund.amount, refund.currency)),
                Table.Cell(refund.status.rawValue, refund.status.colour),
                Table.Cell(refund.failureReason ?? refund.reason ?? ""), Table.Cell(refund.updatedAt.listText),
            ]
        }
    }
}

struct RefundsShow: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows one refund.", discussion: "Example:\n  bursar refunds show bref_…")

    @Argument(help: "The refund's id (bref_…).") var refund: String
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let id: Refund.ID = try desk.id(refund, of: "refund", list: "bursar refunds list")
        let refund = try await desk.database.read { [merchant] tx in
            guard merchant.account == nil else {
                return try desk.worker.refunds.get(id, account: try merchant.find(at: desk, in: tx), in: tx)
            }
            return try desk.refund(id, in: tx)
        }
        try desk.show(desk.shapes.refund(refund)) { desk.particulars(refund).text(on: desk.terminal) }
    }
}

extension Desk {
    /// - Parameter text: the id of a charge or of a top-up.
    func payment(_ text: String) throws -> PaymentID {
        if let id = TopUp.ID(text) { return .topUp(id) }
        return .charge(try id(text, of: "charge or top-up", list: "bursar charges list"))
    }

    /// The merchant follows from the payment when none is named.
    func merchant(of payment: PaymentID, _ option: AccountOption, in tx: Transaction) throws -> ConnectedAccount {
        switch payment {
        case .charge(let id): try merchant(of: BookedThing.charge(id), option, in: tx)
        case .topUp(let id): try merchant(of: BookedThing.topUp(id), option, in: tx)
        }
    }

    func refund(_ id: Refund.ID) async throws -> Refund {
        try await database.read { tx in try refund(id, in: tx) }
    }

    func refund(_ id: Refund.ID, in tx: Transaction) throws -> Refund {
        guard let refund = try tx.refunds.find(id) else { throw WorkerError.notFound("refund") }
        return refund
    }

    func particulars(_ refund: Refund) -> Particulars {
        var text = Particulars()
        text.add("refund", refund.id.text)
        text.add("of", refund.payment.description)
        text.add("customer", refund.customer.text)
        text.add("amount", currencies.text(minor: refund.amount, refund.currency))
        text.add("status", terminal.style(refund.status.rawValue, refund.status.colour))
        text.add("reason", refund.reason)
        text.add("failed because", refund.failureReason)
        text.add("application fee", refund.returnsApplicationFee ? "given back in proportion" : nil)
        text.add("asked for", refund.origin == .bursar ? "here" : "at Stripe")
        text.add("at Stripe", refund.stripeRefund)
        text.add("made", refund.createdAt.shortText)
        text.add("changed", refund.updatedAt.shortText)
        return text
    }
}

extension Refund.Status {
    var colour: Terminal.Colour? {
        switch self {
        case .succeeded: .green
        case .pending, .requiresAction: .yellow
        case .failed: .red
        case .canceled: .dim
        }
    }
}
