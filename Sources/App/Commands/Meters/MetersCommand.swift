import ArgumentParser
import Billing
import Server
import Storage
import Worker

struct MetersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "meters", abstract: "Numbers made of usage, which products are priced by.",
        discussion: """
            A meter counts what comes in after it was made, and not while it is in the archive; what came before is \
            not counted anew. It is read from running states, so that a reading takes as long at any number of events.

            Examples:
              bursar meters create pages --aggregation sum --field pages
              bursar meters create sessions --aggregation unique_count --field metadata.session
              bursar meters create gpt-calls --aggregation count --filter provider=openai
              bursar meters readings pages --from 2026-11-01 --to 2026-12-01 --group-by day
            """,
        subcommands: [
            MetersList.self, MetersCreate.self, SluggedShow<MeterKind>.self, MetersReadings.self, MetersRename.self,
            SluggedArchive<MeterKind>.self, SluggedRestore<MeterKind>.self,
        ])
}

enum MeterKind: SluggedKind {
    static let noun = "meter"
    static let example = "pages"
    static let archiving = SluggedMove(
        abstract: "Lets a meter count no more; what it has counted stays.", outcome: "is archived, and counts no more.")
    static let restoring = SluggedMove(
        abstract: "Takes a meter out of the archive; it counts again from now on.", outcome: "counts again.")

    static func room(of worker: BillingWorker) -> Meters { worker.meters }
    static func shape(_ meter: Meter, by shapes: Shapes) throws -> JSON { shapes.meter(meter) }
    static func particulars(_ meter: Meter) throws -> Particulars { meter.particulars }
}

struct MetersList: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists meters, the newest first.",
        discussion: "Example:\n  bursar meters list --archived")

    @Flag(help: "Those in the archive.") var archived = false
    @OptionGroup var merchant: AccountOption
    @OptionGroup var page: PageOptions
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let after: Meter.ID? = try page.after.map { try desk.id($0, of: "meter", list: "bursar meters list") }
        let meters = try await desk.database.read { [archived, merchant, page] tx in
            let account = try merchant.find(at: desk, in: tx)
            return try desk.worker.meters.list(
                account: account, archived: archived, after: after, limit: page.limit + 1, in: tx)
        }
        try desk.list(
            meters, page, shape: desk.shapes.meter, columns: ["meter", "slug", "name", "counts"],
            empty: archived
                ? "No meters in the archive."
                : "No meters here. Make one: bursar meters create SLUG --aggregation sum --field pages"
        ) { meter in
            [
                Table.Cell(meter.id.text), Table.Cell(meter.slug), Table.Cell(meter.name),
                Table.Cell(meter.rule.text),
            ]
        }
    }
}

struct MetersCreate: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Makes a meter; it counts from now on.",
        discussion: """
            What a meter counts never changes; make another one instead.

            Examples:
              bursar meters create pages --aggregation sum --field pages
              bursar meters create eu-tokens --aggregation sum --field output_tokens --filter metadata.region=eu
              bursar meters create seats --aggregation latest --field seats
            """)

    @Argument(help: "Your own short name for it, for good: a–z, 0–9, - and _.") var slug: String
    @Option(help: "What it is called.") var name: String?
    @Option(help: "How it makes one number of many events: sum, average, max, count, unique_count or latest.")
    var aggregation: String
    @Option(help: "The unit that it counts, as input_tokens; for unique_count an attribute, as metadata.session.")
    var field: String?
    @Option(
        help: ArgumentHelp(
            "Only events that say so, as model=gpt-5 or metadata.region=eu; may be given several times.",
            valueName: "attribute=value"))
    var filter: [String] = []
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        guard let aggregation = MeterAggregation(rawValue: aggregation) else {
            let known = MeterAggregation.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--aggregation knows \(known); it does not know \(aggregation).")
        }
        let rule = MeterRule(aggregation, of: field, filter: try pairs(filter, flag: "--filter"))
        let meter = try await desk.database.write { [slug, name, merchant] tx in
            let account = try merchant.find(at: desk, in: tx)
            return try desk.worker.meters.create(
                NewMeter(slug: slug, name: name, rule: rule), account: account, by: .commandLine, in: tx)
        }
        try desk.show(desk.shapes.meter(meter)) { meter.particulars.text(on: desk.terminal) }
    }
}

struct MetersRename: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "rename", abstract: "Calls a meter otherwise; its slug, and what it counts, stay.",
        discussion: "Example:\n  bursar meters rename pages \"Pages read\"")

    @Argument(help: "The meter, by slug or id.") var meter: String
    @Argument(help: "What it is called from now on.") var name: String
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let meter = try await desk.database.write { [meter, name, merchant] tx in
            let account = try merchant.find(at: desk, in: tx)
            return try desk.worker.meters.rename(meter, to: name, account: account, by: .commandLine, in: tx)
        }
        try desk.show(desk.shapes.meter(meter)) { meter.particulars.text(on: desk.terminal) }
    }
}

extension MeterRule {
    /// `sum of pages where model=gpt-5`.
    var text: String {
        let conditions = filter.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let what = field.map { "\(aggregation.rawValue) of \($0)" } ?? aggregation.rawValue
        return conditions.isEmpty ? what : "\(what) where \(conditions.joined(separator: " and "))"
    }
}

extension Meter {
    var particulars: Particulars {
        var text = Particulars()
        text.add("meter", id.text)
        text.add("slug", slug)
        text.add("name", name)
        text.add("counts", rule.text)
        text.add("archived", archivedAt?.shortText)
        text.add("made", createdAt.shortText)
        return text
    }
}
