import ArgumentParser
import Billing
import Foundation
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
            status is 1 when an event was rejected; the others are recorded.

            Examples:
              bursar usage record --id req-1 --customer user-17 --cost-micros 1250
              bursar usage record --id req-2 --customer user-17 --model gpt-5 \\
                --quantity input_tokens=1200 --quantity output_tokens=340
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
        let isOne = id != nil && (customer != nil || labels.key != nil) && (costMicros != nil || !quantities.isEmpty)
        guard (file == nil) == isOne else {
            throw ValidationError(
                "Give --id, --customer and --cost-micros or --quantity for one event, or --file for many.")
        }
    }

    func run(at desk: Desk) async throws {
        var tally = UsageTally()
        let progress = Progress(on: desk.terminal)
        defer { progress.finish() }
        if let file {
            try await record(linesOf: file, at: desk, &tally, progress)
        } else {
            try await record([UsageLine(number: 1, report: .success(try single()))], at: desk, &tally)
        }
        progress.finish()
        try desk.show(tally.shape) { tally.text(on: desk.terminal) }
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
            costMicros: costMicros, quantities: try amounts(), metadata: try pairs(metadata, flag: "--metadata"))
        labels.apply(to: &report)
        report.latencyMs = latencyMs
        return report
    }

    private func amounts() throws -> Quantities {
        var amounts = Quantities.none
        for (unit, number) in try pairs(quantities, flag: "--quantity") {
            do { amounts[try UsageUnit(unit)] = try Quantity(number) } catch {
                throw ValidationError("--quantity \(unit)=\(number): \(error.detail)")
            }
        }
        return amounts
    }

    private func record(linesOf file: String, at desk: Desk, _ tally: inout UsageTally, _ progress: Progress)
        async throws
    {
        let reader = try LineReader(file)
        var batch: [UsageLine] = []
        while let line = try reader.next() {
            if line.text.allSatisfy(\.isWhitespace) { continue }
            batch.append(UsageLine(number: line.number, text: line.text))
            guard batch.count == Metering.batchLimit else { continue }
            try await record(batch, at: desk, &tally)
            batch = []
            progress.update("\(tally.total) events recorded")
        }
        if !batch.isEmpty { try await record(batch, at: desk, &tally) }
    }

    private func record(_ lines: [UsageLine], at desk: Desk, _ tally: inout UsageTally) async throws {
        let readable = lines.compactMap { line in try? line.report.get() }
        let verdicts = try await desk.database.write { [merchant] tx in
            let account = try merchant.find(at: desk, in: tx)
            return readable.isEmpty ? [] : try desk.worker.metering.record(readable, account: account, in: tx)
        }
        var next = verdicts.makeIterator()
        for line in lines {
            switch line.report {
            case .failure(let fault): tally.count(fault, line: line.number)
            case .success: if let verdict = next.next() { tally.count(verdict, line: line.number) }
            }
        }
    }
}

/// One line of the file, read or not.
struct UsageLine: Sendable {
    let number: Int
    let report: Result<UsageReport, WorkerError>

    init(number: Int, report: Result<UsageReport, WorkerError>) {
        self.number = number
        self.report = report
    }

    init(number: Int, text: String) {
        self.number = number
        report = UsageLineText.read(text)
    }
}

/// What became of the events; only so many rejections are told one by one.
struct UsageTally {
    private(set) var accepted = 0
    private(set) var duplicates = 0
    private(set) var rejected = 0
    private var rejections: [(line: Int, fault: WorkerError)] = []

    var total: Int { accepted + duplicates + rejected }

    mutating func count(_ verdict: UsageVerdict, line: Int) {
        switch verdict {
        case .accepted: accepted += 1
        case .duplicate: duplicates += 1
        case .rejected(let fault): count(fault, line: line)
        }
    }

    mutating func count(_ fault: WorkerError, line: Int) {
        rejected += 1
        if rejections.count < 20 { rejections.append((line, fault)) }
    }

    var shape: JSON {
        let rejections = self.rejections.map { entry in
            JSON.object([
                ("line", .integer(Int64(entry.line))), ("code", .string(entry.fault.code)),
                ("detail", .string(entry.fault.detail)), ("field", JSON(entry.fault.field)),
            ])
        }
        return .object([
            ("accepted", .integer(Int64(accepted))), ("duplicate", .integer(Int64(duplicates))),
            ("rejected", .integer(Int64(rejected))), ("rejections", .array(rejections)),
        ])
    }

    func text(on terminal: Terminal) -> String {
        var lines = ["\(accepted) accepted, \(duplicates) there already, \(rejected) rejected"]
        lines += rejections.map { terminal.style("line \($0.line): \($0.fault.detail)", .red) }
        if rejected > rejections.count { lines.append("… and \(rejected - rejections.count) more") }
        return lines.joined(separator: "\n")
    }
}
