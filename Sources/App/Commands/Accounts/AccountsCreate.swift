import ArgumentParser
import Billing
import Server
import Storage
import Worker

struct AccountsCreate: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Makes a merchant.",
        discussion: """
            With --stripe connect the merchant connects a Stripe account of their own; `platform` is the Stripe \
            account that BURSAR_STRIPE_SECRET_KEY belongs to; with `none` usage is metered and nobody is charged.

            Example:
              bursar accounts create --name "Ada's AI" --currency usd --stripe connect
            """)

    @Option(help: "What the merchant is called.") var name: String
    @Option(help: "The currency of its books, for good: usd, eur, jpy …") var currency: String
    @Option(help: "Whose Stripe account takes the money, for good: connect, platform or none.") var stripe: String
    @OptionGroup(title: "Terms") var terms: AccountTerms
    @OptionGroup(title: "Pricing") var pricing: TermsOptions
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        var new = try terms.new(name: name, currency: currency, stripe: stripe, desk.currencies)
        new.terms = try pricing.patch()
        let (account, hasTwin) = try await desk.database.write { [new] tx in
            let account = try desk.worker.accounts.create(new, by: .commandLine, in: tx)
            return (account, try desk.accounts(named: account.name, in: tx).count > 1)
        }
        if hasTwin {
            desk.terminal.remark(
                "There is another account called \(account.name); name this one by its id, \(account.id).")
        }
        try desk.show(desk.shapes.account(account)) {
            let next = account.stripeMode == .connect ? "\n\nNext: bursar connect \(account.id)" : ""
            return account.particulars(desk.currencies).text(on: desk.terminal) + next
        }
    }
}

struct AccountsShow: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows one merchant in full.",
        discussion: "Example:\n  bursar accounts show \"Ada's AI\"")

    @Argument(help: "The merchant, by id or by name.") var account: String
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let account = try await desk.database.read { [account] tx in try desk.account(account, in: tx) }
        try desk.show(desk.shapes.account(account)) { account.particulars(desk.currencies).text(on: desk.terminal) }
    }
}

struct AccountsUpdate: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Changes a merchant; what is not named stays as it is.",
        discussion: """
            `none` takes away what can be missing.

            Examples:
              bursar accounts update "Ada's AI" --cycle monthly --charge-threshold 50.00
              bursar accounts set "Ada's AI" --model-markup gpt-5=25 --time-zone Europe/Berlin
              bursar accounts set "Ada's AI" --terms terms.json
            """, aliases: ["set"])

    @Argument(help: "The merchant, by id or by name.") var account: String
    @Option(help: "What the merchant is called from now on.") var name: String?
    @OptionGroup(title: "Terms") var terms: AccountTerms
    @OptionGroup(title: "Pricing") var pricing: TermsOptions
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let patch = try pricing.patch()
        let account = try await desk.database.write { [account, name, terms] tx in
            let present = try desk.account(account, in: tx)
            var change = try terms.change(of: present, desk.currencies)
            change.name = name
            if let patch { change.terms = .set(patch) }
            return try desk.worker.accounts.update(present.id, change, by: .commandLine, in: tx)
        }
        try desk.show(desk.shapes.account(account)) { account.particulars(desk.currencies).text(on: desk.terminal) }
    }
}

struct AccountsDisconnect: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "disconnect", abstract: "Ends the connection to a merchant's Stripe account.",
        discussion: """
            Nothing is charged for the merchant from then on. What accrued is kept, and is charged after \
            connecting again.

            Example:
              bursar accounts disconnect bacc_…
            """)

    @Argument(help: "The merchant, by id or by name.") var account: String
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let found = try await desk.database.read { [account] tx in try desk.account(account, in: tx) }
        let account = try await desk.worker.onboarding.disconnect(found.id, by: .commandLine)
        try desk.show(desk.shapes.account(account)) { account.particulars(desk.currencies).text(on: desk.terminal) }
    }
}
