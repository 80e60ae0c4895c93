import ArgumentParser
import Billing
import Ledger
import Server
import Storage
import Worker

struct ReconcileCommand: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "Compares usage, lines, books and Stripe: what was missed is healed, what differs is named.",
        discussion: """
            Rates each usage event again from what it reported and compares it with its line, the lines with what the \
            books have posted and with the running totals, and the books with Stripe: its events, what is open, and \
            every line of the Stripe balances. Then every row of the books is read. May be broken off at any time.

            Each way is shown with what it came to. Micros are unexplained where two ways differ; each row says \
            between which, and what to do. What was not compared is listed, and since when.

            Exit status 0: everything was compared and agrees; 1: something differs; 2: not everything could be \
            compared. A merchant who has disconnected with nothing open is listed, and does not count.

            Examples:
              bursar reconcile
              bursar reconcile --account "Ada's AI" --json
              bursar reconcile --latest --account "Ada's AI"
            """)

    @Flag(help: "Start nothing; show the last full run, by whomever, and of one account what is its own.")
    var latest = false
    @OptionGroup var book: BookOption
    @OptionGroup var options: DeskOptions

    /// As many discrepancies are listed.
    private static let listed = 1_000

    func run(at desk: Desk) async throws {
        let account = try await book.find(at: desk)
        let result = latest ? try await last(of: account, at: desk) : try await carryOut(for: account, at: desk)
        let (discrepancies, names) = try await desk.database.read { tx in
            let found = try desk.discrepancies(of: result.record.id, account: account, limit: Self.listed, in: tx)
            let books = found.map(\.account.text) + result.notChecked.map(\.account.text)
            return (found, try desk.bookNames(Set(books), in: tx))
        }
        let shape = try desk.shapes.reconciliation(result)
            .with("discrepancies", .array(discrepancies.map(desk.shapes.discrepancy)))
        try desk.show(shape) {
            ReconciliationText(result: result, discrepancies: discrepancies, names: names, rules: desk.currencies)
                .text(on: desk.terminal)
        }
        if let status = Self.status(of: result) { throw status.code }
    }

    private func last(of account: ConnectedAccount.ID?, at desk: Desk) async throws -> ReconciliationResult {
        let found = try await desk.database.read { tx in
            try desk.worker.reconciliation.latest(account: account, in: tx)
        }
        guard let found else { throw WorkerError.notFound("reconciliation") }
        return found
    }

    private func carryOut(for account: ConnectedAccount.ID?, at desk: Desk) async throws -> ReconciliationResult {
        let reconciliation = desk.worker.reconciliation
        let run = try await desk.database.write { tx in try reconciliation.start(account: account, in: tx) }
        let progress = Progress(on: desk.terminal)
        defer { progress.finish() }
        while try await reconciliation.step(run.id) {
            // What the sweep has found comes in through the inbox, and is worked off here if the server does not run.
            while try await desk.worker.inbox.step() {}
            let summary = try await desk.database.read { tx in try reconciliation.get(run.id, in: tx).summary }
            progress.update(
                "\(summary.accounts) accounts compared, \(summary.eventsFound) events and "
                    + "\(summary.balanceTransactions) lines found"
            )
        }
        return try await desk.database.read { tx in try reconciliation.get(run.id, in: tx) }
    }

    /// - Returns: `nil` when everything agrees.
    static func status(of result: ReconciliationResult) -> ExitStatus? {
        if result.summary.discrepancies > 0 || !result.unexplained.isEmpty { return .finding }
        return result.status == .clean ? nil : .unchecked
    }
}

extension Desk {
    func discrepancies(
        of run: ReconciliationRecord.ID, account: ConnectedAccount.ID?, limit: Int, in tx: Transaction
    ) throws -> [Discrepancy] {
        var found: [Discrepancy] = []
        while found.count < limit {
            let page = try worker.reconciliation.discrepancies(
                of: run, account: account, after: found.last?.id, limit: 100, in: tx)
            found += page
            if page.count < 100 { break }
        }
        return found
    }
}

/// What a run came to, for people.
struct ReconciliationText {
    let result: ReconciliationResult
    let discrepancies: [Discrepancy]
    let names: [String: String]
    let rules: CurrencyRules

