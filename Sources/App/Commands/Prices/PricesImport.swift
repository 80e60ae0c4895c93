import ArgumentParser
import Billing
import Foundation
import Ledger
import Server
import Storage
import Worker

struct PricesImport: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Shows what a newer catalogue changes, and with --apply takes it in.",
        discussion: """
            The file is LiteLLM's public map of model prices, which travels in PyPI's package litellm:
              pip download --no-deps litellm
              unzip -p litellm-*.whl litellm/model_prices_and_context_window_backup.json > prices.json

            New models hold at once, changed prices from a day on; what was used before keeps its price. They are \
            compared with what holds on that day; a price that is planned for later stays, and is shown. A model whose \
            prices cannot be right, jump tenfold or end keeps what it has and is named; the exit status is then 1. \
            Models that the file has no price for any more keep theirs, too.

            A name keeps the model that it means: where the file means another by it, both are shown, and --confirm \
            with the name moves it from the day on.

            Examples:
              bursar prices import prices.json --name litellm-1.109.1
              bursar prices import prices.json --name litellm-1.109.1 --apply
              bursar prices import prices.json --confirm openai/gpt-5 --apply
              bursar prices import prices.json --confirm gemini-2.5-pro --apply
            """)

    @Argument(help: "The file; - for standard input.") var file: String
    @Option(help: "What to call this version of the prices; the day, if left out.") var name: String?
    @Option(help: "Where the file is from.") var source = "LiteLLM's model_prices_and_context_window.json"
    @Option(help: ArgumentHelp("The day from which changed prices hold, in UTC; today.", valueName: "day"))
    var from: String?
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Models whose prices may jump or end, and names that may move.", valueName: "name"))
    var confirm: [String] = []
    @Flag(help: "Takes the prices in.") var apply = false
    @Flag(help: "Shows every change, not the first of each kind.") var all = false
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let bytes = try contents()
        let name = name ?? "imported-\(desk.worker.context.now.day)"
        let read = try desk.worker.prices.read(bytes, version: name, source: source)
        let from = try day(from, flag: "--from")
        let (known, proposal, batch) = try await desk.database.write { [apply, confirm, source] tx in
            let known = Set(try desk.worker.prices.catalogue(of: nil, in: tx).prices.map(\.fullName))
                .subtracting(read.catalogue.prices.map(\.fullName))
            let proposal = try desk.worker.prices.propose(read.catalogue, from: from, confirmed: Set(confirm), in: tx)
            let batch =
                apply
                ? try desk.worker.prices.apply(
                    proposal, version: name, source: source, by: .commandLine, in: tx) : nil
            return (known, proposal, batch)
        }
        let report = PriceImportReport(
            proposal: proposal, leftOut: LeftOutModels(read.leftOut, keeping: known), batch: batch, isApplied: apply,
            showsAll: all)
        try desk.show(report.shape) { report.text(on: desk.terminal) }
        if !proposal.findings.isEmpty || report.leftOut.isAnyKnown { throw ExitStatus.finding.code }
    }

    private func contents() throws -> Data {
        if file == "-" { return FileHandle.standardInput.readDataToEndOfFile() }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw Failure.rejected("cannot_read", "\(file) cannot be read; is it there?")
        }
        return data
    }
}
