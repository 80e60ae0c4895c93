import ArgumentParser
import Billing
import Ledger
import Server
import Storage
import Worker

struct UsageReportCommand: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Totals of usage: requests, tokens, cost and price, by whatever you name.",
        discussion: """
            Groups are customer, key, model, provider, feature, action, product, organization, and one of hour, day \
            and month. The totals are kept as usage comes in, so a report takes as long at any number of events. \
            `bursar margins` takes the fees of payments into account, too.

            Examples:
              bursar usage report --from 2026-11-01 --to 2026-12-01 --group-by model
              bursar usage report --from 2026-11-01 --to 2026-12-01 --group-by day,customer \\
                --feature chat --time-zone Europe/Berlin
            """)

    @OptionGroup var what: UsageQueryOptions
    @OptionGroup var merchant: AccountOption
    @OptionGroup var page: PageOptions
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let query = try what.query(page)
        let (currency, totals, names) = try await desk.database.read { [what, merchant, page] tx in
            let account = try merchant.find(at: desk, in: tx)
            let totals = try desk.worker.usageTotals.ask(
                try what.found(query, of: account, at: desk, in: tx), account: account, in: tx)
            let names = try desk.worker.usageTotals.externalIDs(in: totals.prefix(page.limit), in: tx)
            return (account.currency, totals, names)
        }
        try desk.list(
            totals, page, shape: { desk.shapes.total($0, customers: names) },
            columns: query.groupBy.columns + [
                .number("requests"), .number("tokens"), .number("cost"), .number("price"), .number("margin"),
            ], empty: "No usage between \(what.from) and \(what.to).", id: \.id
        ) { total in
            total.groups.cells(names) + [
                Table.Cell("\(total.figures.requests)"), Table.Cell("\(total.tokens / 1_000_000)"),
                Table.Cell(desk.text(total.figures.costMicros, currency)),
                Table.Cell(desk.text(total.figures.priceMicros, currency)),
                Table.Cell(desk.text(total.marginMicros, currency)),
            ]
        }
    }
}

extension [UsageGrouping] {
    var columns: [Table.Column] { map { Table.Column(stringLiteral: $0.rawValue) } }
}

extension [(by: UsageGrouping, value: String?)] {
    /// - Parameter names: the external ids of customers, by our ids.
    func cells(_ names: [String: String]) -> [Table.Cell] {
        map { group in Table.Cell(group.value.map { group.by == .customer ? names[$0] ?? $0 : $0 } ?? "(none)") }
    }
}

extension UsageTotal {
    /// Millionths, of all kinds together.
    fileprivate var tokens: Int128 { figures.tokens.reduce(0, +) }
}

extension Desk {
    /// Beyond 64 bits there are only micros.
    func text(_ micros: Int128, _ currency: Currency) -> String {
        Int64(exactly: micros).map { currencies.text(Money(micros: $0, currency)) } ?? "\(micros) micros"
    }
}
