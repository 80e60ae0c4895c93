public import ArgumentParser
import Foundation
import Ledger
import Server
import Storage
import Worker

struct WebhooksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhooks",
        abstract: "Stripe's events: the endpoints that they come to, and what came: list, show, work off again.",
        discussion: """
            Examples:
              bursar webhooks register --write
              bursar webhooks list --state parked
              bursar webhooks replay evt_…
              bursar webhooks replay --state parked --since 2026-11-21T00:00:00Z
            """,
        subcommands: [
            WebhooksRegister.self, WebhooksRoll.self, WebhooksList.self, WebhooksShow.self, WebhooksReplay.self,
        ])
}

extension InboxEvent.State: ExpressibleByArgument {
    var colour: Terminal.Colour? {
        switch self {
        case .received: .yellow
        case .settled: .green
        case .parked: .red
        }
    }
}

/// Which events.
struct EventFilter: ParsableArguments, Sendable {
    @Option(help: "received (not worked off yet), settled, or parked (waits for a person).") var state:
        InboxEvent.State?
    @Option(help: "Stripe's type of event, such as payment_intent.succeeded.") var type: String?
    @Option(help: ArgumentHelp("Received at or after, RFC 3339.", valueName: "time")) var since: String?
    @Option(help: ArgumentHelp("Received before, RFC 3339.", valueName: "time")) var until: String?

    var isEmpty: Bool { state == nil && type == nil && since == nil && until == nil }

    func filter() throws -> InboxFilter {
        InboxFilter(state: state, type: type, since: try moment("--since", since), until: try moment("--until", until))
    }
}

/// A time that a person typed.
func moment(_ flag: String, _ text: String?) throws -> Instant? {
    guard let text else { return nil }
    guard let moment = Instant(rfc3339: text) else {
        throw ValidationError("\(flag) holds \"\(text)\"; it should hold RFC 3339, for example 2026-11-21T09:30:00Z")
    }
    return moment
}

struct WebhooksList: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists events, the newest first.",
        discussion: "Example:\n  bursar webhooks list --state parked --limit 100")

    @OptionGroup var filter: EventFilter
    @OptionGroup var page: PageOptions
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let filter = try filter.filter()
        let events = try await desk.database.read { [page] tx in
            try desk.worker.inbox.list(filter, after: page.after, limit: page.limit + 1, in: tx)
        }
        try desk.list(
            events, page, shape: desk.shapes.event,
            columns: ["event", "type", "account", "through", "state", "reason", "received"],
            empty:
                "No such events. Stripe sends them to \(desk.publicURL)/stripe/webhooks and …/stripe/webhooks/connect"
        ) { event in
            [
                Table.Cell(event.id), Table.Cell(event.type), Table.Cell(event.stripeAccount ?? ""),
                Table.Cell(event.endpoint), Table.Cell(event.state.rawValue, event.state.colour),
                Table.Cell(event.reason ?? ""), Table.Cell(event.receivedAt.listText),
            ]
        }
    }
}

struct WebhooksShow: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows one event, with the body that Stripe sent.",
        discussion: "Example:\n  bursar webhooks show evt_…")

    @Argument(help: "The event's id (evt_…).") var event: String
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let event = try await desk.database.read { [event] tx in try desk.worker.inbox.get(event, in: tx) }
        try desk.show(desk.shapes.event(event).with("body", .string(String(decoding: event.body, as: UTF8.self)))) {
            var text = Particulars()
            text.add("event", event.id)
            text.add("type", event.type)
            text.add("account", event.stripeAccount)
            text.add("mode", event.livemode ? "live" : "test")
            text.add("through", event.endpoint)
            text.add("state", desk.terminal.style(event.state.rawValue, event.state.colour))
            text.add("reason", event.reason)
            text.add("attempts", String(event.attempts))
            text.add("made at Stripe", event.created.shortText)
            text.add("received", event.receivedAt.shortText)
            return text.text(on: desk.terminal) + "\n\n" + String(decoding: event.body, as: UTF8.self)
        }
    }
}

struct WebhooksReplay: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Works events off once more. What was posted is not posted again.",
        discussion: """
            Examples:
              bursar webhooks replay evt_…
              bursar webhooks replay --state parked --since 2026-11-20T00:00:00Z
            """)

    @Argument(help: "The event's id (evt_…).") var event: String?
    @OptionGroup var filter: EventFilter
    @OptionGroup var options: DeskOptions

    func validate() throws {
        guard (event == nil) != filter.isEmpty else {
            throw ValidationError("Name one event, or choose some by --state, --type, --since or --until.")
        }
    }

    func run(at desk: Desk) async throws {
        let filter = try filter.filter()
        let count = try await desk.database.write { [event] tx in
            guard let event else { return try desk.worker.inbox.replay(filter, by: .commandLine, in: tx) }
            try desk.worker.inbox.replay(event, by: .commandLine, in: tx)
            return 1
        }
        let progress = Progress(on: desk.terminal)
        defer { progress.finish() }
        var worked = 0
        while worked < count, try await desk.worker.inbox.step() {
            worked += 1
            progress.update("\(worked) of \(count) events worked off")
        }
        progress.finish()
        try desk.show(.object([("replayed", .integer(Int64(count)))])) {
            count == 1 ? "1 event was worked off again." : "\(count) events were worked off again."
        }
    }
}
