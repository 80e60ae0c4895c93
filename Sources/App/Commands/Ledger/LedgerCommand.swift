import ArgumentParser
import Billing
import Ledger
import Server
import Storage
import Worker

struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "The books: balances, journal, the check of every row, export to hledger.",
        discussion: """
            Debits are positive, credits negative; each book adds up to zero in each currency.

            Examples:
              bursar ledger balances --account "Ada's AI"
              bursar ledger export > books.journal && hledger -f books.journal check -s
            """,
        subcommands: [LedgerBalances.self, LedgerJournal.self, LedgerCheck.self, LedgerExportCommand.self])
}

/// Whose books: one merchant's, or everybody's.
struct BookOption: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("Only the books of this merchant, by id (bacc_…) or by name.", valueName: "account"))
    var account: String?

    func find(at desk: Desk) async throws -> ConnectedAccount.ID? {
        try await desk.database.read { [self] tx in try find(at: desk, in: tx) }
    }

    func find(at desk: Desk, in tx: Transaction) throws -> ConnectedAccount.ID? {
        try account.map { try desk.account($0, in: tx).id }
    }
}

struct LedgerBalances: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "balances", abstract: "The trial balance of each book, in each currency.",
        discussion: "Example:\n  bursar ledger balances")

    @OptionGroup var book: BookOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let book = try await book.find(at: desk)
        let (balances, names) = try await desk.database.read { tx in
            let balances = try desk.worker.books.balances(book: book, in: tx)
            return (balances, try desk.bookNames(Set(balances.map(\.book)), in: tx))
        }
        let shape = JSON.object([("data", .array(balances.map(desk.shapes.balance))), ("has_more", .bool(false))])
        try desk.show(shape) {
            guard !balances.isEmpty else {
                return "Nothing is posted yet. The first usage is: bursar usage record --help"
            }
            return try TrialBalance.text(balances, names: names, desk.currencies, on: desk.terminal)
        }
    }
}

extension Desk {
    /// The merchants' names by the name of their book.
    func bookNames(_ books: Set<String>, in tx: Transaction) throws -> [String: String] {
        var names: [String: String] = [:]
        for book in books {
            guard let id = ConnectedAccount.ID(book) else { continue }
            names[book] = try tx.accounts.find(id)?.name
        }
        return names
    }
}

struct LedgerJournal: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal", abstract: "The entries in the order of posting.",
        discussion: """
            Examples:
              bursar ledger journal --limit 100 --after 4711
              bursar ledger journal --customer user-17
            """)

    @Option(help: "Only those that touch this customer's accounts, by id or by your own name.") var customer: String?
    @OptionGroup var book: BookOption
    @Option(help: "How many, 1 to 1000.") var limit = 20
    @Option(help: "Those after the entry of this number.") var after: Int64 = 0
    @OptionGroup var options: DeskOptions

    func validate() throws {
        guard (1...1_000).contains(limit) else { throw ValidationError("--limit must be 1 to 1000.") }
    }

    func run(at desk: Desk) async throws {
        let fetched = try await desk.database.read { [self] tx in
            guard let customer else {
                let book = try book.find(at: desk, in: tx)
                return try desk.worker.books.journal(book: book, after: after, limit: limit + 1, in: tx)
            }
            let merchant = try desk.merchant(book.account, in: tx)
            let named = try desk.worker.customers.get(customer, account: merchant, in: tx)
            return try desk.worker.books.journal(of: named, after: after, limit: limit + 1, in: tx)
        }
        let entries = Array(fetched.prefix(limit))
        let shape = JSON.object([
            ("data", .array(entries.map(desk.shapes.entry))), ("has_more", .bool(fetched.count > limit)),
        ])
        try desk.show(shape) { desk.text(entries, after: after, none: "Nothing is posted yet.") }
        if fetched.count > limit { desk.remarkMore(after: entries) }
    }
}

