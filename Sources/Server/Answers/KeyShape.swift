import Billing
package import Ledger
package import Storage
import Worker

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

/// What a merchant pays for it is not in it: the key may be in a customer's hands.
extension KeyUsage {
    func json(_ currency: Currency, at now: Instant) -> JSON {
        [
            "key": .string(key.id.text), "counted_as": .string(key.countedAs.text),
            "status": .string(key.status(at: now)), "currency": .string(currency.code),
            "spent_micros": .integer(spentMicros), "held_micros": .integer(heldMicros),
            "cap_micros": JSON(key.maxSpend), "remaining_micros": JSON(remainingMicros), "percent": JSON(percent),
            "models": .array(parts.map(\.json)),
        ]
    }
}

extension KeyUsage.Part {
    fileprivate var json: JSON {
        let tokens = zip(UsageUnit.tokens, figures.tokens).map { (name: $0.name, value: JSON.millionths($1)) }
        let latency = figures.latencies > 0 ? JSON.whole(figures.latencyMs / figures.latencies) : .null
        return .object(
            [
                (name: "provider", value: JSON(provider)), (name: "model", value: JSON(model)),
                (name: "requests", value: .whole(figures.requests)),
                (name: "spent_micros", value: .whole(figures.priceMicros)),
            ] + tokens + [(name: "average_latency_ms", value: latency)])
    }
}
