public import Billing
public import Ledger

/// The right to call Bursar's API. Its secret is known to its holder alone: only a hash of it is kept.
public struct ApiKey: Identified, Hashable, Sendable {
    public static let idPrefix = "bkey"
    public typealias ID = Identifier<ApiKey>

    public enum Scope: Hashable, Sendable {
        /// All accounts.
        case platform
        case account(ConnectedAccount.ID)
    }

    /// Where the secret comes from.
    public enum Origin: String, CaseIterable, Sendable {
        /// Made by Bursar.
        case minted
        /// Written by the operator into `BURSAR_PLATFORM_KEY`.
        case configured
    }

    public let id: ID
    public let scope: Scope
    public let origin: Origin
    public let name: String
    /// The last characters of the secret, by which its holder recognises it.
    public let hint: String
    public let createdAt: Instant
    /// From then on the key opens nothing, for good.
    public let revokedAt: Instant?

    public init(
        id: ID, scope: Scope, origin: Origin, name: String, hint: String, createdAt: Instant, revokedAt: Instant? = nil
    ) {
        self.id = id
        self.scope = scope
        self.origin = origin
        self.name = name
        self.hint = hint
        self.createdAt = createdAt
        self.revokedAt = revokedAt
    }
}

extension Transaction {
    public var apiKeys: ApiKeyStore { ApiKeyStore(tx: self) }
}

public struct ApiKeyStore {
    let tx: Transaction

    public func insert(_ key: ApiKey, secretHash: [UInt8]) throws {
        try tx.execute(
            """
            INSERT INTO api_keys (id, account, origin, name, secret_hash, hint, created_at, revoked_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """, key.id.text, Self.account(of: key.scope), key.origin.rawValue, key.name, secretHash, key.hint,
            key.createdAt.millisecondsSince1970, key.revokedAt?.millisecondsSince1970)
    }

    /// The key of that secret, revoked or not.
    public func find(secretHash: [UInt8]) throws -> ApiKey? {
        try tx.first("SELECT * FROM api_keys WHERE secret_hash = $1", secretHash).map(Self.key)
    }

    /// The key, if it is one of exactly this scope.
    public func find(_ id: ApiKey.ID, scope: ApiKey.Scope) throws -> ApiKey? {
        try tx.first(
            "SELECT * FROM api_keys WHERE id = $1 AND COALESCE(account, '') = $2", id.text,
            Self.account(of: scope) ?? ""
        ).map(Self.key)
    }

    /// Newest first, revoked ones too, those made before `after`.
    public func list(scope: ApiKey.Scope, after: ApiKey.ID?, limit: Int) throws -> [ApiKey] {
        try tx.query(
            """
            SELECT * FROM api_keys WHERE COALESCE(account, '') = $1 AND ($2 = '' OR id < $2) ORDER BY id DESC LIMIT $3
            """, Self.account(of: scope) ?? "", after?.text ?? "", limit
        ).map(Self.key)
    }

    /// A key that is revoked already keeps the moment at which it was.
    public func revoke(_ id: ApiKey.ID, at now: Instant) throws {
        try tx.execute(
            "UPDATE api_keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", id.text,
            now.millisecondsSince1970)
    }

    /// Revokes every configured key but this one.
    public func revokeConfigured(except id: ApiKey.ID, at now: Instant) throws {
        try tx.execute(
            "UPDATE api_keys SET revoked_at = $2 WHERE origin = 'configured' AND id <> $1 AND revoked_at IS NULL",
            id.text, now.millisecondsSince1970)
    }

    private static func account(of scope: ApiKey.Scope) -> String? {
        switch scope {
        case .platform: nil
        case .account(let id): id.text
        }
    }

    static func key(_ row: Row) throws -> ApiKey {
        let account = try row.textOrNil("account").map(ConnectedAccount.ID.init(stored:))
        return ApiKey(
            id: ApiKey.ID(stored: try row.text("id")), scope: account.map(ApiKey.Scope.account) ?? .platform,
            origin: try row.choice("origin"), name: try row.text("name"), hint: try row.text("hint"),
            createdAt: try row.instant("created_at"), revokedAt: try row.instantOrNil("revoked_at"))
    }
}
