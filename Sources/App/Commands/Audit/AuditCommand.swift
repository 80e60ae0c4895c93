import ArgumentParser
import Billing
import Server
import Storage
import Worker

struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Who changed which setting, plan, price or key, when, from what to what.",
        discussion: """
            Examples:
              bursar audit list --account "Ada's AI"
              bursar audit list --object plan --actor command_line
            """,
        subcommands: [AuditList.self, AuditExport.self])
}

/// Which entries of the log.
struct AuditSelection: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("Only of this merchant, by id (bacc_…) or by name.", valueName: "account"))
    var account: String?
    @Option(help: "The kind of thing: account, key, customer, plan, price, webhook_event …") var object: String?
    @Option(help: "One thing, by its id.") var objectID: String?
    @Option(help: "Who: the id of a key (bkey_…), command_line, settings, page, stripe or worker.") var actor: String?
    @Option(help: ArgumentHelp("At or after, RFC 3339.", valueName: "time")) var from: String?
    @Option(help: ArgumentHelp("Before, RFC 3339.", valueName: "time")) var to: String?

    func filter(at desk: Desk) async throws -> AuditFilter {
        var filter = AuditFilter(
            object: object, objectID: objectID, actor: actor, from: try moment("--from", from),
            to: try moment("--to", to))
        if let account {
            filter.account = try await desk.database.read { tx in try desk.account(account, in: tx).id }
        }
        return filter
    }
}

struct AuditList: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists changes, the newest first.",
        discussion: "Example:\n  bursar audit list --object customer --from 2026-11-01T00:00:00Z")

    @OptionGroup var selection: AuditSelection
    @OptionGroup var page: PageOptions
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let filter = try await selection.filter(at: desk)
        let after: AuditEntry.ID? = try page.after.map {
            try desk.id($0, of: "change", list: "bursar audit list")
        }
        let entries = try await desk.database.read { [page] tx in
            try desk.worker.auditLog.list(filter, after: after, limit: page.limit + 1, in: tx)
        }
        try desk.list(
            entries, page, shape: desk.shapes.auditEntry,
            columns: ["change", "at", "who", "did", "to", "id", "fields"],
            empty: "No such changes. Everything that is set from now on is written down."
        ) { entry in
            [
                Table.Cell(entry.id.text), Table.Cell(entry.at.listText), Table.Cell(entry.actor),
                Table.Cell(entry.action), Table.Cell(entry.object), Table.Cell(entry.objectID),
                Table.Cell(entry.changes.map(\.text).joined(separator: ", ")),
            ]
        }
    }
}

struct AuditExport: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Writes the log to standard output, the newest first.",
        discussion: """
            In CSV each changed field has a line of its own.

            Example:
              bursar audit export --format csv --from 2026-11-01T00:00:00Z > november.csv
            """)

    @OptionGroup var format: ExportOptions
    @OptionGroup var selection: AuditSelection
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let filter = try await selection.filter(at: desk)
        try await desk.write(desk.exports.auditLog(filter, as: format.chosen(desk.terminal)))
    }
}

extension AuditChange {
    /// `cycle: off → monthly`
    var text: String { "\(field): \(from ?? "none") → \(to ?? "none")" }
}
