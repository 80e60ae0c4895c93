public import ArgumentParser
import Billing
import Server
import Storage
import Worker

struct ChargesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "charges", abstract: "Charges: list, show, their tries, try again, cancel.",
        discussion: """
            What a charge is of, and where its money has gone: bursar explain bchg_…

            Examples:
              bursar charges list --status failed
              bursar charges show bchg_…
            """,
        subcommands: [
            ChargesList.self, ChargesShow.self, ChargesAttempts.self, ChargesRetry.self, ChargesCancel.self,
        ])
}

extension ChargeStatus: ExpressibleByArgument {}

struct ChargesList: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists a merchant's charges, the newest first.",
        discussion: "Example:\n  bursar charges list --status requires_action --customer user-17")

    @Option(help: "Only those of this status.") var status: ChargeStatus?
    @Option(help: "Only those of this customer, by id or by your own name.") var customer: String?
    @OptionGroup var merchant: AccountOption
    @OptionGroup var page: PageOptions
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let after: Charge.ID? = try page.after.map { try desk.id($0, of: "charge", list: "bursar charges list") }
        let (charges, names) = try await desk.database.read { [merchant, customer, status, page] tx in
            let account = try merchant.find(at: desk, in: tx)
            let customer = try customer.map { try desk.worker.customers.get($0, account: account, in: tx).id }
            let charges = try desk.worker.charging.list(
                account: account, customer: customer, status: status, after: after, limit: page.limit + 1, in: tx)
            return (charges, try desk.customerNames(charges.map(\.customer), in: tx))
        }
        try desk.list(
            charges, page, shape: desk.shapes.charge,
            columns: ["charge", "customer", .number("amount"), "status", "reason", "next try", "changed"],
            empty: "No charges here. Charge what a customer has accrued: bursar charge CUSTOMER"
        ) { charge in
            [
                Table.Cell(charge.id.text), Table.Cell(names[charge.customer] ?? charge.customer.text),
                Table.Cell(desk.currencies.text(minor: charge.amount, charge.currency)),
                Table.Cell(charge.status.rawValue, charge.status.colour),
                Table.Cell(charge.reason.map(DeclineAdvice.presentable) ?? ""),
                Table.Cell(charge.nextTryText), Table.Cell(charge.updatedAt.listText),
            ]
        }
    }
}

extension Desk {
    /// The merchant's own names for customers.
    func customerNames(_ customers: [Customer.ID], in tx: Transaction) throws -> [Customer.ID: String] {
        var names: [Customer.ID: String] = [:]
        for id in Set(customers) { names[id] = try tx.customers.find(id)?.externalID }
        return names
    }
}

/// One charge of one merchant.
struct ChargeArgument: ParsableArguments, Sendable {
    @Argument(help: "The charge's id (bchg_…).") var charge: String
    @OptionGroup var merchant: AccountOption

    /// The merchant follows from the charge when none is named.
    func find(at desk: Desk, in tx: Transaction) throws -> (Charge, ConnectedAccount) {
        let id: Charge.ID = try desk.id(charge, of: "charge", list: "bursar charges list")
        guard let charge = try tx.charges.find(id) else { throw WorkerError.notFound("charge") }
        let account = try desk.worker.accounts.get(charge.account, in: tx)
        if merchant.account != nil {
            return (try desk.worker.charging.get(id, account: try merchant.find(at: desk, in: tx), in: tx), account)
        }
        return (charge, account)
    }
}

struct ChargesShow: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows one charge: status, reason, what to do next, the customer's page.",
        discussion: "Example:\n  bursar charges show bchg_…")

    @OptionGroup var target: ChargeArgument
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let (charge, account) = try await desk.database.read { [target] tx in try target.find(at: desk, in: tx) }
        try desk.show(charge, of: account)
    }
}

struct ChargesAttempts: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "attempts", abstract: "Lists every try of a charge: when, by whom, with which card, how it went.",
        discussion: "Example:\n  bursar charges attempts bchg_…")

    @OptionGroup var target: ChargeArgument
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let attempts = try await desk.database.read { [target] tx in
            try desk.worker.dunning.attempts(of: try target.find(at: desk, in: tx).0, in: tx)
        }
        try desk.list(
            attempts, shape: desk.shapes.attempt, columns: [.number("try"), "at", "by", "card", "outcome", "reason"],
            empty: "Nothing is known of its tries."
        ) { attempt in
            [
                Table.Cell("\(attempt.number)"), Table.Cell(attempt.at.listText), Table.Cell(attempt.origin.rawValue),
                Table.Cell(attempt.method ?? ""), Table.Cell(attempt.outcome?.rawValue ?? "not known yet"),
                Table.Cell(attempt.code.map(DeclineAdvice.presentable) ?? ""),
            ]
        }
    }
}

struct ChargesRetry: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Tries a failed charge again: the same payment, with the card saved now.",
        discussion: "Example:\n  bursar charges retry bchg_…")

    @OptionGroup var target: ChargeArgument
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let (charge, account) = try await desk.database.write { [target] tx in
            let (charge, account) = try target.find(at: desk, in: tx)
            let customer = try desk.worker.customers.get(charge.customer.text, account: account, in: tx)
            return (try desk.worker.charging.retry(charge, customer: customer, account: account, in: tx), account)
        }
        try desk.show(try await desk.send(charge, account: account, follow: nil), of: account)
    }
}

struct ChargesCancel: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Gives a charge up; its amount is accrued as before.",
        discussion: "Example:\n  bursar charges cancel bchg_…")

    @OptionGroup var target: ChargeArgument
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let (charge, account) = try await desk.database.write { [target] tx in
            let (charge, account) = try target.find(at: desk, in: tx)
            return (try desk.worker.charging.cancel(charge, account: account, in: tx), account)
        }
        try desk.show(try await desk.send(charge, account: account, follow: nil), of: account)
    }
}
