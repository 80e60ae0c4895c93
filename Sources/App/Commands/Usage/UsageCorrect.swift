import ArgumentParser
import Billing
import Ledger
import Server
import Storage
import Worker

struct UsageCorrect: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "correct",
        abstract: "Takes an event back: in the books, the totals and the limits.",
        discussion: """
            The event stays, and a correction points at it. What was paid for it goes back to where it came from. An \
            event is corrected once; the same correction again changes nothing.

            Example:
              bursar usage correct busg_01kb0000000000000000000000 --reason "reported twice"
            """)

    @Argument(help: "The event, by its id (busg_…).") var event: String
    @Option(help: "Why, for those who look at it later.") var reason: String
    @Option(help: "The correction's own name; that of the event, if left out.") var id: String?
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let event: UsageEvent.ID = try desk.id(event, of: "usage event", list: "bursar usage list")
        let (currency, correction) = try await desk.database.write { [reason, id, merchant] tx in
            let account = try merchant.find(at: desk, in: tx)
            let new = NewCorrection(reason: reason, id: id)
            let correction = try desk.worker.metering.correct(
                event, new, account: account, by: .commandLine, in: tx)
            return (account.currency, correction)
        }
        try desk.show(desk.shapes.usage(correction)) {
            let price = desk.currencies.text(Money(micros: correction.priceMicros, currency))
            return "\(correction.id) takes \(event) back: \(price)"
        }
    }
}
