extension Sabotage {
    static let payments = [
        Sabotage(
            "a final charge stays final", "Billing/ChargeStatus", "guard !isFinal else { return self }",
            caughtBy: "ChargeStatusTests"),
        Sabotage(
            "an old key is trusted no more", "Worker/Charging/Outbox",
            "firstSent.adding(seconds: context.policy.keyTrustSeconds) <= now", .instead("firstSent > now"),
            caughtBy: "OutboxTests"),
        Sabotage(
            "what makes a payment is looked for before it is sent again", "Worker/Charging/Outbox",
            "try await lookUp(command, stripe, otherwise: .sendAgain)",
            .written(
                "if SABOTAGED { try await send(command, stripe) } else {"
                    + " try await lookUp(command, stripe, otherwise: .sendAgain) }"),
            caughtBy: "OutboxTests"),
        Sabotage(
            "a payment is looked for a week back", "Worker/Charging/PaymentLookup", "7 * 86_400", .instead("3_600"),
            caughtBy: "OutboxTests"),
        Sabotage(
            "a charge has one PaymentIntent", "Worker/Charging/PaymentOutcome", "known != intent.id",
            .instead("known.isEmpty"), caughtBy: "InboxTests"),
        Sabotage(
            "a payment has the charge's amount", "Worker/Charging/PaymentOutcome", "intent.amount == charge.amount",
            .instead("true"), caughtBy: "InboxTests"),
        Sabotage(
            "a late word does not end the next try", "Worker/Charging/PaymentOutcome",
            "if !status.isFinal, try tx.outbox.waiting",
            .written("if SABOTAGED == status.isFinal, try tx.outbox.waiting"), caughtBy: "OutboxTests"),
        Sabotage(
            "a top-up has one PaymentIntent", "Worker/TopUps/TopUpOutcome", "intent != known",
            .instead("known.isEmpty"), caughtBy: "TopUpsTests"),
        Sabotage(
            "what Stripe may have seen is not withdrawn", "Storage/Stores/OutboxStore", " AND first_sent_at IS NULL",
            .text(""), caughtBy: "ChargingTests"),
        Sabotage(
            "a command has one successor", "Storage/Stores/OutboxStore", "guard try close(id, as: .dropped) else",
            .written("guard try close(id, as: .dropped) || SABOTAGED else"), caughtBy: "OutboxTests"),
        Sabotage(
            "a command that is taken is nobody else's", "Storage/Stores/OutboxStore",
            "attempts = attempts + 1, next_attempt_at = $2",
            .text("attempts = attempts + 1, next_attempt_at = $1 + $2 - $2"), caughtBy: "OutboxTests"),
        Sabotage(
            "a charge is tried fifteen times a month at most", "Billing/Dunning/DunningRule",
            "guard tries.count >= mostAttempts else { return time }",
            .written("guard !SABOTAGED, tries.count >= mostAttempts else { return time }"),
            caughtBy: "DunningRuleTests"),
        Sabotage(
            "a card that will not work is left alone", "Billing/Dunning/DunningRule",
            "case .useAnotherMethod, .confirmCardData, .finishPayment: true",
            .written("case .useAnotherMethod, .confirmCardData, .finishPayment: !SABOTAGED"),
            caughtBy: "DunningRuleTests"),
        Sabotage(
            "a schedule of tries ends", "Billing/Dunning/DunningRule",
            "guard used < days.count else { return .over(.retriesUsed) }",
            .written("guard used < days.count else { return SABOTAGED ? waiting : .over(.retriesUsed) }"),
            caughtBy: "DunningRuleTests"),
        Sabotage(
            "a wallet that is declined thrice is filled no more", "Billing/Wallets/AutoTopUp",
            "if declines >= AutoTopUpPolicy.mostDeclines { stop(.declinedThreeTimes, at: now) }",
            .written("if !SABOTAGED, declines >= AutoTopUpPolicy.mostDeclines { stop(.declinedThreeTimes, at: now) }"),
            caughtBy: "AutoTopUpTests"),
        Sabotage(
            "a wallet keeps its monthly limit", "Billing/Wallets/AutoTopUp", "total > Int128(monthlyLimitMicros)",
            .instead("false"), caughtBy: "AutoTopUpTests"),
        Sabotage(
            "a wallet is filled by one top-up at a time", "Billing/Wallets/AutoTopUp",
            "if state.isInFlight { return .wait(.inFlight) }", caughtBy: "AutoTopUpTests"),
    ]
}
