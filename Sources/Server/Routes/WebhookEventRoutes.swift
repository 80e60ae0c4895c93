import Billing
import Foundation
import HTTPTypes
import Ledger
import Storage
import Worker

/// The events of Stripe's that have come in: what became of each, and working them off once more.
struct WebhookEventRoutes {
    let worker: BillingWorker

    var routes: [Route] {
        [
            Route(.get, "/v1/webhook_events", .platform, query: Route.paging.union(["state", "type"]), list),
            Route(.get, "/v1/webhook_events/{id}", .platform, get),
            Route(.post, "/v1/webhook_events/{id}/replay", .platform, replay),
            Route(.post, "/v1/webhook_events/replay", .platform, replayAll),
        ]
    }

    private var list: Work {
        .reads { [worker] call in
            let page = try Paging(call.query)
            let filter = InboxFilter(state: try Self.state(call.query["state"]), type: call.query["type"])
            return { tx in
                page.answer(
                    try worker.inbox.list(filter, after: page.startingAfter, limit: page.fetch, in: tx)
                ) { $0.json }
            }
        }
    }

    private var get: Work {
        .reads { [worker] call in
            { tx in
                let event = try worker.inbox.get(call.parameter("id"), in: tx)
                return .json(event.json.with("body", .string(String(decoding: event.body, as: UTF8.self))))
            }
        }
    }

    private var replay: Work {
        .writes { [worker] call in
            _ = try call.decoded(NoFields.self)
            return { tx in
                try worker.inbox.replay(call.parameter("id"), by: call.actor, in: tx)
                return .json(try worker.inbox.get(call.parameter("id"), in: tx).json)
            }
        }
    }

    private var replayAll: Work {
        .writes { [worker] call in
            let filter = try call.decoded(ReplayInput.self).filter
            return { tx in
                .json(["replayed": .integer(Int64(try worker.inbox.replay(filter, by: call.actor, in: tx)))])
            }
        }
    }

    private static func state(_ text: String?) throws -> InboxEvent.State? {
        guard let text else { return nil }
        guard let state = InboxEvent.State(rawValue: text) else {
            throw Fields.wrong("state", "one of " + InboxEvent.State.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return state
    }
}

/// The body of `POST /v1/webhook_events/replay`: which events.
struct ReplayInput: Decodable {
    let filter: InboxFilter

    init(from decoder: any Decoder) throws {
        let fields = try Fields(decoder, ["state", "type", "since", "until"])
        filter = InboxFilter(
            state: try fields.choice("state", InboxEvent.State.self), type: try fields.text("type"),
            since: try fields.instant("since"), until: try fields.instant("until"))
        guard filter != InboxFilter() else {
            throw Problem.invalid("missing_field", "say which events, by state, type, since or until", field: "state")
        }
    }
}

extension InboxEvent {
    var json: JSON {
        [
            "id": .string(id), "endpoint": .string(endpoint), "type": .string(type),
            "stripe_account": JSON(stripeAccount), "livemode": .bool(livemode), "state": .string(state.rawValue),
            "reason": JSON(reason), "attempts": .integer(Int64(attempts)), "created_at": .time(created),
            "received_at": .time(receivedAt),
        ]
    }
}
