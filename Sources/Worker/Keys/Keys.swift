public import Billing
import Ledger
public import Storage

/// A key that was just made, and its secret, which is shown this once.
public struct MintedKey: Sendable {
    public let key: ApiKey
    /// `bursar_` and 43 characters.
    public let secret: String
}

/// Who may call Bursar's API, up to what, and until when. A key that was revoked never opens anything again.
public struct Keys: Sendable {
    let context: WorkerContext

    /// A key without bounds.
    /// - Parameter account: whose key it will be; `nil` for a key to all accounts.
    /// - Throws: `not_found`, `invalid_field`.
    public func mint(
        account: ConnectedAccount.ID?, name: String, by actor: Actor, in tx: Transaction
    ) throws -> MintedKey {
        if let account, try tx.accounts.find(account) == nil { throw WorkerError.notFound("account") }
        return try mint(account.map(ApiKey.Scope.account) ?? .platform, NewKey(name: name), by: actor, in: tx)
    }

    /// - Throws: `not_found`, `invalid_field`.
    public func mint(
        _ new: NewKey, account: ConnectedAccount, by actor: Actor, in tx: Transaction
    ) throws -> MintedKey {
        let customer = try new.customer.map { name in
            try Customers(context: context).get(name, account: account, in: tx).id
        }
        return try mint(customer.map { .customer(account.id, $0) } ?? .account(account.id), new, by: actor, in: tx)
    }

    private func mint(
        _ scope: ApiKey.Scope, _ new: NewKey, by actor: Actor, in tx: Transaction
    ) throws -> MintedKey {
        let secret = makeSecret()
        var key = makeKey(scope, .minted, name: try checkedName(new.name), secret: secret)
        key.maxSpend = try KeyFields.maxSpend(new.maxSpend)
        key.expiresAt = try KeyFields.expiry(new.expiresAt, after: context.now)
        key.allowedModels = try KeyFields.models(new.allowedModels)
        try tx.apiKeys.insert(key, secretHash: SecretDigest.of(secret))
        let changes = AuditedFields.changes(to: key.audited)
        try context.audit(.created, .key, key.id.text, of: scope.account, changes, by: actor, in: tx)
        return MintedKey(key: key, secret: secret)
    }

    /// - Parameter account: whose key it must be, or that of a customer of theirs; `nil` for a key to all accounts.
    /// - Throws: `not_found`, also for a key of somebody else.
    public func get(_ id: ApiKey.ID, account: ConnectedAccount.ID?, in tx: Transaction) throws -> ApiKey {
        guard let key = try tx.apiKeys.find(id, account: account) else { throw WorkerError.notFound("key") }
        return key
    }

    /// A key that is revoked already stays as it is. A key that took its place, or whose place it took, lives on.
    /// - Parameter account: whose key it must be, or that of a customer of theirs; `nil` for a key to all accounts.
    /// - Throws: `not_found`, also for a key of somebody else.
    public func revoke(
        _ id: ApiKey.ID, account: ConnectedAccount.ID?, by actor: Actor, in tx: Transaction
    ) throws -> ApiKey {
        let key = try get(id, account: account, in: tx)
        guard key.revokedAt == nil else { return key }
        try tx.apiKeys.revoke(key.id, at: context.now)
        try context.audit(.revoked, .key, id.text, of: account, by: actor, in: tx)
        return try get(id, account: account, in: tx)
    }

    /// Newest first, revoked ones too, those made before `after`. No list shows a secret.
    /// - Parameter account: whose keys, with those of their customers; `nil` for keys to all accounts.
    public func list(
        account: ConnectedAccount.ID?, after: ApiKey.ID? = nil, limit: Int, in tx: Transaction
    ) throws -> [ApiKey] {
        try tx.apiKeys.list(account: account, after: after, limit: limit)
    }

