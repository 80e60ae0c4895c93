import ArgumentParser
import Billing
import Ledger
import Server
import Storage
import Worker

struct CustomersAutoTopUp: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "auto-top-up",
        abstract: "Lets a customer's wallet fill itself with the saved card, or shows how that goes.",
        discussion: """
            Three declines in a row stop it, and so does a refund or a dispute of any of the customer's top-ups;
            setting it anew starts it again.

            Examples:
              bursar customers auto-top-up user-17 --below 5.00 --amount 20.00 --monthly-limit 100.00
              bursar customers auto-top-up user-17
              bursar customers auto-top-up user-17 --off
            """)

    @Argument(help: "The customer, by id or by your own name.") var customer: String
    @Option(help: ArgumentHelp("Fill it when it holds less, in the account's currency.", valueName: "amount"))
    var below: String?
    @Option(help: "How much each time.") var amount: String?
    @Option(help: ArgumentHelp("The most in a calendar month.", valueName: "amount")) var monthlyLimit: String?
    @Option(help: ArgumentHelp("From one top-up to the next; 300.", valueName: "seconds")) var coolDown: Int64?
    @Flag(help: "Fill it no more by itself.") var off = false
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func validate() throws {
        guard (below == nil) == (amount == nil) else { throw ValidationError("give --below and --amount together") }
        guard below != nil || (monthlyLimit == nil && coolDown == nil) else {
            throw ValidationError("give --below and --amount, too")
        }
        if off, below != nil { throw ValidationError("give --off alone") }
    }

    func run(at desk: Desk) async throws {
        let isChange = off || below != nil
        let standing: Standing
        if isChange {
            standing = try await desk.database.write { [self] tx in try change(at: desk, in: tx) }
        } else {
            standing = try await desk.database.read { [self] tx in
                let account = try merchant.find(at: desk, in: tx)
                return try self.standing(
                    of: try desk.worker.customers.get(customer, account: account, in: tx), account, at: desk, in: tx)
            }
        }
        try desk.show(standing.shape) { text(of: standing, at: desk) }
    }

    private struct Standing: Sendable {
        let account: ConnectedAccount
        let customer: Customer
        let state: AutoTopUpState
        let shape: JSON
    }

    private func change(at desk: Desk, in tx: Transaction) throws -> Standing {
        let account = try merchant.find(at: desk, in: tx)
        let customer = try desk.worker.customers.get(customer, account: account, in: tx)
        let reader = AmountReader(currency: account.currency, rules: desk.currencies)
        func micros(_ flag: String, _ text: String?) throws -> Int64? {
            try reader.read(flag, text).map { try desk.currencies.money(minor: $0, account.currency).micros }
        }
        var policy: AutoTopUpPolicy?
        if let threshold = try micros("--below", below), let amount = try micros("--amount", amount) {
            policy = AutoTopUpPolicy(
                thresholdMicros: threshold, amountMicros: amount,
                monthlyLimitMicros: try micros("--monthly-limit", monthlyLimit), coolDownSeconds: coolDown)
        }
        let changed = try desk.worker.autoTopUps.set(
            policy, for: customer, account: account, by: .commandLine, in: tx)
        return try standing(of: changed, account, at: desk, in: tx)
    }

    private func standing(
        of customer: Customer, _ account: ConnectedAccount, at desk: Desk, in tx: Transaction
    ) throws -> Standing {
        Standing(
            account: account, customer: customer, state: try desk.worker.autoTopUps.state(of: customer, in: tx),
            shape: try desk.shapes.autoTopUp(of: customer, in: tx))
    }

    private func text(of standing: Standing, at desk: Desk) -> String {
        guard let policy = standing.customer.autoTopUp else {
            return "The wallet of \(standing.customer.externalID) does not fill itself."
        }
        let state = standing.state
        func money(_ micros: Int64) -> String { desk.currencies.text(Money(micros: micros, standing.account.currency)) }
        var text = Particulars()
        text.add("below", money(policy.thresholdMicros))
        text.add("amount", money(policy.amountMicros))
        text.add("monthly limit", policy.monthlyLimitMicros.map(money) ?? "none")
        text.add("cool-down", "\(policy.coolDownInForce) s")
        text.add("under way", state.isInFlight ? "yes" : nil)
        text.add(
            "waits for",
            standing.customer.paymentMethod == nil ? "a saved card; the first top-up on a page saves one" : nil)
        text.add("last started", state.lastStartedAt?.shortText)
        text.add("declines", state.declines == 0 ? nil : "\(state.declines) in a row")
        let reason = state.stopReason.map { ", \($0.clause)" } ?? ""
        text.add("stopped", state.stoppedAt.map { "\($0.shortText)\(reason); set it anew to start it again" })
        return text.text(on: desk.terminal)
    }
}

extension AutoTopUpState.StopReason {
    fileprivate var clause: String {
        switch self {
        case .declinedThreeTimes: "after three declines in a row"
        case .topUpRefunded: "as a top-up was refunded"
        case .topUpDisputed: "as the customer disputes a top-up"
        case .chargeRefunded: "as a charge was refunded whose usage had been corrected"
        case .chargeDisputed: "as the customer disputes a charge whose usage had been corrected"
        }
    }
}