    func text(on terminal: Terminal) -> String {
        var parts = [summary]
        if !result.legs.isEmpty { parts.append(legs(on: terminal)) }
        if !discrepancies.isEmpty { parts.append(differences(on: terminal)) }
        if !result.notChecked.isEmpty { parts.append(unchecked(on: terminal)) }
        if !result.notCompared.isEmpty { parts.append(notCompared) }
        return (parts + [unexplained(on: terminal)]).joined(separator: "\n\n")
    }

    private func legs(on terminal: Terminal) -> String {
        var table = Table(["way", .number("items"), .number("micros"), "currency"])
        for leg in result.legs where leg.name != .awaitingStripe || leg.items > 0 {
            table.add([
                Table.Cell(leg.name.rawValue), Table.Cell("\(leg.items)"), Table.Cell("\(leg.micros)"),
                Table.Cell(leg.currency.code.uppercased()),
            ])
        }
        return table.text(on: terminal)
    }

    private var notCompared: String {
        result.notCompared.map { left in
            let items = left.items.map { "\($0) " } ?? ""
            let what =
                switch left.what {
                case .run: "run that is under way"
                case .accounts: "accounts, listed above"
                case .usage: "entries of usage posted since the run began"
                case .awaitingStripe: "payments, refunds or disputes that Stripe has no line of yet"
                case .otherLegs: "ways that runs of this scope do not look at"
                }
            return "Not compared yet: \(items)\(what), since \(left.since.shortText)."
        }.joined(separator: "\n")
    }

    private var summary: String {
        let summary = result.summary
        guard !result.isPart else {
            return "What concerns this account in run \(result.record.id), over all, of "
                + "\(result.record.startedAt.shortText)."
        }
        return """
            \(summary.accounts) accounts compared, \(summary.bookRows) rows of the books read again.
            \(summary.eventsFound) events had not arrived, \(summary.healed) charges and top-ups were brought to their \
            end, \(summary.balanceTransactions) lines of Stripe's balances were posted.
            """
    }

    private func differences(on terminal: Terminal) -> String {
        var table = Table(["merchant", "between", "what", "object", .number("difference"), "detail"])
        for discrepancy in discrepancies {
            table.add([
                Table.Cell(name(discrepancy.account)), Table.Cell(discrepancy.kind.leg.rawValue),
                Table.Cell(discrepancy.kind.rawValue, .red), Table.Cell(discrepancy.object),
                Table.Cell(discrepancy.kind == .books ? "" : "\(discrepancy.amount.micros)"),
                Table.Cell(discrepancy.detail),
            ])
        }
        let hidden = result.summary.discrepancies - Int64(discrepancies.count)
        let more = hidden > 0 ? "\n… and \(hidden) more: GET /v1/reconciliations/\(result.record.id)/discrepancies" : ""
        let kinds = Discrepancy.Kind.allCases.filter { kind in discrepancies.contains { $0.kind == kind } }
        let remedies = kinds.map { "\($0.rawValue): \($0.remedy)" }.joined(separator: "\n")
        return table.text(on: terminal) + more + "\n\n" + remedies
    }

    private func unchecked(on terminal: Terminal) -> String {
        var table = Table(["not compared", "why", "detail"])
        for account in result.notChecked {
            table.add([
                Table.Cell(name(account.account)), Table.Cell(account.reason, .yellow), Table.Cell(account.detail),
            ])
        }
        return table.text(on: terminal)
    }

    private func unexplained(on terminal: Terminal) -> String {
        if result.unexplained.isEmpty {
            guard result.unexplainedMicros != nil else {
                return terminal.style("unexplained micros: not known, as not everything could be compared", .yellow)
            }
            let rows = result.summary.discrepancies
            return rows == 0
                ? terminal.style("unexplained micros: 0", .green)
                : terminal.style("unexplained micros: none in the \(rows) rows that differ", .red)
        }
        return result.unexplained.map { money in
            terminal.style("unexplained micros: \(money.micros) \(money.currency.code.uppercased())", .red)
        }.joined(separator: "\n")
    }

    private func name(_ account: ConnectedAccount.ID) -> String { names[account.text] ?? account.text }
}
