import ArgumentParser
import Billing
import Ledger
import Server
import Storage
import Worker

struct UsageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage",
        abstract: "Usage of a merchant's customers: record an event, import files, list, sum up, and take back.",
        discussion: """
            Examples:
              bursar usage record --id req-1 --customer user-17 --cost-micros 1250
              bursar usage import events.csv
              bursar usage list user-17
              bursar usage report --from 2026-11-01 --to 2026-12-01 --group-by model
            """,
        subcommands: [
            UsageRecord.self, UsageImportCommand.self, UsageList.self, UsageReportCommand.self, UsageCorrect.self,
            UsageExport.self,
        ])
}

struct UsageList: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists a customer's usage, the newest first.",
        discussion: "Example:\n  bursar usage list user-17 --limit 100")

    @Argument(help: "The customer, by id or by your own name.") var customer: String
    @OptionGroup var merchant: AccountOption
    @OptionGroup var page: PageOptions
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let after: UsageEvent.ID? = try page.after.map { try desk.id($0, of: "usage event", list: "bursar usage list") }
        let (currency, events) = try await desk.database.read { [customer, merchant, page] tx in
            let account = try merchant.find(at: desk, in: tx)
            let customer = try desk.worker.customers.get(customer, account: account, in: tx)
            let events = try desk.worker.metering.list(customer: customer, after: after, limit: page.limit + 1, in: tx)
            return (account.currency, events)
        }
        try desk.list(
            events, page, shape: desk.shapes.usage,
            columns: ["usage", "event", "source", "time", "model", .number("cost"), .number("price")],
            empty: "No usage yet. Record some: bursar usage record --id ID --customer \(customer) --cost-micros MICROS"
        ) { event in
            [
                Table.Cell(event.id.text), Table.Cell(event.eventID), Table.Cell(event.source),
                Table.Cell(event.time.listText), Table.Cell(event.labels.model ?? ""),
                Table.Cell(desk.currencies.text(Money(micros: event.costMicros, currency))),
                Table.Cell(desk.currencies.text(Money(micros: event.priceMicros, currency))),
            ]
        }
    }
}

struct UsageExport: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Writes usage to standard output, customer by customer.",
        discussion: """
            Examples:
              bursar usage export --from 2026-11-01 --to 2026-12-01 > november.csv
              bursar usage export --from 2026-11-01 --to 2026-12-01 --by counted_at   # adds up to November's totals
              bursar usage export --customer user-17 --format json
              bursar usage export --format ndjson | gzip > usage.ndjson.gz
            """)

    @OptionGroup var format: ExportOptions
    @Option(help: ArgumentHelp("Happened at or after: a date, or an RFC 3339 time.", valueName: "time"))
    var from: String?
    @Option(help: ArgumentHelp("Happened before: a date, or an RFC 3339 time.", valueName: "time")) var to: String?
    @Option(help: "What --from and --to look at: time, or counted_at, by which totals and bills count what came late.")
    var by = UsageExportStore.Clock.happened.rawValue
    @Option(help: "Only of this customer, by external id or bcus_….") var customer: String?
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func validate() throws {
        guard UsageExportStore.Clock(rawValue: by) != nil else {
            throw ValidationError("--by must be time or counted_at.")
        }
    }

    func run(at desk: Desk) async throws {
        let account = try await desk.database.read { [merchant] tx in try merchant.find(at: desk, in: tx) }
        let zone = LimitSubject(account: account).zone
        var selection = UsageSelection(
            from: try start("--from", from, in: zone), to: try start("--to", to, in: zone), customer: customer)
        selection.by = UsageExportStore.Clock(rawValue: by) ?? .happened
        try await desk.write(desk.exports.usage(selection, of: account.id, as: format.chosen(desk.terminal)))
    }

    /// A date stands for its beginning, where the account's days begin.
    private func start(_ flag: String, _ text: String?, in zone: CivilZone) throws -> Instant? {
        if let date = text.flatMap(CivilDate.init) { return zone.start(of: date) }
        return try moment(flag, text)
    }
}
