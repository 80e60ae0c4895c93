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

            New models hold at once, changed prices from a day on; what was used before keeps its price. A model whose \
            prices cannot be right, or jump tenfold, keeps what it has and is named; the exit status is then 1.

            Examples:
              bursar prices import prices.json --name litellm-1.109.1
              bursar prices import prices.json --name litellm-1.109.1 --apply
              bursar prices import prices.json --confirm openai/gpt-5 --apply
            """)

    @Argument(help: "The file; - for standard input.") var file: String
    @Option(help: "What to call this version of the prices; the day, if left out.") var name: String?
    @Option(help: "Where the file is from.") var source = "LiteLLM's model_prices_and_context_window.json"
    @Option(help: ArgumentHelp("The day from which changed prices hold, in UTC; today.", valueName: "day"))
    var from: String?
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Models whose prices may jump.", valueName: "provider/model"))
    var confirm: [String] = []
    @Flag(help: "Takes the prices in.") var apply = false
    @Flag(help: "Shows every change, not the first of each kind.") var all = false
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let bytes = try contents()
        let name = name ?? "imported-\(desk.worker.context.now.day)"
        let newer = try desk.worker.prices.read(bytes, version: name, source: source)
        let from = try day(from, flag: "--from")
        let (proposal, batch) = try await desk.database.write { [apply, confirm, source] tx in
            let proposal = try desk.worker.prices.propose(newer, from: from, confirmed: Set(confirm), in: tx)
            let batch =
                apply
                ? try desk.worker.prices.apply(
                    proposal, version: name, source: source, by: .commandLine, in: tx) : nil
            return (proposal, batch)
        }
        let report = PriceImportReport(proposal: proposal, batch: batch, isApplied: apply, showsAll: all)
        try desk.show(report.shape) { report.text(on: desk.terminal) }
        if !proposal.findings.isEmpty { throw ExitStatus.finding.code }
    }

    private func contents() throws -> Data {
        if file == "-" { return FileHandle.standardInput.readDataToEndOfFile() }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw Failure.rejected("cannot_read", "\(file) cannot be read; is it there?")
        }
        return data
    }
}

/// What a person sees of a proposal.
struct PriceImportReport {
    let proposal: CatalogueProposal
    let batch: PriceImport?
    let isApplied: Bool
    let showsAll: Bool

    private var difference: CatalogueDifference { proposal.difference }

    var shape: JSON {
        .object([
            ("applied", .bool(batch != nil)), ("import", JSON(batch?.id.text)),
            ("new", .array(difference.new.map { .string($0.fullName) })),
            ("dearer", .array(difference.dearer.map(\.shape))), ("cheaper", .array(difference.cheaper.map(\.shape))),
            ("changed_units", .array(difference.oneSided.map(\.shape))),
            ("unchanged", .integer(Int64(difference.unchanged))),
            (
                "held_back",
                .array(
                    proposal.findings.map {
                        .object([
                            ("model", .string($0.model)), ("code", .string($0.kind.rawValue)),
                            ("detail", .string($0.detail)),
                        ])
                    })
            ),
        ])
    }

    func text(on terminal: Terminal) -> String {
        var lines: [String] = []
        lines += section("new", difference.new.map(\.fullName), terminal)
        lines += section("dearer", difference.dearer.map(\.text), terminal)
        lines += section("cheaper", difference.cheaper.map(\.text), terminal)
        lines += section("priced otherwise", difference.oneSided.map(\.text), terminal)
        lines += section("held back", proposal.findings.map(\.description), terminal)
        lines.append(
            "\(difference.new.count) new, \(difference.dearer.count) dearer, \(difference.cheaper.count) cheaper, "
                + "\(difference.unchanged) as before, \(proposal.heldBack.count) held back.")
        lines.append(ending)
        return lines.joined(separator: "\n")
    }

    private var ending: String {
        if let batch { return "Taken in as \(batch.id)." }
        if proposal.prices.isEmpty { return "There is nothing to take in." }
        return isApplied ? "Nothing was taken in." : "Nothing is changed yet: add --apply to take them in."
    }

    private func section(_ title: String, _ entries: [String], _ terminal: Terminal) -> [String] {
        guard !entries.isEmpty else { return [] }
        let shown = showsAll ? entries.count : min(10, entries.count)
        var lines = [terminal.style(title.uppercased(), .dim)] + entries.prefix(shown).map { "  \($0)" }
        if entries.count > shown { lines.append("  … and \(entries.count - shown) more; --all shows them") }
        return lines
    }
}

extension CatalogueDifference.Change {
    private var what: String { isLongContext ? "\(unit) of a long context" : "\(unit)" }

    fileprivate var text: String {
        let (from, to) = (before.map { written($0) } ?? "none", after.map { written($0) } ?? "none")
        let share = percent.map { " (\($0.decimal) %)" } ?? ""
        return "\(model): \(what) \(from) → \(to)\(share)"
    }

    private func written(_ price: UnitPrice) -> String {
        unit.isPricedPerMillion ? "\(price.perMillion) a million" : "\(price)"
    }

    fileprivate var shape: JSON {
        .object([
            ("model", .string(model)), ("unit", .string(unit.name)), ("long_context", .bool(isLongContext)),
            ("before", JSON(before.map(written))), ("after", JSON(after.map(written))),
            ("percent", percent.map { .decimal($0.decimal) } ?? .null),
        ])
    }
}
