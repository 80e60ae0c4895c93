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
        discussion: """
            All events of a customer in one request are posted by one entry; --limit of them are listed, the newest \
            first, and --after goes on.

            Example:
              bursar explain busg_01kb0000000000000000000000 --limit 100
            """)

    @Argument(help: "The usage event, by its id (busg_…).") var event: String
    @OptionGroup var page: PageOptions
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let event: UsageEvent.ID = try desk.id(event, of: "usage event", list: "bursar usage list CUSTOMER")
        let after: UsageEvent.ID? = try page.after.map { try desk.id($0, of: "usage event", list: "bursar explain") }
        let (currency, found) = try await desk.database.read { [merchant, page] tx in
            let account = try merchant.find(at: desk, in: tx)
            let found = try desk.worker.explanations.explain(
                event, account: account, after: after, limit: page.limit, in: tx)
            return (account.currency, found)
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
        lines += events(of: found, currency, desk)
        lines += found.lots.map { lot, micros in
            let amount = "\(micros.magnitude) micros of \(currency.code.uppercased())"
            let did = micros < 0 ? "gave \(amount) back to" : "took \(amount) from"
            return "The entry \(did) lot \(lot.lot.id)."
        }
        if let correction = found.correction { lines.append("Taken back by \(correction.id).") }
        return lines.joined(separator: "\n")
    }

    /// Of an entry that is of more than the one event.
    private func events(of found: UsageExplanation, _ currency: Currency, _ desk: Desk) -> [String] {
        guard found.eventsOfEntry > 1 else { return [] }
        var lines = found.events.map { event in
            let price = desk.currencies.text(Money(micros: event.priceMicros, currency))
            return "  \(event.id) \(event.eventID) of \(event.source): \(price)"
        }
        if found.hasMoreEvents, let last = found.events.last { lines.append("  More: --after \(last.id)") }
        return lines
    }
}
