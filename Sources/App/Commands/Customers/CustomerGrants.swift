import ArgumentParser
import Billing
import Ledger
import Server
import Storage
import Worker

struct CustomersGrant: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "grant", abstract: "Gives a customer wallet credit by hand.",
        discussion: """
            What the customer has accrued is paid from it at once.

            Examples:
              bursar customers grant user-17 5.00 --reason "welcome" --expires 2027-01-31T00:00:00Z
              bursar customers grant user-17 250.00 --kind paid_outside --reason "invoice 2026-117, by bank transfer"
            """)

    @Argument(help: "The customer, by id or by your own name.") var customer: String
    @Argument(help: "How much, in the account's currency: 5.00.") var amount: String
    @Option(help: "promotional, or paid_outside for what was paid past Stripe.") var kind = "promotional"
    @Option(help: "Why, for those who look at it later.") var reason: String
    @Option(help: "0 to 1000; what is small is spent first. Usually 50 for promotional credit, 100 for paid.")
    var priority: Int64?
    @Option(help: ArgumentHelp("When what is left is worth nothing.", valueName: "time")) var expires: String?
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        guard let kind = WalletLot.Kind(rawValue: kind) else {
            throw ValidationError("--kind holds \"\(kind)\"; it should hold promotional or paid_outside")
        }
        let expiry = try expires.map { text in
            guard let instant = Instant(rfc3339: text) else {
                throw ValidationError("--expires holds \"\(text)\"; it should hold a time such as 2027-01-31T00:00:00Z")
            }
            return instant
        }
        let (account, lot) = try await desk.database.write { [self] tx in
            let account = try merchant.find(at: desk, in: tx)
            let reader = AmountReader(currency: account.currency, rules: desk.currencies)
            guard let minor = try reader.read("AMOUNT", amount) else {
                throw ValidationError("AMOUNT should hold how much, for example 5.00")
            }
            let new = NewGrant(
                amountMicros: try desk.currencies.money(minor: minor, account.currency).micros, kind: kind,
                priority: priority, expiresAt: expiry, reason: reason)
            let customer = try desk.worker.customers.get(customer, account: account, in: tx)
            return (account, try desk.worker.grants.give(new, to: customer, account: account, by: .commandLine, in: tx))
        }
        try desk.show(desk.shapes.lot(lot, of: account)) {
            let left = Money(micros: lot.lot.remainingMicros, account.currency)
            return "Lot \(lot.lot.id) is in the wallet; \(desk.currencies.text(left)) of it can be spent."
        }
    }
}

struct CustomersGrants: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "grants", abstract: "Lists the lots of a customer's wallet, the newest first.",
        discussion: "Example:\n  bursar customers grants user-17")

    @Argument(help: "The customer, by id or by your own name.") var customer: String
    @OptionGroup var merchant: AccountOption
    @OptionGroup var page: PageOptions
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let list = "bursar customers grants \(customer)"
        let after: WalletLot.ID? = try page.after.map { try desk.id($0, of: "lot", list: list) }
        let (account, lots) = try await desk.database.read { [self] tx in
            let account = try merchant.find(at: desk, in: tx)
            let customer = try desk.worker.customers.get(customer, account: account, in: tx)
            return (
                account, try desk.worker.grants.list(customer: customer, after: after, limit: page.limit + 1, in: tx)
            )
        }
        let now = desk.worker.context.now
        func digits(_ micros: Int64) -> Table.Cell {
            Table.Cell(desk.currencies.digits(Money(micros: micros, account.currency)))
        }
        try desk.list(
            lots, page, shape: { desk.shapes.lot($0, of: account) },
            columns: [
                "lot", "kind", "standing", .number("amount"), .number("left"), .number("priority"), "expires", "made",
                "why",
            ],
            empty: "Nothing was ever in this wallet. Fill it by: bursar top-up, or bursar customers grant"
        ) { stored in
            let lot = stored.lot
            return [
                Table.Cell(lot.id.text), Table.Cell(lot.kind.rawValue), Table.Cell(stored.status(at: now)),
                digits(stored.amountMicros), digits(lot.remainingMicros), Table.Cell(String(lot.priority)),
                Table.Cell(lot.expiresAt?.listText ?? "never"), Table.Cell(lot.createdAt.listText),
                Table.Cell(stored.reason ?? stored.topUp?.text ?? ""),
            ]
        }
    }
}
