public import Billing
public import Ledger

extension Transaction {
    public var oauthStates: OAuthStateStore { OAuthStateStore(tx: self) }
}

/// The `state` of OAuth links that are under way; only hashes of them.
public struct OAuthStateStore {
    let tx: Transaction

    public func insert(_ stateHash: [UInt8], account: ConnectedAccount.ID, expiresAt: Instant) throws {
        try tx.execute(
            "INSERT INTO oauth_states (state_hash, account, expires_at) VALUES ($1, $2, $3)", stateHash, account.text,
            expiresAt.millisecondsSince1970)
    }

    /// Uses up a state: of any number of callers, one gets the account.
    /// - Returns: `nil` when it is unknown, expired or used.
    public func consume(_ stateHash: [UInt8], at now: Instant) throws -> ConnectedAccount.ID? {
        try tx.first(
            "DELETE FROM oauth_states WHERE state_hash = $1 AND expires_at > $2 RETURNING account", stateHash,
            now.millisecondsSince1970
        ).map { ConnectedAccount.ID(stored: try $0.text("account")) }
    }

    /// No link that was handed out for the account works any more.
    public func deleteAll(account: ConnectedAccount.ID) throws {
        try tx.execute("DELETE FROM oauth_states WHERE account = $1", account.text)
    }

    public func deleteExpired(at now: Instant) throws {
        try tx.execute("DELETE FROM oauth_states WHERE expires_at <= $1", now.millisecondsSince1970)
    }
}
