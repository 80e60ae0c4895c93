import ArgumentParser
import Billing
import Server
import Storage
import Worker

struct PlansCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plans", abstract: "What a merchant sells: limits, models and prices that customers are put on.",
        discussion: """
            A change holds from the next request on, and what was used stays used.

            Examples:
              bursar plans create free --default --month-requests 1000 --requests-per-minute 10
              bursar plans create pro --markup-percent 20 --month-spend-micros 50000000 --overage throttle
              bursar customers update user-17 --plan pro
            """,
        subcommands: [
            PlansList.self, PlansCreate.self, SluggedShow<PlanKind>.self, PlansUpdate.self,
            SluggedArchive<PlanKind>.self, SluggedRestore<PlanKind>.self,
        ])
}

enum PlanKind: SluggedKind {
    static let noun = "plan"
    static let example = "pro-2025"
    static let archiving = SluggedMove(
        abstract: "Puts nobody new on a plan; who is on it stays.", outcome: "is archived.")
    static let restoring = SluggedMove(
        abstract: "Takes a plan out of the archive.", outcome: "takes customers again.")

    static func room(of worker: BillingWorker) -> Plans { worker.plans }
    static func shape(_ plan: Plan, by shapes: Shapes) throws -> JSON { try shapes.plan(plan) }
    static func particulars(_ plan: Plan) throws -> Particulars { try plan.particulars }
}

struct PlansList: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists plans, the newest first.",
        discussion: "Example:\n  bursar plans list --archived")

    @Flag(help: "Those in the archive.") var archived = false
    @OptionGroup var merchant: AccountOption
    @OptionGroup var page: PageOptions
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let after: Plan.ID? = try page.after.map { try desk.id($0, of: "plan", list: "bursar plans list") }
        let plans = try await desk.database.read { [archived, merchant, page] tx in
            let account = try merchant.find(at: desk, in: tx)
            return try desk.worker.plans.list(
                account: account, archived: archived, after: after, limit: page.limit + 1, in: tx)
        }
        try desk.list(
            plans, page, shape: desk.shapes.plan, columns: ["plan", "slug", "name", "default", "terms"],
            empty: "No plans here. Make one: bursar plans create SLUG --month-requests 1000"
        ) { plan in
            [
                Table.Cell(plan.id.text), Table.Cell(plan.slug), Table.Cell(plan.name),
                Table.Cell(plan.isDefault ? "default" : "", .green),
                Table.Cell(try plan.lines.map { "\($0.field) \($0.value)" }.joined(separator: ", ")),
            ]
        }
    }
}

struct PlansCreate: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Makes a plan.",
        discussion: """
            Examples:
              bursar plans create free --default --day-requests 100 --allowed-models "gpt-5-mini,claude-*"
              bursar plans create pro --name "Pro" --terms pro.json
            """)

    @Argument(help: "Your own short name for it, for good: a–z, 0–9, - and _.") var slug: String
    @Option(help: "What it is called.") var name: String?
    @Flag(name: .customLong("default"), help: "Put new customers on it.") var isDefault = false
    @OptionGroup(title: "Terms") var terms: PlanOptions
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let new = NewPlan(slug: slug, name: name, isDefault: isDefault, terms: try terms.patch())
        let plan = try await desk.database.write { [merchant] tx in
            let account = try merchant.find(at: desk, in: tx)
            return try desk.worker.plans.create(new, account: account, by: .commandLine, in: tx)
        }
        try desk.show(try desk.shapes.plan(plan)) { try plan.particulars.text(on: desk.terminal) }
    }
}

struct PlansUpdate: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Changes a plan; what is not named stays as it is, `none` takes it away.",
        discussion: """
            Examples:
              bursar plans set pro --month-spend-micros 80000000
              bursar plans set pro --default
            """, aliases: ["set"])

    @Argument(help: "The plan, by slug or id.") var plan: String
    @Option(help: "What it is called from now on.") var name: String?
    @Flag(name: .customLong("default"), inversion: .prefixedNo, help: "Put new customers on it.")
    var isDefault: Bool?
    @OptionGroup(title: "Terms") var terms: PlanOptions
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        var change = PlanChange()
        change.name = name
        change.isDefault = isDefault
        if let patch = try terms.patch() { change.terms = .set(patch) }
        let plan = try await desk.database.write { [plan, change, merchant] tx in
            let account = try merchant.find(at: desk, in: tx)
            return try desk.worker.plans.update(plan, change, account: account, by: .commandLine, in: tx)
        }
        try desk.show(try desk.shapes.plan(plan)) { try plan.particulars.text(on: desk.terminal) }
    }
}

extension Plan {
    /// The terms, each by its path.
    var lines: [(field: String, value: String)] {
        get throws { try JSONTree(terms).lines(under: "").sorted { $0.field < $1.field } }
    }

    var particulars: Particulars {
        get throws {
            var text = Particulars()
            text.add("plan", id.text)
            text.add("slug", slug)
            text.add("name", name)
            text.add("default", isDefault ? "yes: new customers are put on it" : nil)
            for line in try lines { text.add(line.field, line.value) }
            text.add("archived", archivedAt?.shortText)
            text.add("made", createdAt.shortText)
            return text
        }
    }
}
