extension Sabotage {
    static let holds = [
        Sabotage(
            "nobody holds more than there is", "Worker/Holds/Assessment", "amounts.spendMicros > wallet.available",
            .instead("false"), caughtBy: "HoldTests"),
        Sabotage(
            "a key keeps its cap", "Worker/Holds/Assessment",
            "cap.allows(spent: key.used, held: key.held, estimate: amounts.spendMicros)", .instead("true"),
            caughtBy: "HoldTests"),
        Sabotage(
            "a capture keeps its bound", "Worker/Holds/HoldSettling", "event.priceMicros <= most", .instead("true"),
            caughtBy: "HoldTests"),
        Sabotage(
            "a capture gives back what was held", "Worker/Holds/HoldSettling",
            "try HeldTotals(tx: tx).giveBack([hold], of: customer.id, account: account.id)", caughtBy: "HoldTests"),
        Sabotage(
            "a release gives back what was held", "Worker/Holds/HoldSettling",
            "try HeldTotals(tx: tx).giveBack([hold], of: hold.customer, account: account.id)", caughtBy: "HoldTests"),
        Sabotage(
            "what expires gives back what was held", "Worker/Holds/HoldSettling",
            "_ = try HeldTotals(tx: tx).expire(of: customer, at: now)", caughtBy: "HoldTests"),
        Sabotage(
            "a hold that is past its time is captured no more", "Worker/Holds/HoldSettling",
            "case .expired: throw WorkerError.authorizationExpired",
            .written(
                "case .expired where !SABOTAGED: throw WorkerError.authorizationExpired\n        case .expired: break"),
            caughtBy: "HoldTests"),
        Sabotage(
            "a limit refuses what exceeds it", "Billing/Quotas/QuotaDecision", "$0.action == .block && exceeds($0)",
            .instead("false"), caughtBy: "QuotaDecisionTests"),
        Sabotage(
            "what is held counts against a limit", "Billing/Quotas/QuotaDecision", " + Int128(standing.held)",
            .written(" + (SABOTAGED ? 0 : Int128(standing.held))"), caughtBy: "QuotaDecisionTests"),
        Sabotage(
            "who is blocked gets nothing", "Worker/Customers/Blocking", "status != .active", .instead("false"),
            caughtBy: "CustomerBlockTests"),
    ]

    static let usage = [
        Sabotage(
            "an event is recorded once", "Worker/Metering/UsageBatch",
            "if ahead.isNew(report) { return nil }", .written("if SABOTAGED || ahead.isNew(report) { return nil }"),
            caughtBy: "UsageBatchTests"),
        Sabotage(
            "an event that says something else is refused", "Worker/Metering/UsageBatch",
            "throw WorkerError.eventDiffers(field) }\n        return .known(event)",
            .written("if !SABOTAGED { throw WorkerError.eventDiffers(field) } }\n        return .known(event)"),
            caughtBy: "UsageBatchTests"),
        Sabotage(
            "a key is used in its own account", "Worker/Metering/UsageBatch", "found.scope.account == account.id",
            .instead("true"), caughtBy: "UsageFieldsTests"),
        Sabotage(
            "a customer's key is used by that customer", "Worker/Metering/UsageBatch",
            "[\"\", external, owner.text].contains(name)", .instead("true"), caughtBy: "UsageFieldsTests"),
        Sabotage(
            "usage counts on the key that it came with", "Worker/Metering/UsageBatch",
            "try report.key.map(key) ?? boundedCaller",
            .written("try report.key.map(key) ?? (SABOTAGED ? nil : boundedCaller)"), caughtBy: "UsageCallerTests"),
        Sabotage(
            "what is taken back loosens no later limit", "Worker/Metering/UsageBatch",
            "limitsAt ?? event.countedAt", .written("(SABOTAGED ? nil : limitsAt) ?? event.countedAt"),
            caughtBy: "LateCorrectionTests"),
        Sabotage(
            "an event is taken back once", "Worker/Metering/Corrections",
            "if let known = try tx.usage.correction(of: id) {",
            .written("if !SABOTAGED, let known = try tx.usage.correction(of: id) {"), caughtBy: "CorrectionsTests"),
        Sabotage(
            "a correction is not taken back", "Worker/Metering/Corrections", "original.kind == .usage",
            .instead("true"), caughtBy: "CorrectionsTests"),
        Sabotage(
            "money goes back to the lots that it came from", "Worker/Wallets/PaymentTrace",
            "let part = min(rest, debit.micros, max(0, try room(in: debit.lot)) - holds)",
            .written("let part = SABOTAGED ? 0 : min(rest, debit.micros, max(0, try room(in: debit.lot)) - holds)"),
            caughtBy: "WalletModelTests|CorrectionsTests|GivingBackTests"),
        Sabotage(
            "what is given is spent first", "Billing/Wallets/WalletLot",
            "rank(left) == rank(right) ? left.id < right.id : rank(left) < rank(right)",
            .instead("left.id < right.id"), caughtBy: "WalletLotTests"),
    ]
}
