import ArgumentParser
import Billing
import Ledger
import Server
import Storage
import Worker

struct MarginsCommand: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "margins",
        abstract: "What is earned, after the providers, Stripe and the platform have taken their part.",
        discussion: """
            Revenue is the price of metered usage. Fees are what Stripe and the platform have really taken from \
            payments made in the time, so they are known once the payment's line in the Stripe balance was read. By \
            customer and by time they are exact; by anything else each customer's fees are split over what that \
            customer used, by price.

            Groups are customer, key, model, provider, feature, action, product, organization, and one of hour, day \
            and month. They are listed in the order in which they are paged: by name, not by what they earn.

            Examples:
              bursar margins --from 2026-11-01 --to 2026-12-01 --group-by model
              bursar margins --from 2026-11-01 --to 2026-12-01 --group-by customer,month
            """)

    @OptionGroup var what: UsageQueryOptions
    @OptionGroup var merchant: AccountOption
    @OptionGroup var page: PageOptions
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let query = try what.query(page)
        let (currency, report, names) = try await desk.database.read { [what, merchant, page] tx in
            let account = try merchant.find(at: desk, in: tx)
            let report = try desk.worker.margins.ask(
                try what.found(query, of: account, at: desk, in: tx), account: account, in: tx)
            let names = try desk.worker.margins.externalIDs(in: report.rows.prefix(page.limit), in: tx)
            return (account.currency, report, names)
        }
        if desk.terminal.json {
            return desk.terminal.say(desk.shapes.margins(report, limit: page.limit, customers: names).text)
        }
        try desk.list(
            report.rows, page, shape: { _ in .null }, columns: query.groupBy.columns + Self.columns,
            empty: "Nothing was used and nothing paid between \(what.from) and \(what.to).", id: \.id
        ) { row in row.groups.cells(names) + cells(row.figures, currency, desk) }
        if !query.groupBy.isEmpty, !report.rows.isEmpty {
            desk.terminal.say("In all: " + sentence(report.total, currency, desk))
        }
        for fees in report.otherFees {
            let taken = desk.text(fees.processorMicros + fees.applicationMicros, fees.currency)
            desk.terminal.say("Besides, \(taken) of fees, in another currency than the account's.")
        }
    }

    private static let columns: [Table.Column] = [
        .number("requests"), .number("revenue"), .number("cost"), .number("stripe"), .number("platform"),
        .number("margin"), .number("%"),
    ]

    private func cells(_ figures: MarginFigures, _ currency: Currency, _ desk: Desk) -> [Table.Cell] {
        [
            Table.Cell("\(figures.requests)"), Table.Cell(desk.text(figures.revenueMicros, currency)),
            Table.Cell(desk.text(figures.costMicros, currency)),
            Table.Cell(desk.text(figures.processorFeeMicros, currency)),
            Table.Cell(desk.text(figures.applicationFeeMicros, currency)),
            Table.Cell(desk.text(figures.marginMicros, currency), figures.marginMicros < 0 ? .red : .green),
            Table.Cell(figures.percentText),
        ]
    }

    private func sentence(_ figures: MarginFigures, _ currency: Currency, _ desk: Desk) -> String {
        let percent = figures.percentText.isEmpty ? "" : " (\(figures.percentText) %)"
        return "\(desk.text(figures.marginMicros, currency))\(percent) of "
            + "\(desk.text(figures.revenueMicros, currency)) are left, after "
            + "\(desk.text(figures.costMicros, currency)) for providers, "
            + "\(desk.text(figures.processorFeeMicros, currency)) for Stripe and "
            + "\(desk.text(figures.applicationFeeMicros, currency)) for the platform."
    }
}

extension MarginFigures {
    /// `12.5`; empty where nothing was earned.
    fileprivate var percentText: String {
        guard let points = marginBasisPoints else { return "" }
        let size = points.magnitude
        let hundredths = String(size % 100)
        return (points < 0 ? "-" : "") + "\(size / 100)." + (hundredths.count < 2 ? "0" : "") + hundredths
    }
}
