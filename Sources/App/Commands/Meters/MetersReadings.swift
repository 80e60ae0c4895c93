import ArgumentParser
import Billing
import Ledger
import Server
import Storage
import Worker

struct MetersReadings: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "readings", abstract: "What a meter has counted: in all, by day, by month or by customer.",
        discussion: """
            A correction takes back what it can: a count, a sum and an average. A maximum, the latest value and the \
            different values stay.

            Examples:
              bursar meters readings pages --from 2026-11-01 --to 2026-12-01
              bursar meters readings pages --from 2026-11-01 --to 2026-12-01 --group-by day --customer user-17
              bursar meters readings pages --from 2026-11-01 --to 2026-12-01 --group-by customer --limit 100
            """)

    @Argument(help: "The meter, by slug or id.") var meter: String
    @Option(help: "From when: a date, or an RFC 3339 time at a full quarter of an hour.") var from: String
    @Option(help: "Until when; no longer part of it.") var to: String
    @Option(help: "What to group by: day, month or customer.") var groupBy: String?
    @Option(help: "Only this customer, by id or by your own name.") var customer: String?
    @Option(help: "Where days begin: an IANA name; the account's time zone, if left out.") var timeZone: String?
    @OptionGroup var merchant: AccountOption
    @OptionGroup var page: PageOptions
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let query = try query()
        let (figures, names) = try await desk.database.read { [query, meter, customer, merchant, page] tx in
            var query = query
            let account = try merchant.find(at: desk, in: tx)
            query.customer = try customer.map { try desk.worker.customers.get($0, account: account, in: tx) }
            let meter = try desk.worker.meters.get(meter, account: account.id, in: tx)
            let figures = try desk.worker.meterReadings.read(meter, query, account: account, in: tx)
            let names = try desk.worker.meterReadings.externalIDs(in: figures.prefix(page.limit), in: tx)
            return (figures, names)
        }
        let isByCustomer = query.groupBy == .customer
        try desk.list(
            figures, page, shape: { desk.shapes.figure($0, customers: names) },
            columns: [Table.Column(stringLiteral: query.groupBy?.rawValue ?? "customers")]
                + (isByCustomer ? ["name"] : []) + [.number("value"), .number("events")],
            empty: "The meter has counted nothing between \(from) and \(to)."
        ) { figure in
            let name = figure.group == nil ? customer ?? figure.id : figure.id
            return [Table.Cell(name)] + (isByCustomer ? [Table.Cell(names[figure.id] ?? "")] : [])
                + [Table.Cell(figure.text), Table.Cell("\(figure.events)")]
        }
    }

    private func query() throws -> MeterQuery {
        var query = MeterQuery(from: from, to: to)
        query.groupBy = try groupBy.map { name in
            guard let grouping = MeterGrouping(rawValue: name) else {
                let known = MeterGrouping.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--group-by knows \(known); it does not know \(name).")
            }
            return grouping
        }
        query.timeZone = timeZone
        query.after = page.after
        query.limit = page.limit + 1
        return query
    }
}

extension MeterFigure {
    /// Exact: `1200`, `0.25`.
    fileprivate var text: String {
        let digits = String(millionths.magnitude)
        let padded = String(repeating: "0", count: max(0, 7 - digits.count)) + digits
        var fraction = padded.suffix(6)
        while fraction.last == "0" { fraction.removeLast() }
        return (millionths < 0 ? "-" : "") + padded.dropLast(6) + (fraction.isEmpty ? "" : ".\(fraction)")
    }
}
