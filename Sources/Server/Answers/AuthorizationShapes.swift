import Billing
import HTTPTypes
import Ledger
import Worker

extension Hold {
    func json(at now: Instant) -> JSON {
        [
            "id": .string(id.text), "customer": .string(customer.text), "key": JSON(apiKey),
            "status": .string(status(at: now).rawValue), "held_micros": .integer(heldMicros),
            "held_cost_micros": .integer(heldCostMicros), "held_tokens": .integer(heldTokens),
            "captured_micros": JSON(capturedMicros), "usage_event": JSON(usageEvent?.text),
            "expires_at": .time(expiresAt), "created_at": .time(createdAt), "settled_at": .time(settledAt),
        ]
    }
}

extension GrantedHold {
    func json(at now: Instant) -> JSON {
        hold.json(at: now).with("available_micros", JSON(availableMicros))
            .with("delay_ms", JSON(delay?.milliseconds))
            .with("throttled_by", throttledBy?.json ?? .null)
            .with("notices", .array(notices.map(\.json)))
    }
}

extension CapturedHold {
    func json(at now: Instant) -> JSON { hold.json(at: now).with("cost_micros", .integer(event.costMicros)) }
}

extension LimitStanding {
    var json: JSON {
        [
            "limit": .string(name.description), "scope": .string(scope.rawValue), "used": .integer(used),
            "held": .integer(held), "cap": .integer(limit), "resets_at": .time(resetsAt),
        ]
    }
}

extension LimitNotice {
    var json: JSON { standing.json.with("percent", .integer(percent)) }
}

extension QuotaCheck {
    var json: JSON {
        var delay: (ThrottleDelay, LimitStanding)?
        if case .throttled(let wait, let standing) = decision.outcome, refusal == nil { delay = (wait, standing) }
        let outcome = refusal == nil ? (delay == nil ? "allowed" : "throttled") : "refused"
        return [
            "outcome": .string(outcome), "held_micros": .integer(amounts.spendMicros),
            "held_cost_micros": .integer(amounts.costMicros), "held_tokens": .integer(amounts.tokens),
            "delay_ms": JSON(delay?.0.milliseconds), "throttled_by": delay?.1.json ?? .null,
            "refusal": refusal?.json ?? .null, "notices": .array(decision.notices.map(\.json)),
            "limits": .array(standings.map(\.json)), "wallet": wallet?.json ?? .null,
        ]
    }
}

extension WalletStanding {
    var json: JSON {
        [
            "balance_micros": .integer(balance), "accrued_micros": .integer(accrued), "held_micros": .integer(held),
            "available_micros": .integer(available),
        ]
    }
}

extension AuthorizationRefusal {
    var status: Int {
        switch reason {
        case .forbidden: 403
        case .quota: 429
        case .keyCap, .wallet: 402
        }
    }

    /// What a problem says besides why.
    var members: [(name: String, value: JSON)] {
        guard let bound else { return [] }
        let used = reason == .quota ? "used" : "spent"
        var members: [(name: String, value: JSON)] = [
            ("limit", .string(bound.limit)), ("scope", .string(bound.scope.rawValue)), (used, .integer(bound.spent)),
            ("held", .integer(bound.held)), ("cap", .integer(bound.cap)), ("asked", .integer(bound.asked)),
            ("resets_at", .time(bound.resetsAt)),
        ]
        if reason != .quota { members.append(("top_up_url", JSON(topUpURL))) }
        return members
    }

    /// As part of another answer.
    var json: JSON {
        members.reduce(
            ["status": .integer(Int64(status)), "code": .string(code), "detail": .string(detail)]
        ) { $0.with($1.name, $1.value) }
    }
}

extension Problem {
    /// - Parameter isForCustomer: whether a customer's key is answered, who is not told of the merchant's limits.
    init(_ refusal: AuthorizationRefusal, isForCustomer: Bool = false) {
        let title =
            switch refusal.reason {
            case .forbidden: "This may not be used"
            case .quota: "A limit is reached"
            case .keyCap: "The key's cap is reached"
            case .wallet: "The wallet does not hold enough"
            }
        let shown = isForCustomer ? refusal.json.refusalForCustomers : refusal.json
        self.init(refusal.status, refusal.code, title, detail: shown.member("detail").textOrNil ?? refusal.detail)
        members = refusal.members.filter { member in shown.has(member.name) }
        if let seconds = refusal.retryAfterSeconds { headers[.retryAfter] = String(seconds) }
    }
}

extension Alert {
    var json: JSON { json(isForCustomer: false) }

    /// - Parameter isForCustomer: whether a customer's key is answered, who is told of a decline what may be told.
    func json(isForCustomer: Bool) -> JSON {
        let reason = charge?.reason
        let shown = isForCustomer ? reason.map(DeclineAdvice.presentable) : reason
        return [
            "id": .string(id.text), "customer": JSON(customer?.text), "key": JSON(apiKey),
            "kind": .string(kind.rawValue), "measure": .string(measure), "percent": .integer(percent),
            "period_start": .time(periodStart), "used": .integer(used), "cap": .integer(cap),
            "charge": JSON(charge?.charge.text), "reason": JSON(shown), "payment_url": JSON(charge?.url),
            "created_at": .time(createdAt),
        ]
    }
}
