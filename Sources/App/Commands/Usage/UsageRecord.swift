import ArgumentParser
import Billing
import Ledger
import Server
import Storage
import Worker

struct UsageRecord: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Records one event, or a file with one JSON object a line, as POST /v1/usage takes them.",
        discussion: """
            An event that is there already changes nothing, so a file can be sent again after a failure. The exit \
            status is 1 when an event was rejected; the others are recorded. For large files, and for CSV, there is \
            `bursar usage import`.

            Examples:
              bursar usage record --id req-1 --customer user-17 --cost-micros 1250
              bursar usage record --id req-2 --customer user-17 --model gpt-5 \\
                --quantity input_tokens=1200 --quantity output_tokens=340
              bursar usage record --id req-3 --customer user-17 --product reader --quantity pages=12
              bursar usage record --file events.ndjson
              zcat events.ndjson.gz | bursar usage record --file -
            """)

    @Option(help: "The event's name, unique for ever within its source.") var id: String?
    @Option(help: "Who used it: your own name for the customer, made on first use.") var customer: String?
    @Option(help: "What the provider takes, in millionths of the currency's major unit; else the price list says it.")
    var costMicros: Int64?
    @Option(
        name: .customLong("quantity"),
        help: ArgumentHelp("How much of a unit; may be given several times.", valueName: "unit=number"))
    var quantities: [String] = []
    @Option(help: "What reports it.") var source: String?
    @Option(help: "When it happened, RFC 3339; now, if left out.") var time: String?
    @OptionGroup var labels: UsageLabelOptions
    @Option(help: "How many milliseconds the provider took.") var latencyMs: Int64?
    @Option(help: ArgumentHelp("Anything of yours; may be given several times.", valueName: "key=value"))
    var metadata: [String] = []
    @Option(help: "A file with one event a line; - for standard input.") var file: String?
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func validate() throws {
        let saysHowMuch = costMicros != nil || !quantities.isEmpty || labels.product != nil
        let isOne = id != nil && (customer != nil || labels.key != nil) && saysHowMuch
        guard (file == nil) == isOne else {
            throw ValidationError(
                "Give --id, --customer and --cost-micros, --quantity or --product for one event, or --file for many.")
        }
    }

    func run(at desk: Desk) async throws {
        var tally = ImportTally()
        var recorded: (event: UsageEvent, currency: Currency)?
        if let file {
            let importer = UsageImporter(desk: desk, merchant: merchant)
            try await importer.run(try ImportedFile(file, format: .ndjson), &tally)
        } else {
            let intake = UsageIntake(desk.worker)
            let report = intake.check([UsageItem(try single())])
            let (result, currency) = try await desk.database.write { [merchant] tx in
                let account = try merchant.find(at: desk, in: tx)
                return (try intake.record(report, account: account, in: tx), account.currency)
            }
            for result in result { tally.count(result, line: 1, of: nil) }
            recorded = result.first?.event.map { ($0, currency) }
        }
        let shape = recorded.map { recorded in
            tally.shape.with("usage_event", .string(recorded.event.id.text))
                .with("price_micros", .integer(recorded.event.priceMicros))
        }
        try desk.show(shape ?? tally.shape) {
            let price = recorded.map {
                "\n\($0.event.id): \(desk.currencies.text(Money(micros: $0.event.priceMicros, $0.currency)))"
            }
            return tally.text(on: desk.terminal) + (price ?? "")
        }
        if tally.rejected > 0 { throw ExitStatus.finding.code }
    }

    private func single() throws -> UsageReport {
        let moment = try time.map { text in
            guard let moment = Instant(rfc3339: text) else {
                throw ValidationError(
                    "--time holds \"\(text)\"; it should hold RFC 3339, for example 2026-11-21T09:30:00Z")
            }
            return moment
        }
        var report = UsageReport(
            eventID: id ?? "", source: source ?? UsageReport.defaultSource, customer: customer ?? "", time: moment,
            costMicros: costMicros, quantities: try Quantities(typed: quantities),
            metadata: try pairs(metadata, flag: "--metadata"))
        labels.apply(to: &report)
        report.latencyMs = latencyMs
        return report
    }
}
