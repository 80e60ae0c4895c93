import COpenSSL
import Ledger
public import Storage
import Stripe

/// Where Stripe's word comes in: checked, written down, acknowledged, and only then worked off.
public struct Inbox: Sendable {
    let context: WorkerContext

    public enum Endpoint: String, CaseIterable, Sendable {
        /// Events of the platform's own Stripe account.
        case platform
        /// Events of the connected accounts.
        case connect
    }

    public enum Receipt: String, Sendable { case stored, duplicate }

    /// Checks the signature and stores the event. What is signed is stored, whatever it says; `step()` judges it.
    /// - Parameter body: the bytes as they came.
    /// - Throws: `invalid` with the signature's fault, after which nothing is stored; `StorageError` when it cannot be
    ///   stored.
    public func receive(_ endpoint: Endpoint, signature: String?, body: [UInt8]) async throws -> Receipt {
        let stripe = try context.requireStripe()
        let now = context.now
        do {
            try WebhookSignature.verify(
                header: signature, body: body,
                secrets: endpoint == .platform ? stripe.platformSecrets : stripe.connectSecrets,
                nowSeconds: now.secondsSince1970)
        } catch {
            throw WorkerError(
                .invalid, error.rawValue, "the Stripe-Signature header does not prove that Stripe sent this body")
        }
        let event = Self.filed(body, endpoint: endpoint.rawValue, at: now)
        return try await context.database.write { tx in try tx.inbox.insert(event) } ? .stored : .duplicate
    }

    /// Whether `receive` has thrown it because the signature proves nothing.
    public static func isSignatureFault(_ error: WorkerError) -> Bool {
        SignatureError(rawValue: error.code) != nil
    }

    /// Takes an event from Stripe's list through the same door.
    /// - Parameter stripeAccount: whose list it is; in the list of a connected account an event need not name it.
    /// - Returns: `false` when it is here already.
    func ingest(_ event: Event, of stripeAccount: String?, in tx: Transaction) throws -> Bool {
        try tx.inbox.insert(Self.filed(event.json, endpoint: "sweep", of: stripeAccount, at: context.now))
    }

    private static func filed(
        _ body: [UInt8], endpoint: String, of stripeAccount: String? = nil, at now: Instant
    ) -> InboxEvent {
        guard let envelope = try? EventEnvelope(json: body), (1...255).contains(envelope.id.utf8.count) else {
            return InboxEvent(
                id: "unreadable_" + digest(body), endpoint: endpoint, type: "unreadable", stripeAccount: nil,
                livemode: false, created: now, body: body, state: .parked, reason: "undecodable_event", receivedAt: now)
        }
        return InboxEvent(
            id: envelope.id, endpoint: endpoint, type: envelope.type, stripeAccount: envelope.account ?? stripeAccount,
            livemode: envelope.livemode, created: Instant(secondsSince1970: envelope.created), body: body,
            receivedAt: now)
    }

    /// SHA-256 in hex: two copies of one unreadable body are one.
    private static func digest(_ body: [UInt8]) -> String {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        SHA256(body, body.count, &digest)
        return digest.map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
    }
}

// MARK: Accounts that become known

extension Inbox {
    static let unknownAccount = "unknown_account"

    /// What a handler is told when it asks about an account that has withdrawn the access.
    static let accountInvalid = "stripe_\(StripeError.Code.accountInvalid.rawValue)"

    /// Events can come before Bursar knows whose they are, or after a merchant has withdrawn and before the merchant
    /// comes back; they were parked, and are worked off now.
    func welcome(stripeAccount: String, in tx: Transaction) throws {
        for reason in [Self.unknownAccount, Self.accountInvalid] {
            try tx.inbox.reopen(stripeAccount: stripeAccount, parkedFor: reason, at: context.now)
        }
    }
}

// MARK: Forgetting

extension Inbox {
    private static let forgetBatch = 500

    /// Forgets a batch of settled events that are older than the policy keeps them. What they said stays in the books.
    public func forgetStep() async throws -> Bool {
        let bound = context.now.adding(seconds: -context.policy.eventMemorySeconds)
        return try await context.database.write { tx in
            try tx.inbox.forget(receivedBefore: bound, limit: Self.forgetBatch) > 0
        }
    }
}

// MARK: What an operator sees

extension Inbox {
    /// Newest first.
    public func list(_ filter: InboxFilter, after: String?, limit: Int, in tx: Transaction) throws -> [InboxEvent] {
        if let after, try tx.inbox.find(after) == nil {
            throw WorkerError.invalid("after", "there is no such event to go on after; begin again without it")
        }
        return try tx.inbox.list(filter, after: after, limit: limit)
    }

    public func get(_ id: String, in tx: Transaction) throws -> InboxEvent {
        guard let event = try tx.inbox.find(id) else { throw WorkerError.notFound("event") }
        return event
    }

    /// Works the event off once more, whatever became of it before. What was posted is not posted again.
    public func replay(_ id: String, by actor: Actor, in tx: Transaction) throws {
        guard try tx.inbox.reopen(id, at: context.now) else { throw WorkerError.notFound("event") }
        try context.audit(.replayed, .webhookEvent, id, of: nil, by: actor, in: tx)
    }

    /// Replays every event that fits.
    /// - Returns: how many there were.
    /// - Throws: `invalid` for a type that nothing can be named by.
    public func replay(_ filter: InboxFilter, by actor: Actor, in tx: Transaction) throws -> Int {
        if let type = filter.type { try FieldCheck.text("type", type, 1...255) }
        let count = try tx.inbox.reopen(filter, at: context.now)
        guard count > 0 else { return 0 }
        let changes = filter.asChanges(count: count)
        try context.audit(.replayed, .webhookEvent, "*", of: nil, changes, by: actor, in: tx)
        return count
    }
}

extension InboxFilter {
    /// For the audit log, which says of a replay of many which they were.
    fileprivate func asChanges(count: Int) -> [AuditChange] {
        var fields = AuditedFields()
        fields.add("count", Int64(count))
        fields.add("filter.state", state?.rawValue)
        fields.add("filter.type", type)
        fields.add("filter.since", since?.rfc3339)
        fields.add("filter.until", until?.rfc3339)
        return AuditedFields.changes(to: fields)
    }
}
