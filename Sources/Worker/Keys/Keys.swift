public import Billing
import Ledger
public import Storage

/// A key that was just made, and its secret, which is shown this once.
public struct MintedKey: Sendable {
    public let key: ApiKey
    /// `bursar_` and 43 characters.
    public let secret: String
}

/// Who may call Bursar's API. A key that was revoked never opens anything again.
public struct Keys: Sendable {
    let context: WorkerContext

    /// - Parameter account: whose key it will be; `nil` for a key to all accounts.
    /// - Throws: `not_found`, `invalid_field`.
    public func mint(account: ConnectedAccount.ID?, name: String, in tx: Transaction) throws -> MintedKey {
        if let account, try tx.accounts.find(account) == nil { throw WorkerError.notFound("account") }
        let secret = "bursar_" + context.token()
        let key = makeKey(
            account.map(ApiKey.Scope.account) ?? .platform, .minted,
            name: try AccountFields(currencies: context.currencies).name(name), secret: secret)
        try tx.apiKeys.insert(key, secretHash: SecretDigest.of(secret))
        return MintedKey(key: key, secret: secret)
    }

    /// A key that is revoked already stays as it is.
    /// - Parameter account: whose key it must be; `nil` for a key to all accounts.
    /// - Throws: `not_found`, also for a key of somebody else.
    public func revoke(_ id: ApiKey.ID, account: ConnectedAccount.ID?, in tx: Transaction) throws -> ApiKey {
        let scope = account.map(ApiKey.Scope.account) ?? .platform
        guard try tx.apiKeys.find(id, scope: scope) != nil else { throw WorkerError.notFound("key") }
        try tx.apiKeys.revoke(id, at: context.now)
        guard let revoked = try tx.apiKeys.find(id, scope: scope) else { throw WorkerError.notFound("key") }
        return revoked
    }

    /// Newest first, revoked ones too, those made before `after`. No list shows a secret.
    public func list(
        account: ConnectedAccount.ID?, after: ApiKey.ID? = nil, limit: Int, in tx: Transaction
    ) throws -> [ApiKey] {
        try tx.apiKeys.list(scope: account.map(ApiKey.Scope.account) ?? .platform, after: after, limit: limit)
    }

    /// Whoever asks, the work is the same: one digest and one look at an index of digests, where what a guess has in
    /// common with a secret does not show.
    /// - Returns: `nil` for a secret that is unknown or revoked.
    public func authenticate(_ secret: String, in tx: Transaction) throws -> ApiKey? {
        guard secret.utf8.count <= Self.longestSecret else { return nil }
        guard let key = try tx.apiKeys.find(secretHash: SecretDigest.of(secret)), key.revokedAt == nil else {
            return nil
        }
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
        }
        try tx.apiKeys.revokeConfigured(except: key.id, at: now)
        return key
    }

    private static let shortestSecret = 16
    private static let longestSecret = 512

    private func makeKey(_ scope: ApiKey.Scope, _ origin: ApiKey.Origin, name: String, secret: String) -> ApiKey {
        ApiKey(
            id: .make(context.seams), scope: scope, origin: origin, name: name, hint: String(secret.suffix(4)),
            createdAt: context.now)
    }
}

extension WorkerError {
    static let platformKeyWeak = WorkerError(
        .invalid, "platform_key_weak",
        "BURSAR_PLATFORM_KEY must be 16 to 512 printable ASCII characters without spaces")

    static let platformKeyRevoked = WorkerError(
        .conflict, "platform_key_revoked",
        "BURSAR_PLATFORM_KEY holds a key that was revoked or replaced; set a new one")

    static let platformKeyTaken = WorkerError(
        .conflict, "platform_key_taken", "BURSAR_PLATFORM_KEY holds the key of one account; set one of its own")
}
