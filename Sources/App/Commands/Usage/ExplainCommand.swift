import ArgumentParser
import Billing
import Ledger
import Server
import Storage
import Worker

struct ExplainCommand: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tells how an amount came to be, and where it has gone.",
        discussion: """
            Of a usage event: prices, quantities, rounding, entry and wallet. All events of a customer in one request
            are posted by one entry; --limit of them are listed, the newest first, and --after goes on.

            Of a charge, a top-up, a refund, a dispute or a lot of a wallet: the entries of the books that are of it,
            with Stripe's fees; --after is the number of an entry. Of a charge also what had accrued, and what stayed.

            Examples:
              bursar explain busg_01kb0000000000000000000000 --limit 100
              bursar explain bchg_…
            """)

    @Argument(
        help: ArgumentHelp(
            "The id of a usage event (busg_…), charge (bchg_…), top-up (btop_…), refund (bref_…), dispute (bdsp_…) or "
                + "lot (blot_…).", valueName: "id"))
    var thing: String
    @OptionGroup var page: PageOptions
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        if let thing = BookedThing(thing) { return try await explain(thing, at: desk) }
        let event: UsageEvent.ID = try desk.id(thing, of: "usage event", list: "bursar usage list CUSTOMER")
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

// MARK: Payments, what was given back of them, and lots

extension ExplainCommand {
    private func explain(_ thing: BookedThing, at desk: Desk) async throws {
        guard let after = Int64(page.after ?? "0"), after >= 0 else {
            throw ValidationError("--after is the number of an entry here")
        }
        let found = try await desk.database.read { [merchant, page] tx in
            let account = try desk.merchant(of: thing, merchant, in: tx)
            return try desk.worker.explanations.explain(
                thing, account: account, after: after, limit: page.limit, in: tx)
        }
        try desk.show(try desk.shapes.explanation(found)) { try text(found, after: after, desk) }
        if found.hasMoreEntries { desk.remarkMore(after: found.entries) }
    }

    private func text(_ found: MoneyExplanation, after: Int64, _ desk: Desk) throws -> String {
        let sum = try found.accrual.map { [try text($0, desk)] } ?? []
        let entries = desk.text(found.entries, after: after, none: "Nothing is posted of it yet.")
        return (sum + [entries]).joined(separator: "\n\n")
    }

    /// A sum, line by line.
    private func text(_ accrual: Accrual, _ desk: Desk) throws -> String {
        var sum = Table([.number("amount"), "what had accrued", .number("entries")])
        func add(_ amount: Money, _ what: String, _ entries: String = "") {
            sum.add([Table.Cell(desk.currencies.text(amount)), Table.Cell(what), Table.Cell(entries)])
        }
        if let since = accrual.since { add(accrual.before, "left by the charge before, entry \(since)") }
        for movement in accrual.movements { add(movement.amount, movement.cause.words, "\(movement.entries)") }
        add(try accrual.charged.negated(), "put into this charge, entry \(accrual.entry)", "1")
        add(try accrual.left, "left for the next charge")
        return sum.text(on: desk.terminal)
    }
}

extension BooksStore.Movement.Cause {
    fileprivate var words: String {
        switch self {
        case .usage: "usage"
        case .givenBack: "given back by corrections and credits"
        case .wallet: "paid by the wallet"
        case .canceledCharges: "owed again, as a charge was canceled"
        }
    }
}
