import ArgumentParser
import Billing
import Server
import Storage
import Worker

struct ChargeCommand: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "charge",
        abstract: "Charges what a customer has accrued, now, with the saved card.",
        discussion: """
            A charge that was declined before is tried again: one charge, one payment. What cannot be charged stays \
            accrued.
            With --wait the exit status is 0 only when the charge is paid.

            Example:
              bursar charge user-17 --wait
            """)

    @Argument(help: "The customer, by id or by your own name.") var customer: String
    @Flag(help: "Follow the charge until it is paid or needs somebody.") var wait = false
    @Option(help: ArgumentHelp("How long to follow it.", valueName: "seconds")) var timeout = 60
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let (account, opened) = try await desk.database.write { [merchant, customer] tx in
            let account = try merchant.find(at: desk, in: tx)
            let customer = try desk.worker.customers.get(customer, account: account, in: tx)
            return (account, try desk.worker.charging.open(customer, account: account, in: tx))
        }
        let charge = try await desk.send(opened, account: account, follow: wait ? timeout : nil)
        try desk.show(charge, of: account)
        if wait, charge.status != .paid { throw ExitStatus.finding.code }
    }
}

extension Desk {
    /// Sends what the charge has in the outbox, and follows it while it is pending when `follow` says for how long.
    func send(_ opened: Charge, account: ConnectedAccount, follow seconds: Int?) async throws -> Charge {
        while try await worker.outbox.step(charge: opened.id) {}
        guard let seconds else { return try await charge(opened.id, account: account) }
        return try await follow(seconds: seconds) {
            let charge = try await charge(opened.id, account: account)
            return charge.status == .pending ? .going("pending at Stripe", charge) : .over(charge)
        }
    }

    func charge(_ id: Charge.ID, account: ConnectedAccount) async throws -> Charge {
        try await database.read { tx in try worker.charging.get(id, account: account, in: tx) }
    }

    func show(_ charge: Charge, of account: ConnectedAccount) throws {
        try show(shapes.charge(charge)) { chargeParticulars(charge).text(on: terminal) }
    }

    private func chargeParticulars(_ charge: Charge) -> Particulars {
        var text = Particulars()
        text.add("charge", charge.id.text)
        text.add("customer", charge.customer.text)
        text.add("amount", currencies.text(minor: charge.amount, charge.currency))
        text.add("refunded", charge.refunded > 0 ? currencies.text(minor: charge.refunded, charge.currency) : nil)
        text.add(
            "application fee",
            charge.applicationFee > 0 ? currencies.text(minor: charge.applicationFee, charge.currency) : nil)
        text.add("status", terminal.style(charge.status.rawValue, charge.status.colour))
        text.add("reason", charge.reason.map(DeclineAdvice.presentable))
        text.add("next step", worker.charging.advice(on: charge).map(\.sentence))
        text.add("finish here", worker.charging.paymentPage(of: charge))
        text.add("at Stripe", charge.paymentIntent)
        text.add("attempts", String(charge.attempt))
        text.add("next try", charge.dunning.nextAttemptAt?.shortText)
        text.add("given up", charge.dunning.endedAt.map { "\($0.shortText), \(charge.dunning.endReason.sentence)" })
        text.add("gives up", charge.dunning.givesUpAt.map { "\($0.shortText), unless the customer acts" })
        text.add("made", charge.createdAt.shortText)
        text.add("changed", charge.updatedAt.shortText)
        return text
    }
}

extension Charge {
    /// When Bursar tries it again, in a list.
    var nextTryText: String {
        dunning.nextAttemptAt?.listText ?? (dunning.endedAt != nil && !status.isFinal ? "given up" : "")
    }
}

extension DunningStanding.EndReason? {
    fileprivate var sentence: String {
        switch self {
        case .retriesUsed: "as every try has failed"
        case .customerAbsent: "as the customer did nothing"
        case nil: ""
        }
    }
}

extension ChargeStatus {
    var colour: Terminal.Colour? {
        switch self {
        case .paid: .green
        case .pending: .yellow
        case .requiresAction: .yellow
        case .failed: .red
        case .canceled: .dim
        }
    }
}

extension DeclineAdvice {
    /// What to do, for the merchant.
    var sentence: String {
        switch self {
        case .finishPayment: "the customer finishes the payment on the page below"
        case .useAnotherMethod:
            "the customer needs another card: sell them a top-up, which saves one, then charge again"
        case .confirmCardData:
            "the customer corrects the card's data: sell them a top-up, which saves it, then charge again"
        case .tryLater: "charge again another day"
        case .contactBank: "only the customer's bank can say more"
        }
    }
}
