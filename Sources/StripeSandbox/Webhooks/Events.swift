/// What happened, with the object as it was then.
///
/// Source: docs.stripe.com/api/events.
struct Event: Shelved {
    /// How long Stripe lists an event, in seconds.
    static let lifetime: Int64 = 30 * 86_400

    let id: String
    let created: Int64
    let type: String
    /// The connected account on which it happened; nil for the platform's own.
    let account: String?
    let object: JSON
    let previous: JSONObject?
    let cause: Cause
    /// The endpoints that have not taken it yet.
    var waitingEndpoints: Set<String> = []

    /// The members of the first that are other in the second, with their old values.
    static func difference(from before: JSON, to after: JSON) -> JSONObject {
        var changed: JSONObject = [:]
        for member in before.object?.members ?? [] where after[member.key] != member.value {
            changed[member.key] = member.value
        }
        return changed
    }
}

extension World {
    static let eventOperations: [Operation] = [
        Operation("GET /v1/events") { world, call in try world.listEvents(call) },
        Operation("GET /v1/events/{id}") { world, call in
            let id = call.id("id")
            guard let event = world[call.account].events[id], event.created > world.seconds - Event.lifetime else {
                throw StripeError.noSuch("event", id)
            }
            return world.shape(event)
        },
    ]

    private func listEvents(_ call: Call) throws -> JSON {
        let types = call["types"]?.array?.compactMap(\.string) ?? call.text("type").map { [$0] } ?? []
        if call["type"] != nil, call["types"] != nil {
            throw StripeError.badParameter("You may only specify one of these parameters: type, types.", "type")
        }
        guard types.count <= 20 else {
            throw StripeError.badParameter("You may only specify up to 20 types.", "types")
        }
        let delivered = call.flag("delivery_success")
        let oldest = seconds - Event.lifetime
        return try list(
            self[call.account].events, of: "event", at: "/v1/events", for: call,
            where: { event in
                event.created > oldest && (types.isEmpty || types.contains { Self.matches(event.type, $0) })
                    && (delivered == nil || delivered == event.waitingEndpoints.isEmpty)
            }, as: { shape($0) })
    }

    /// Whether a type is meant by a word of a filter: itself, `*`, or `charge.*`.
    static func matches(_ type: String, _ pattern: String) -> Bool {
        if pattern == "*" || pattern == type { return true }
        return pattern.hasSuffix("*") && type.hasPrefix(pattern.dropLast())
    }

    /// Writes down that something happened on an account and queues its deliveries, unless a fault says otherwise.
    mutating func emit(_ type: String, of account: String, _ object: JSON, previous: JSONObject? = nil) {
        let connected = account == platform ? nil : account
        let fault = faults.eventFault(on: type, of: connected)
        guard fault != .neverGenerated else { return }
        var event = Event(
            id: makeID("evt_1"), created: seconds, type: type, account: connected, object: object, previous: previous,
            cause: cause)
        let endpoints = endpoints(for: event)
        event.waitingEndpoints = Set(endpoints.map(\.id))
        self[account].events.add(event)
        for endpoint in endpoints { queue(event, to: endpoint, fault: fault) }
    }

    /// - Parameter version: the API version that an endpoint is pinned to.
    func shape(_ event: Event, version: String? = nil) -> JSON {
        var data: JSONObject = ["object": event.object]
        if let previous = event.previous { data["previous_attributes"] = .object(previous) }
        var object: JSONObject = ["id": .string(event.id), "object": "event"]
        if let account = event.account { object["account"] = .string(account) }
        object["api_version"] = .string(version ?? Self.apiVersion)
        object["created"] = .int(event.created)
        object["data"] = .object(data)
        object["livemode"] = .bool(settings.isLive)
        object["pending_webhooks"] = .int(Int64(event.waitingEndpoints.count))
        object["request"] = ["id": .text(event.cause.requestID), "idempotency_key": .text(event.cause.idempotencyKey)]
        object["type"] = .string(event.type)
        return .object(object)
    }
}
