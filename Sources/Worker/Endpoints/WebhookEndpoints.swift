import Billing
import Logging
import Storage
import Stripe
import Webhooks

/// The worker's own endpoints at Stripe: made, kept in step with the contract in `Webhooks/`, and given new secrets.
///
/// Stripe shows a secret once, in the answer that makes an endpoint, and an endpoint's API version cannot be changed.
/// So a new secret, or another version, is a new endpoint beside the old one. While both stand every event comes twice,
/// and counts once; the old one is removed when the new secret is in use.
/// Source: docs.stripe.com/api/webhook_endpoints.
public struct WebhookEndpoints: Sendable {
    let context: WorkerContext

    /// How each endpoint stands, in the order of the contract. Nothing is changed.
    /// - Throws: `stripe_not_configured`, `stripe_…`.
    public func look() async throws -> [EndpointStanding] {
        let known = try await all()
        return WebhookContract.current.endpoints.map { wanted in
            let url = context.policy.publicURL + wanted.path
            return EndpointStanding(
                wanted, url: url, among: known.filter { $0.url == url }, configured: secrets(of: wanted))
        }
    }

    /// Makes what is missing, and brings the rest into step: the exact events, switched on, the pinned version.
    /// - Returns: what was done to each endpoint, in the order of the contract.
    /// - Throws: `stripe_…`; what was done before it stays done, and the next try goes on from there.
    public func register(by actor: Actor) async throws -> [EndpointChange] {
        var changes: [EndpointChange] = []
        for standing in try await look() { changes.append(try await register(standing, by: actor)) }
        return changes
    }

    /// Makes a second endpoint beside each, with a secret of its own. Where the secret of some is lost, those alone get
    /// a new one, also while an older one stands beside.
    /// - Throws: `rolling` when an older one still stands beside the newest: finish that first.
    public func roll(by actor: Actor) async throws -> [EndpointChange] {
        let standings = try await look()
        let lost = standings.filter(\.hasLostSecret)
        if lost.isEmpty, let rolling = standings.first(where: { !$0.older.isEmpty }) {
            throw WorkerError.conflict(
                "rolling", "two endpoints stand at \(rolling.url) already; finish with `bursar webhooks roll --finish`")
        }
        var changes: [EndpointChange] = []
        for standing in standings {
            let isKept = !lost.isEmpty && !standing.hasLostSecret
            changes.append(
                standing.newest == nil || isKept
                    ? try await register(standing, by: actor) : try await make(standing.wanted, .rolled, by: actor))
        }
        return changes
    }

    /// Removes every endpoint that has a newer one at the same address.
    /// - Parameter isForced: also where the secret of the newer one is not in the settings.
    /// - Returns: those that were removed, by id.
    /// - Throws: `secret_not_in_use` when every delivery would be refused from then on; nothing is removed then.
    public func finishRolling(by actor: Actor, isForced: Bool = false) async throws -> [String] {
        let stripe = try context.requireStripe()
        let standings = try await look().filter { !$0.older.isEmpty }
        if !isForced, let lost = standings.first(where: \.hasLostSecret), let newest = lost.newest {
            throw WorkerError.conflict(
                "secret_not_in_use",
                "the secret of \(newest.id), the newest at \(lost.url), is not in the settings, so all that it "
                    + "delivers would be refused; put it there, or make a new one with `bursar webhooks roll --write`")
        }
        let older = standings.flatMap(\.older)
        for endpoint in older {
            do {
                _ = try await stripe.client.send(WebhookEndpoint.delete(endpoint.id))
            } catch {
                // Somebody was faster.
                guard error.code == .resourceMissing else { throw error.asWorkerError() }
            }
            try await audit(.removed, endpoint.id, [], by: actor)
        }
        return older.map(\.id)
    }

    private func register(_ standing: EndpointStanding, by actor: Actor) async throws -> EndpointChange {
        guard let newest = standing.newest else { return try await make(standing.wanted, .made, by: actor) }
        guard !standing.hasOtherVersion else { return try await make(standing.wanted, .rolled, by: actor) }
        let isLost = standing.hasLostSecret
        guard standing.mustChange else {
            return EndpointChange(standing.wanted, newest.id, .kept, hasLostSecret: isLost)
        }
        _ = try await send(
            WebhookEndpoint.update(
                newest.id, enabledEvents: standing.wanted.events, disabled: false,
                idempotencyKey: "bursar:webhook-endpoint:\(context.token())"))
        var fields = AuditedFields()
        fields.add("enabled_events", standing.wanted.events.joined(separator: ","))
        try await audit(.changed, newest.id, AuditedFields.changes(to: fields), by: actor)
        return EndpointChange(standing.wanted, newest.id, .changed, hasLostSecret: isLost)
    }

    private func make(
        _ wanted: WebhookContract.Endpoint, _ what: EndpointChange.What, by actor: Actor
    ) async throws -> EndpointChange {
        let url = context.policy.publicURL + wanted.path
        let made = try await send(
            WebhookEndpoint.create(
                url: url, enabledEvents: wanted.events, apiVersion: WebhookContract.current.apiVersion,
                connect: wanted.connect, description: "Bursar, \(wanted.name)",
                idempotencyKey: "bursar:webhook-endpoint:\(context.token())"))
        var fields = AuditedFields()
        fields.add("url", url)
        fields.add("enabled_events", wanted.events.joined(separator: ","))
        try await audit(.created, made.id, AuditedFields.changes(to: fields), by: actor)
        if let secret = made.secret { await remember(secret, of: made.id) }
        return EndpointChange(wanted, made.id, what, secret: made.secret?.value)
    }

    /// Without its fingerprint an endpoint works as well, so a failure here must not cost the secret, which Stripe has
    /// shown this once.
    private func remember(_ secret: WebhookSecret, of endpoint: String) async {
        do {
            _ = try await send(
                WebhookEndpoint.update(
                    endpoint, metadata: [SecretFingerprint.name: SecretFingerprint.of(secret)],
                    idempotencyKey: "bursar:webhook-endpoint:\(context.token())"))
        } catch {
            context.logger.warning("webhook endpoint has no fingerprint", metadata: ["endpoint": "\(endpoint)"])
        }
    }

    private func secrets(of endpoint: WebhookContract.Endpoint) -> [WebhookSecret] {
        (endpoint.connect ? context.stripe?.connectSecrets : context.stripe?.platformSecrets) ?? []
    }

    private func all() async throws -> [WebhookEndpoint] {
        var endpoints: [WebhookEndpoint] = []
        var cursor = ListCursor.start
        while true {
            let page = try await send(WebhookEndpoint.list(cursor: cursor, limit: 100))
            endpoints += page.data
            guard page.hasMore, let last = page.data.last else { return endpoints }
            cursor = .after(last.id)
        }
    }

    private func send<Answer>(_ request: StripeRequest<Answer>) async throws -> Answer {
        do {
            return try await context.requireStripe().client.send(request)
        } catch let error as StripeError {
            throw error.asWorkerError()
        }
    }

    private func audit(
        _ action: AuditLog.Action, _ id: String, _ changes: [AuditChange], by actor: Actor
    ) async throws {
        try await context.database.write { [context] tx in
            try context.audit(action, .webhookEndpoint, id, of: nil, changes, by: actor, in: tx)
        }
    }
}
