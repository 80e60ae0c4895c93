/// https://docs.stripe.com/api/webhook_endpoints/object
public struct WebhookEndpoint: StripeObject {
    public let id: String
    public let url: String
    /// The version that payloads are written in; nil is the account's default.
    public let apiVersion: String?
    public let enabledEvents: [String]
    /// `enabled` or `disabled`.
    public let status: String
    /// Only in the answer to `create`.
    public let secret: WebhookSecret?
    public let metadata: [String: String]?
    public let livemode: Bool?

    enum CodingKeys: String, CodingKey {
        case id, url, status, secret, metadata, livemode
        case apiVersion = "api_version"
        case enabledEvents = "enabled_events"
    }
}

extension WebhookEndpoint {
    /// - Parameter connect: true to receive the events of connected accounts, false those of the platform's own.
    public static func create(
        url: String, enabledEvents: [String], apiVersion: String, connect: Bool, description: String? = nil,
        metadata: [String: String] = [:], idempotencyKey: String
    ) -> StripeRequest<WebhookEndpoint> {
        var form = FormParameters()
        form.set("url", url)
        form.set("enabled_events", enabledEvents)
        form.set("api_version", apiVersion)
        form.set("connect", connect)
        form.set("description", description)
        form.set("metadata", metadata)
        return StripeRequest(post: "/v1/webhook_endpoints", [], form, in: .platform, idempotencyKey: idempotencyKey)
    }

    /// An endpoint's API version and kind cannot be changed: make a new one.
    public static func update(
        _ webhookEndpoint: String, url: String? = nil, enabledEvents: [String] = [], disabled: Bool? = nil,
        description: String? = nil, metadata: [String: String] = [:], idempotencyKey: String
    ) -> StripeRequest<WebhookEndpoint> {
        var form = FormParameters()
        form.set("url", url)
        form.set("enabled_events", enabledEvents)
        form.set("disabled", disabled)
        form.set("description", description)
        form.set("metadata", metadata)
        return StripeRequest(
            post: "/v1/webhook_endpoints/{webhook_endpoint}", [webhookEndpoint], form, in: .platform,
            idempotencyKey: idempotencyKey)
    }

    /// Events that are under way to it are not sent again.
    public static func delete(_ webhookEndpoint: String) -> StripeRequest<DeletedWebhookEndpoint> {
        StripeRequest(delete: "/v1/webhook_endpoints/{webhook_endpoint}", [webhookEndpoint], in: .platform)
    }

    public static func list(
        cursor: ListCursor = .start, limit: Int? = nil
    ) -> StripeRequest<StripeList<WebhookEndpoint>> {
        var form = FormParameters()
        form.setPage(cursor: cursor, limit: limit)
        return StripeRequest(get: "/v1/webhook_endpoints", [], form, in: .platform)
    }
}

public struct DeletedWebhookEndpoint: StripeObject {
    public let id: String
    public let deleted: Bool
}
