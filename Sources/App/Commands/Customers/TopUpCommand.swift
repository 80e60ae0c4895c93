import ArgumentParser
import Billing
import Server
import Storage
import Worker

struct TopUpCommand: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "top-up",
        abstract: "Sells wallet money to a customer: makes a Checkout page, and follows it with --wait.",
        discussion: """
            Paying on the page also saves the card, which later charges use.

            Example:
              bursar top-up user-17 20.00 --wait
            """)

    @Argument(help: "The customer, by id or by your own name; made on first use.") var customer: String
    @Argument(help: "How much, in the account's currency: 20.00.") var amount: String
    @Option(help: ArgumentHelp("Where the customer goes on to after paying.", valueName: "url")) var successURL: String?
    @Option(help: ArgumentHelp("Where the customer goes on to without paying.", valueName: "url")) var cancelURL:
        String?
    @Flag(help: "Follow the top-up until it is paid.") var wait = false
    @Option(help: ArgumentHelp("How long to follow it.", valueName: "seconds")) var timeout = 1_800
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let account = try await desk.database.read { [merchant] tx in try merchant.find(at: desk, in: tx) }
        guard let minor = try AmountReader(currency: account.currency, rules: desk.currencies).read("AMOUNT", amount)
        else { throw ValidationError("AMOUNT should hold how much, for example 20.00") }
        let opened = try await desk.worker.topUps.open(
            NewTopUp(
                customer: customer, amount: minor, successURL: successURL ?? desk.publicURL + "/thanks",
                cancelURL: cancelURL),
            account: account)
        guard wait else {
            return try desk.show(desk.shapes.topUp(opened)) {
                """
                Top-up \(opened.id) of \(desk.currencies.text(minor: opened.amount, opened.currency)): \
                the customer pays here:

                  \(opened.url ?? "")
                """
            }
        }
        let address = "The customer pays here:\n\n  \(opened.url ?? "")\n"
        if desk.terminal.json { desk.terminal.remark(address) } else { desk.terminal.say(address) }
        let topUp = try await follow(opened, account: account, at: desk)
        try desk.show(desk.shapes.topUp(topUp)) { "Top-up \(topUp.id) is \(topUp.status.rawValue)." }
        if topUp.status != .paid { throw ExitStatus.finding.code }
    }

    private func follow(_ opened: TopUp, account: ConnectedAccount, at desk: Desk) async throws -> TopUp {
        try await desk.follow(seconds: timeout) {
            let topUp = try await desk.database.read { tx in
                try desk.worker.topUps.get(opened.id, account: account, in: tx)
            }
            let isOver = [.paid, .failed, .expired].contains(topUp.status)
            return isOver ? .over(topUp) : .going("top-up \(topUp.status.rawValue)", topUp)
        }
    }
}
