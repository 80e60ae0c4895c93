public import Billing
public import Ledger

extension Transaction {
    public var apiKeys: ApiKeyStore { ApiKeyStore(tx: self) }
}

public struct ApiKeyStore {
    let tx: Transaction

    public func insert(_ key: ApiKey, secretHash: [UInt8]) throws {
        try tx.execute(
            """
            INSERT INTO api_keys (id, account, customer, origin, name, secret_hash, hint, max_spend, expires_at,
                allowed_models, replaces, replaced_by, counted_as, created_at, revoked_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            """, key.id.text, key.scope.account?.text, key.scope.customer?.text, key.origin.rawValue, key.name,
            secretHash, key.hint, key.maxSpend, key.expiresAt?.millisecondsSince1970,
            try key.allowedModels.map(StoredText.list), key.replaces?.text, key.replacedBy?.text, key.countedAs.text,
            key.createdAt.millisecondsSince1970, key.revokedAt?.millisecondsSince1970)
    }

    /// The key of that secret, revoked or not.
    public func find(secretHash: [UInt8]) throws -> ApiKey? {
        try tx.first("SELECT * FROM api_keys WHERE secret_hash = $1", secretHash).map(Self.key)
    }

    /// The key, if it is of this account or of one of its customers; without an account, if it is the platform's.
    public func find(_ id: ApiKey.ID, account: ConnectedAccount.ID?) throws -> ApiKey? {
        let key = try tx.first("SELECT * FROM api_keys WHERE id = $1", id.text).map(Self.key)
        return key?.scope.account == account ? key : nil
    }

    /// Newest first, revoked ones too, those made before `after`: the account's and its customers', or the platform's.
    public func list(account: ConnectedAccount.ID?, after: ApiKey.ID?, limit: Int) throws -> [ApiKey] {
        // A comparison with no account would read every key.
        let owner = account == nil ? "account IS NULL AND $1 = ''" : "account = $1"
        return try tx.query(
            "SELECT * FROM api_keys WHERE \(owner) AND ($2 = '' OR id < $2) ORDER BY id DESC LIMIT $3",
            account?.text ?? "", after?.text ?? "", limit
        ).map(Self.key)
    }

    /// Newest first, revoked ones too, those made before `after`.
    public func list(customer: Customer.ID, after: ApiKey.ID?, limit: Int) throws -> [ApiKey] {
        try tx.query(
            "SELECT * FROM api_keys WHERE customer = $1 AND ($2 = '' OR id < $2) ORDER BY id DESC LIMIT $3",
            customer.text, after?.text ?? "", limit
        ).map(Self.key)
    }

    /// Every key of a chain of rotations, the oldest first.
    /// - Parameter first: what each of them is counted as.
    public func chain(of first: ApiKey.ID) throws -> [ApiKey.ID] {
        try tx.query("SELECT id FROM api_keys WHERE counted_as = $1 ORDER BY id", first.text)
            .map { ApiKey.ID(stored: try $0.text("id")) }
    }

    /// Writes name, cap, models and expiry.
    public func update(_ key: ApiKey) throws {
        try tx.execute(
            "UPDATE api_keys SET name = $2, max_spend = $3, expires_at = $4, allowed_models = $5 WHERE id = $1",
            key.id.text, key.name, key.maxSpend, key.expiresAt?.millisecondsSince1970,
            try key.allowedModels.map(StoredText.list))
    }

    /// Gives every key of the chain of rotations the cap and the models of this one.
    public func shareTerms(of key: ApiKey) throws {
        try tx.execute(
            "UPDATE api_keys SET max_spend = $2, allowed_models = $3 WHERE counted_as = $1", key.countedAs.text,
            key.maxSpend, try key.allowedModels.map(StoredText.list))
    }

    /// - Returns: `false` when another took its place already; nothing is changed then.
    public func replace(_ id: ApiKey.ID, by successor: ApiKey.ID, expiresAt: Instant) throws -> Bool {
        try tx.execute(
            """
            UPDATE api_keys SET replaced_by = $2, expires_at = $3
            WHERE id = $1 AND replaced_by IS NULL AND revoked_at IS NULL
            """, id.text, successor.text, expiresAt.millisecondsSince1970) == 1
    }

    /// A key that is revoked already keeps the moment at which it was.
    public func revoke(_ id: ApiKey.ID, at now: Instant) throws {
        try tx.execute(
            "UPDATE api_keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", id.text,
            now.millisecondsSince1970)
    }

    /// Revokes every configured key but this one.
    /// - Returns: those that opened something until now.
    public func revokeConfigured(except id: ApiKey.ID, at now: Instant) throws -> [ApiKey.ID] {
        try tx.query(
            """
            UPDATE api_keys SET revoked_at = $2 WHERE origin = 'configured' AND id <> $1 AND revoked_at IS NULL
            RETURNING id
            """, id.text, now.millisecondsSince1970
        ).map { ApiKey.ID(stored: try $0.text("id")) }
    }

    static func key(_ row: Row) throws -> ApiKey {
        ApiKey(
            id: ApiKey.ID(stored: try row.text("id")), scope: try scope(row), origin: try row.choice("origin"),
            name: try row.text("name"), hint: try row.text("hint"), maxSpend: try row.int64OrNil("max_spend"),
            expiresAt: try row.instantOrNil("expires_at"),
            allowedModels: try row.textOrNil("allowed_models").map(StoredText.list),
            replaces: try row.textOrNil("replaces").map(ApiKey.ID.init(stored:)),
            replacedBy: try row.textOrNil("replaced_by").map(ApiKey.ID.init(stored:)),
            countedAs: try row.textOrNil("counted_as").map(ApiKey.ID.init(stored:)),
            createdAt: try row.instant("created_at"), revokedAt: try row.instantOrNil("revoked_at"))
    }

    private static func scope(_ row: Row) throws -> ApiKey.Scope {
        guard let account = try row.textOrNil("account").map(ConnectedAccount.ID.init(stored:)) else {
            return .platform
        }
        let customer = try row.textOrNil("customer").map(Customer.ID.init(stored:))
        return customer.map { .customer(account, $0) } ?? .account(account)
    }
}
