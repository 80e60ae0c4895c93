import ArgumentParser
import Billing
import Ledger
import Server
import Storage
import Worker

struct ExplainCommand: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tells how a posted amount came to be: prices, quantities, rounding, entry and wallet.",
        discussion: "Example:\n  bursar explain busg_01kb0000000000000000000000")

    @Argument(help: "The usage event, by its id (busg_…).") var event: String
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let event: UsageEvent.ID = try desk.id(event, of: "usage event", list: "bursar usage list CUSTOMER")
        let (currency, found) = try await desk.database.read { [merchant] tx in
            let account = try merchant.find(at: desk, in: tx)
            return (account.currency, try desk.worker.explanations.explain(event, account: account, in: tx))
        }
        try desk.show(try desk.shapes.explanation(found, in: currency)) { text(found, currency, desk) }
    }

    private func text(_ found: UsageExplanation, _ currency: Currency, _ desk: Desk) -> String {
        let event = found.event
        let price = desk.currencies.text(Money(micros: event.priceMicros, currency))
        var lines = ["\(event.id): \(event.eventID) of \(event.source), \(event.time.listText): \(price)"]
        lines += found.line?.steps(in: currency) ?? ["It was priced before lines were kept."]
        if let entry = found.entry {
            lines.append("Posted by entry \(entry.sequence), of \(found.eventsOfEntry) events: \(entry.narration)")
        } else {
            lines.append("There was nothing to post.")
        }
        lines += found.lots.map { lot, micros in
            "The entry took \(micros) micros of \(currency.code.uppercased()) from lot \(lot.lot.id)."
        }
        if let correction = found.correction { lines.append("Taken back by \(correction.id).") }
        return lines.joined(separator: "\n")
    }
}
