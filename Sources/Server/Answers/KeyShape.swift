import Billing
package import Ledger
package import Storage

extension ApiKey {
    func json(at now: Instant) -> JSON {
        [
            "id": .string(id.text), "name": .string(name), "scope": .string(scope.word),
            "account": JSON(scope.account?.text), "customer": JSON(scope.customer?.text), "hint": .string(hint),
            "status": .string(status(at: now)), "max_spend": JSON(maxSpend),
            "allowed_models": allowedModels.map { .array($0.map(JSON.string)) } ?? .null,
            "replaces": JSON(replaces?.text), "replaced_by": JSON(replacedBy?.text), "created_at": .time(createdAt),
            "expires_at": .time(expiresAt), "revoked_at": .time(revokedAt),
        ]
    }

    package func status(at now: Instant) -> String {
        guard revokedAt == nil else { return "revoked" }
        return isExpired(at: now) ? "expired" : "active"
    }
}

extension ApiKey.Scope {
    package var word: String {
        switch self {
        case .platform: "platform"
        case .account: "account"
        case .customer: "customer"
        }
    }
}
