import ArgumentParser
import Billing
import Ledger
import Server
import Storage
import Worker

struct UsageReportCommand: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Totals of usage: requests, tokens, cost, price and margin, by whatever you name.",
        discussion: """
            Groups are customer, key, model, provider, feature, action, product, organization, and one of hour, day \
            and month. The totals are kept as usage comes in, so a report takes as long at any number of events.

            Examples:
              bursar usage report --from 2026-11-01 --to 2026-12-01 --group-by model
              bursar usage report --from 2026-11-01 --to 2026-12-01 --group-by day,customer \\
                --feature chat --time-zone Europe/Berlin
            """)

    @Option(help: "From when: a date, or an RFC 3339 time at a full quarter of an hour.") var from: String
    @Option(help: "Until when; no longer part of it.") var to: String
    @Option(help: ArgumentHelp("What to group by, with commas between.", valueName: "names")) var groupBy: String?
    @Option(help: "Where days begin: an IANA name; the account's time zone, if left out.") var timeZone: String?
    @Option(help: "Only this customer, by id or by your own name.") var customer: String?
    @OptionGroup(title: "Only usage of this") var labels: UsageLabelOptions
    @OptionGroup var merchant: AccountOption
    @OptionGroup var page: PageOptions
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let query = try query()
        let (currency, totals, names) = try await desk.database.read { [query, customer, merchant, page] tx in
            var query = query
            let account = try merchant.find(at: desk, in: tx)
            if let customer {
                query.filters[.customer] = try desk.worker.customers.get(customer, account: account, in: tx).id.text
            }
            let totals = try desk.worker.usageTotals.ask(query, account: account, in: tx)
            let names = try desk.worker.usageTotals.externalIDs(in: totals.prefix(page.limit), in: tx)
            return (account.currency, totals, names)
        }
        let columns = query.groupBy.map { Table.Column(stringLiteral: $0.rawValue) }
        try desk.list(
            totals, page, shape: { desk.shapes.total($0, customers: names) },
            columns: columns + [
                .number("requests"), .number("tokens"), .number("cost"), .number("price"), .number("margin"),
            ], empty: "No usage between \(from) and \(to)."
        ) { total in
            total.groups.map { group in
                Table.Cell(group.value.map { group.by == .customer ? names[$0] ?? $0 : $0 } ?? "")
            } + [
                Table.Cell("\(total.figures.requests)"), Table.Cell("\(total.tokens / 1_000_000)"),
                Table.Cell(desk.text(total.figures.costMicros, currency)),
                Table.Cell(desk.text(total.figures.priceMicros, currency)),
                Table.Cell(desk.text(total.marginMicros, currency)),
            ]
        }
    }

    private func query() throws -> UsageQuery {
        var query = UsageQuery(from: from, to: to)
        query.groupBy = try (groupBy ?? "").split(separator: ",").map { name in
            guard let grouping = UsageGrouping(rawValue: String(name)) else {
                let known = UsageGrouping.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--group-by knows \(known); it does not know \(name).")
            }
            return grouping
        }
        query.filters = labels.filters
        query.timeZone = timeZone
        query.after = page.after
        query.limit = page.limit + 1
        return query
    }
}

extension UsageLabelOptions {
    var filters: [UsageDimension: String] {
        var filters: [UsageDimension: String] = [:]
        filters[.provider] = provider
        filters[.model] = model
        filters[.feature] = feature
        filters[.action] = action
        filters[.product] = product
        filters[.organization] = organization
        filters[.key] = key
        return filters
    }
}

extension UsageTotal {
    /// Millionths, of all kinds together.
    fileprivate var tokens: Int128 { figures.tokens.reduce(0, +) }
}

extension Desk {
    /// Beyond 64 bits there are only micros.
    fileprivate func text(_ micros: Int128, _ currency: Currency) -> String {
        Int64(exactly: micros).map { currencies.text(Money(micros: $0, currency)) } ?? "\(micros) micros"
    }
}
