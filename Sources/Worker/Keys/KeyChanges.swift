public import Billing
import Ledger
public import Storage

extension Keys {
    /// How long a rotated key lives on unless the caller says otherwise, and how long at most, in seconds.
    public static let usualOverlap: Int64 = 3_600
    public static let longestOverlap: Int64 = 30 * 86_400

    /// The cap and the models are those of the whole chain of rotations, so that a key that was rotated cannot go on
    /// under easier terms; name and expiry are each key's own.
    /// - Throws: `not_found`, `invalid_field`; `key_revoked` and `key_replaced` for a key that is not to be changed.
    public func change(
        _ id: ApiKey.ID, _ change: KeyChange, account: ConnectedAccount.ID, by actor: Actor, in tx: Transaction
    ) throws -> ApiKey {
        let present = try current(id, account: account, in: tx)
        var key = present
        if let name = change.name { key.name = try checkedName(name) }
        key.maxSpend = try KeyFields.maxSpend(change.maxSpend.applied(to: key.maxSpend))
        key.allowedModels = try KeyFields.models(change.allowedModels.applied(to: key.allowedModels))
        if case .keep = change.expiresAt {
        } else {
            key.expiresAt = try KeyFields.expiry(change.expiresAt.applied(to: key.expiresAt), after: context.now)
        }
        try tx.apiKeys.update(key)
        try tx.apiKeys.shareTerms(of: key)
        let changes = AuditedFields.changes(from: present.audited, to: key.audited)
        try context.audit(.changed, .key, id.text, of: account, changes, by: actor, in: tx)
        return key
    }

    /// Makes a key that takes the place of another: the same scope, name and terms, a secret of its own. What the chain
    /// has spent counts on against its one cap. The old key lives on for the overlap, so that its holder can change
    /// over, but not beyond its own expiry.
    /// - Parameter overlapSeconds: 0 to 2,592,000; with 0 the old key is revoked at once.
    /// - Throws: `not_found`, `invalid_field`; `key_revoked`, `key_replaced` and `key_expired` for a key whose place
    ///   none can take.
    public func rotate(
        _ id: ApiKey.ID, overlapSeconds: Int64 = usualOverlap, account: ConnectedAccount.ID, by actor: Actor,
        in tx: Transaction
    ) throws -> MintedKey {
        guard (0...Self.longestOverlap).contains(overlapSeconds) else {
            throw WorkerError.invalid("overlap_seconds", "overlap_seconds must be 0 to \(Self.longestOverlap)")
        }
        let old = try current(id, account: account, in: tx)
        let now = context.now
        guard !old.isExpired(at: now) else {
            throw WorkerError.conflict("key_expired", "the key has expired; extend it first, or make a new one")
        }
        let secret = makeSecret()
        let new = ApiKey(
            id: .make(context.seams), scope: old.scope, origin: .minted, name: old.name,
            hint: String(secret.suffix(4)), maxSpend: old.maxSpend, expiresAt: old.expiresAt,
            allowedModels: old.allowedModels, replaces: old.id, countedAs: old.countedAs, createdAt: now)
        try tx.apiKeys.insert(new, secretHash: SecretDigest.of(secret))
        let changeover = now.adding(seconds: overlapSeconds)
        let end = old.expiresAt.map { min($0, changeover) } ?? changeover
        guard try tx.apiKeys.replace(old.id, by: new.id, expiresAt: end) else { throw WorkerError.keyReplaced(by: nil) }
        if overlapSeconds == 0 { try tx.apiKeys.revoke(old.id, at: now) }
        let replaced = try get(old.id, account: account, in: tx)
        try context.audit(
            .rotated, .key, old.id.text, of: account, AuditedFields.changes(from: old.audited, to: replaced.audited),
            by: actor, in: tx)
        try context.audit(
            .created, .key, new.id.text, of: account, AuditedFields.changes(to: new.audited), by: actor, in: tx)
        return MintedKey(key: new, secret: secret)
    }

    /// The key, if it is the last of its chain and was not revoked.
    private func current(_ id: ApiKey.ID, account: ConnectedAccount.ID, in tx: Transaction) throws -> ApiKey {
        let key = try get(id, account: account, in: tx)
        guard key.revokedAt == nil else {
            throw WorkerError.conflict("key_revoked", "the key was revoked, which is for good; make a new one")
        }
        guard key.replacedBy == nil else { throw WorkerError.keyReplaced(by: key.replacedBy) }
        return key
    }
}

extension WorkerError {
    static func keyReplaced(by successor: ApiKey.ID?) -> WorkerError {
        let next = successor?.text ?? "the one that took its place"
        return .conflict("key_replaced", "the key was rotated before; go on with \(next)")
    }
}
