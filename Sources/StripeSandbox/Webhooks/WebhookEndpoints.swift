/// A URL that is told of events.
///
/// Source: docs.stripe.com/api/webhook_endpoints.
struct WebhookEndpoint: Shelved {
    let id: String
    let created: Int64
    let apiVersion: String?
    /// Whether it hears of the accounts connected to the platform, instead of the account's own events.
    let isConnect: Bool
    var url: String
    var enabledEvents: [String]
    var description: String?
    var metadata: JSONObject = [:]
    var isEnabled = true
    /// The newest first; an older one signs too until its time, in seconds since 1970.
    var secrets: [(secret: String, expiresAt: Int64?)]

    func hears(_ type: String) -> Bool { isEnabled && enabledEvents.contains { World.matches(type, $0) } }
}

extension World {
    static let webhookEndpointOperations: [Operation] = [
        Operation("GET /v1/webhook_endpoints") { world, call in
            try world.list(
                world[call.account].endpoints, of: "webhook endpoint", at: "/v1/webhook_endpoints", for: call,
                as: { world.shape($0) })
        },
        Operation("POST /v1/webhook_endpoints") { world, call in try world.createEndpoint(call) },
        Operation("GET /v1/webhook_endpoints/{webhook_endpoint}") { world, call in
            world.shape(try world.endpoint(call))
        },
        Operation("POST /v1/webhook_endpoints/{webhook_endpoint}") { world, call in try world.updateEndpoint(call) },
        Operation("DELETE /v1/webhook_endpoints/{webhook_endpoint}") { world, call in
            let endpoint = try world.endpoint(call)
            world[call.account].endpoints[endpoint.id] = nil
            world.deliveries.cancel(to: endpoint.id)
            return ["id": .string(endpoint.id), "object": "webhook_endpoint", "deleted": true]
        },
    ]

    private func endpoint(_ call: Call) throws -> WebhookEndpoint {
        let id = call.id("webhook_endpoint")
        guard let endpoint = self[call.account].endpoints[id] else { throw StripeError.noSuch("webhook endpoint", id) }
        return endpoint
    }

    private mutating func createEndpoint(_ call: Call) throws -> JSON {
        let url = call.text("url") ?? ""
        try checkURL(url, parameter: "url")
        var endpoint = WebhookEndpoint(
            id: makeID("we_1"), created: seconds, apiVersion: call.text("api_version"),
            isConnect: call.flag("connect") ?? false, url: url,
            enabledEvents: call["enabled_events"]?.array?.compactMap(\.string) ?? [],
            description: call.text("description"), secrets: [(makeID("whsec_", 32), nil)])
        endpoint.metadata = Self.merge(call["metadata"], into: [:])
        self[call.account].endpoints.add(endpoint)
        return shape(endpoint, withSecret: true)
    }

    /// An endpoint that the settings name, open to every event.
    mutating func register(_ webhook: SandboxSettings.Webhook) {
        self[platform].endpoints.add(
            WebhookEndpoint(
                id: makeID("we_1"), created: seconds, apiVersion: nil, isConnect: webhook.isConnect, url: webhook.url,
                enabledEvents: ["*"], secrets: [(webhook.secret, nil)]))
    }

    private mutating func updateEndpoint(_ call: Call) throws -> JSON {
        var endpoint = try endpoint(call)
        if let url = call.text("url") {
            try checkURL(url, parameter: "url")
            endpoint.url = url
        }
        if let events = call["enabled_events"]?.array { endpoint.enabledEvents = events.compactMap(\.string) }
        if let isDisabled = call.flag("disabled") { endpoint.isEnabled = !isDisabled }
        endpoint.description = call.text("description") ?? endpoint.description
        endpoint.metadata = Self.merge(call["metadata"], into: endpoint.metadata)
        self[call.account].endpoints[endpoint.id] = endpoint
        return shape(endpoint)
    }

    /// Gives an endpoint a new secret; the old one signs beside it for a while.
    mutating func rollSecret(of id: String, account: String, overlapSeconds: Int64) -> String {
        let secret = makeID("whsec_", 32)
        let expiry = seconds + overlapSeconds
        let older = self[account].endpoints[id]?.secrets.map { ($0.secret, min($0.expiresAt ?? expiry, expiry)) } ?? []
        self[account].endpoints[id]?.secrets = [(secret, nil)] + older.map { (secret: $0.0, expiresAt: $0.1) }
        return secret
    }

    /// Who hears of an event: the platform's Connect endpoints for a connected account, and the account's own.
    func endpoints(for event: Event) -> [WebhookEndpoint] {
        let own = self[event.account ?? platform].endpoints.oldestFirst().filter {
            !$0.isConnect && $0.hears(event.type)
        }
        guard event.account != nil, let account = event.account, accounts[account]?.connection != nil else {
            return own
        }
        return own + self[platform].endpoints.oldestFirst().filter { $0.isConnect && $0.hears(event.type) }
    }

    /// The secret is shown once, on creation.
    func shape(_ endpoint: WebhookEndpoint, withSecret: Bool = false) -> JSON {
        var object: JSONObject = [
            "id": .string(endpoint.id),
            "object": "webhook_endpoint",
            "api_version": .text(endpoint.apiVersion),
            "application": endpoint.isConnect ? .string(settings.clientID) : .null,
            "created": .int(endpoint.created),
            "description": .text(endpoint.description),
            "enabled_events": .texts(endpoint.enabledEvents),
            "livemode": .bool(settings.isLive),
            "metadata": .object(endpoint.metadata),
            "status": endpoint.isEnabled ? "enabled" : "disabled",
            "url": .string(endpoint.url),
        ]
        if withSecret { object["secret"] = .string(endpoint.secrets[0].secret) }
        return .object(object)
    }
}