struct LedgerCheck: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Reads every row of the books again, and says which contradict each other.",
        discussion: """
            The exit status is 0 only when nothing does.

            Each entry is linked to the one before it. The head that is shown at the end stands for the whole journal:
            write it down, and later --expect-head tells whether that part of the journal is still the same.

            Examples:
              bursar ledger check
              bursar ledger check --expect-head 1234:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
            """)

    @Option(
        help: ArgumentHelp("The head that an earlier check has shown.", valueName: "number:hash"),
        transform: LedgerCheck.head)
    var expectHead: ChainEnd?

    @OptionGroup var book: BookOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let progress = Progress(on: desk.terminal)
        defer { progress.finish() }
        let report = try await desk.worker.books.check(
            book: try await book.find(at: desk), expecting: expectHead
        ) { step in
            progress.update("\(step.rowsRead) rows read (\(step.part.rawValue))")
        }
        progress.finish()
        try desk.show(shape(report)) { text(report, on: desk.terminal) }
        if !report.isSound { throw ExitStatus.finding.code }
    }

    private static func head(_ text: String) throws -> ChainEnd {
        guard let head = ChainEnd(text) else {
            throw ValidationError("--expect-head is a head as `bursar ledger check` shows it: a number, :, 64 digits")
        }
        return head
    }

    private func shape(_ report: BooksReport) -> JSON {
        let findings = report.findings.map { finding in
            JSON.object([
                ("rule", .string(finding.rule.rawValue)), ("book", .string(finding.book)),
                ("row", .string(finding.row)),
                ("detail", .string(finding.detail)),
            ])
        }
        return .object([
            ("sound", .bool(report.isSound)), ("rows_read", .integer(Int64(report.rowsRead))),
            ("head", JSON(report.end?.description)),
            ("findings_counted", .integer(Int64(report.findingsCounted))), ("findings", .array(findings)),
        ])
    }

    private func text(_ report: BooksReport, on terminal: Terminal) -> String {
        guard !report.isSound else {
            let head = report.end.map { "\nHead: \($0)" } ?? ""
            return terminal.style(
                "The books are sound: \(report.rowsRead) rows were read, none contradicts another.", .green) + head
        }
        var table = Table(["rule", "book", "row", "detail"])
        for finding in report.findings {
            table.add([
                Table.Cell(finding.rule.rawValue, .red), Table.Cell(finding.book), Table.Cell(finding.row),
                Table.Cell(finding.detail),
            ])
        }
        return table.text(on: terminal) + "\n\n\(report.findingsCounted) findings in \(report.rowsRead) rows"
    }
}

struct LedgerExportCommand: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Writes the books as an hledger journal, with every balance asserted.",
        discussion: """
            A journal of more than \(LedgerExport.entriesPerSlice) entries is cut into slices; each stands by itself.
            With --json the journal is one text of the answer.

            Examples:
              bursar ledger export --format hledger > books.journal
              bursar ledger export --format hledger --slice 2 > books-2.journal
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case hledger }

    @Option(help: "hledger is the one that there is.") var format = Format.hledger
    @Option(help: "Which slice; needed when there are several.") var slice: Int?
    @OptionGroup var book: BookOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let book = try await book.find(at: desk)
        let slices = try await desk.worker.books.export.slices(book: book)
        let progress = Progress(on: desk.terminal)
        defer { progress.finish() }
        guard let chosen = try choose(slices) else {
            if desk.terminal.json { try desk.show(Self.shape(nil, of: 0, "")) { "" } }
            return desk.terminal.remark("Nothing is posted yet.")
        }
        var journal = ""
        try await desk.worker.books.export.write(
            chosen, book: book, progress: { progress.update("\($0) of \(chosen.entries) entries") }
        ) { text in
            if desk.terminal.json { journal += text } else { desk.terminal.out(text) }
        }
        if desk.terminal.json { try desk.show(Self.shape(chosen, of: slices.count, journal)) { journal } }
    }

    private static func shape(_ slice: LedgerExport.Slice?, of slices: Int, _ journal: String) -> JSON {
        .object([
            ("format", .string(Format.hledger.rawValue)), ("slice", slice.map { .integer(Int64($0.number)) } ?? .null),
            ("slices", .integer(Int64(slices))), ("entries", .integer(slice?.entries ?? 0)),
            ("journal", .string(journal)),
        ])
    }

    private func choose(_ slices: [LedgerExport.Slice]) throws -> LedgerExport.Slice? {
        guard let wanted = slice else {
            guard slices.count <= 1 else {
                throw Failure.rejected(
                    "which_slice",
                    "the journal has \(slices.count) slices; choose one with --slice 1 to \(slices.count)")
            }
            return slices.first
        }
        guard let found = slices.first(where: { $0.number == wanted }) else {
            throw Failure.rejected("no_such_slice", "the journal has \(slices.count) slices, none of number \(wanted)")
        }
        return found
    }
}