    /// Newest first, revoked ones too, those made before `after`.
    public func list(of customer: Customer, after: ApiKey.ID? = nil, limit: Int, in tx: Transaction) throws -> [ApiKey]
    {
        try tx.apiKeys.list(customer: customer.id, after: after, limit: limit)
    }

    /// Whoever asks, the work is the same: one digest and one look at an index of digests, where what a guess has in
    /// common with a secret does not show.
    /// - Returns: `nil` for a secret that is unknown or revoked.
    /// - Throws: `key_expired` and `customer_blocked`, which only the holder of a secret gets to see.
    public func authenticate(_ secret: String, in tx: Transaction) throws -> ApiKey? {
        guard secret.utf8.count <= Self.longestSecret else { return nil }
        guard let key = try tx.apiKeys.find(secretHash: SecretDigest.of(secret)), key.revokedAt == nil else {
            return nil
        }
        guard !key.isExpired(at: context.now) else { throw WorkerError.keyExpired(key) }
        if let customer = key.scope.customer { try tx.customers.find(customer)?.requireActive() }
        return key
    }

    /// Makes the configured secret a platform key, once. A configured secret that it replaces is revoked with it,
    /// so that changing the setting takes the old one out of use; leaving the setting empty changes nothing.
    /// - Throws: `platform_key_weak`, `platform_key_revoked`, `platform_key_taken`.
    @discardableResult
    public func adopt(platformSecret secret: String, in tx: Transaction) throws -> ApiKey {
        let isPrintable = secret.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard (Self.shortestSecret...Self.longestSecret).contains(secret.utf8.count), isPrintable else {
            throw WorkerError.platformKeyWeak
        }
        let now = context.now
        let key: ApiKey
        if let present = try tx.apiKeys.find(secretHash: SecretDigest.of(secret)) {
            guard present.scope == .platform else { throw WorkerError.platformKeyTaken }
            guard present.revokedAt == nil else { throw WorkerError.platformKeyRevoked }
            key = present
        } else {
            key = makeKey(.platform, .configured, name: "BURSAR_PLATFORM_KEY", secret: secret)
            try tx.apiKeys.insert(key, secretHash: SecretDigest.of(secret))
            let changes = AuditedFields.changes(to: key.audited)
            try context.audit(.created, .key, key.id.text, of: nil, changes, by: .settings, in: tx)
        }
        for replaced in try tx.apiKeys.revokeConfigured(except: key.id, at: now) {
            try context.audit(.revoked, .key, replaced.text, of: nil, by: .settings, in: tx)
        }
        return key
    }

    private static let shortestSecret = 16
    private static let longestSecret = 512

    func makeSecret() -> String { "bursar_" + context.token() }

    func checkedName(_ name: String) throws -> String {
        try AccountFields(currencies: context.currencies).name(name)
    }

    private func makeKey(_ scope: ApiKey.Scope, _ origin: ApiKey.Origin, name: String, secret: String) -> ApiKey {
        ApiKey(
            id: .make(context.seams), scope: scope, origin: origin, name: name, hint: String(secret.suffix(4)),
            createdAt: context.now)
    }
}

extension WorkerError {
    static func keyExpired(_ key: ApiKey) -> WorkerError {
        let next = key.replacedBy == nil ? "ask whoever made it for a new one" : "use the key that took its place"
        return WorkerError(.unauthenticated, "key_expired", "the key …\(key.hint) has expired; \(next)")
    }

    static let platformKeyWeak = WorkerError(
        .invalid, "platform_key_weak",
        "BURSAR_PLATFORM_KEY must be 16 to 512 printable ASCII characters without spaces")

    static let platformKeyRevoked = WorkerError(
        .conflict, "platform_key_revoked",
        "BURSAR_PLATFORM_KEY holds a key that was revoked or replaced; set a new one")

    static let platformKeyTaken = WorkerError(
        .conflict, "platform_key_taken", "BURSAR_PLATFORM_KEY holds the key of one account; set one of its own")
}
