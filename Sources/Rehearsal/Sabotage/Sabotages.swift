extension Sabotage {
    static let books = [
        Sabotage(
            "an entry balances", "Ledger/JournalEntry",
            "if let (currency, _) = sums.first(where: { $0.value != 0 }) { throw .unbalanced(currency) }",
            without: "sums = [:]", caughtBy: "JournalEntryTests"),
        Sabotage(
            "an entry stays in its book", "Ledger/JournalEntry",
            "guard account.book == book else { throw .foreignBook(account.book) }", without: "",
            caughtBy: "JournalEntryTests"),
        Sabotage(
            "a sum that overflows is an error", "Ledger/Money",
            #"guard !overflow else { throw .overflow("adding") }"#, without: "_ = overflow", caughtBy: "MoneyTests"),
        Sabotage(
            "one fact, one entry", "Storage/Stores/JournalStore", "guard added == 1 else { return nil }",
            without: "_ = added", caughtBy: "InboxTests"),
        Sabotage(
            "an account keeps its floor", "Storage/Schema/Books",
            "CHECK (floor = 0 OR (floor = 1 AND balance >= 0) OR (floor = -1 AND balance <= 0))",
            without: "CHECK (floor IN (-1, 0, 1))", caughtBy: "MoneyStoresTests"),
        Sabotage(
            "a failed sync stops everything", "Storage/Engine/Session",
            """
            if error.code == .syncFailed { health.fail(error) }
                        return refuse(jobs, error)
            """, without: "return refuse(jobs, error)", caughtBy: "GroupCommitTests"),
        Sabotage(
            "whole steps of a currency are charged", "Billing/CurrencyRules",
            "let stepped = bounded - bounded % rule.step", without: "let stepped = bounded",
            caughtBy: "CurrencyRulesTests"),
        Sabotage(
            "nothing below the minimum is charged", "Billing/CurrencyRules",
            "return stepped >= max(rule.minimum, 1) ? stepped : 0", without: "return stepped",
            caughtBy: "CurrencyRulesTests"),
        Sabotage(
            "no fraction of a minor unit is lost", "Billing/CurrencyRules",
            "guard rest == 0 else { throw .fractionOfMinorUnit(money.currency) }", without: "_ = rest",
            caughtBy: "CurrencyRulesTests"),
    ]

    static let payments = [
        Sabotage(
            "a final charge stays final", "Billing/ChargeStatus", "guard !isFinal else { return self }", without: "",
            caughtBy: "ChargeStatusTests"),
        Sabotage(
            "an old key is trusted no more", "Worker/Charging/Outbox",
            "firstSent.adding(seconds: context.policy.keyTrustSeconds) <= now", without: "firstSent > now",
            caughtBy: "OutboxTests"),
        Sabotage(
            "a payment is looked for a week back", "Worker/Charging/PaymentLookup", "7 * 86_400", without: "3_600",
            caughtBy: "OutboxTests"),
        Sabotage(
            "a charge has one PaymentIntent", "Worker/Charging/PaymentOutcome",
            "if let known = charge.paymentIntent, known != intent.id {",
            without: "if let known = charge.paymentIntent, known.isEmpty {", caughtBy: "InboxTests"),
        Sabotage(
            "a payment has the charge's amount", "Worker/Charging/PaymentOutcome",
            "guard intent.amount == charge.amount, intent.currency == charge.currency.code else {",
            without: "guard intent.currency == charge.currency.code else {", caughtBy: "InboxTests"),
        Sabotage(
            "a late word does not end the next try", "Worker/Charging/PaymentOutcome",
            "if !status.isFinal, try tx.outbox.waiting", without: "if status.isFinal, try tx.outbox.waiting",
            caughtBy: "OutboxTests"),
        Sabotage(
            "a top-up has one PaymentIntent", "Worker/TopUps/TopUpOutcome",
            "if let known = topUp.paymentIntent, let intent, intent != known {",
            without: "if let known = topUp.paymentIntent, let intent, known.isEmpty {", caughtBy: "TopUpsTests"),
        Sabotage(
            "what Stripe may have seen is not withdrawn", "Storage/Stores/OutboxStore",
            " AND first_sent_at IS NULL\"", without: "\"", caughtBy: "ChargingTests"),
        Sabotage(
            "a command has one successor", "Storage/Stores/OutboxStore",
            "guard try close(id, as: .dropped) else { return false }", without: "_ = try close(id, as: .dropped)",
            caughtBy: "OutboxTests"),
    ]

    static let webhooks = [
        Sabotage(
            "a signature is compared", "Stripe/Webhooks/WebhookSignature",
            "where CRYPTO_memcmp(digest, expected, SignatureHeader.digestBytes) == 0 {",
            without: "where digest.count == expected.count {", caughtBy: "WebhookSignatureTests"),
        Sabotage(
            "an old signature is refused", "Stripe/Webhooks/WebhookSignature",
            "guard !oldest.overflow, parsed.timestampSeconds >= oldest.partialValue else { throw .tooOld }",
            without: "_ = oldest", caughtBy: "WebhookSignatureTests"),
        Sabotage(
            "a test event does not reach live books", "Worker/Inbox/InboxStep",
            "event.livemode == stripe.livemode else {", without: "event.livemode || !stripe.livemode else {",
            caughtBy: "InboxTests"),
        Sabotage(
            "an event comes through its own door", "Worker/Inbox/InboxStep",
            "case .connect: event.stripeAccount != nil", without: "case .connect: true", caughtBy: "InboxTests"),
        Sabotage(
            "an event that is taken is nobody else's", "Storage/Stores/InboxStore",
            "attempts = attempts + 1, next_attempt_at = $2",
            without: "attempts = attempts + 1, next_attempt_at = $1 + $2 - $2",
            caughtBy: "InboxTests"),
        Sabotage(
            "what waited for a merchant is worked off", "Worker/Inbox/Inbox",
            "for reason in [Self.unknownAccount, Self.accountInvalid] {",
            without: "for reason in [Self.unknownAccount] {", caughtBy: "InboxTests"),
        Sabotage(
            "an answer that was overtaken changes nothing", "Worker/Onboarding/StandingAnswer",
            "try tx.onboardings.accept(answerTo: answer.question, account.id)",
            without: "try tx.onboardings.accept(answerTo: answer.question, account.id) || true",
            caughtBy: "AccountStatusTests"),
    ]

    static let holds = [
        Sabotage(
            "nobody holds more than there is", "Worker/Holds/Assessment",
            "if let wallet, amounts.spendMicros > wallet.available {",
            without: "if let wallet, amounts.spendMicros > .max - max(0, wallet.available) {", caughtBy: "HoldTests"),
        Sabotage(
            "a key keeps its cap", "Worker/Holds/Assessment",
            "guard cap.allows(spent: key.used, held: key.held, estimate: amounts.spendMicros) else {",
            without: "guard cap.allows(spent: 0, held: 0, estimate: 0) else {", caughtBy: "HoldTests"),
        Sabotage(
            "a capture keeps its bound", "Worker/Holds/HoldSettling", "guard event.priceMicros <= most else {",
            without: "guard event.priceMicros <= .max - max(0, -most) else {", caughtBy: "HoldTests"),
        Sabotage(
            "a capture gives back what was held", "Worker/Holds/HoldSettling",
            "try HeldTotals(tx: tx).giveBack([hold], of: customer.id, account: account.id)", without: "",
            caughtBy: "HoldTests"),
        Sabotage(
            "who is blocked gets nothing", "Worker/Customers/Blocking", "guard status != .active else { return }",
            without: "guard status == .blocked, blockedReason == nil else { return }", caughtBy: "CustomerBlockTests"),
    ]

    static let doors = [
        Sabotage(
            "a revoked key opens nothing", "Worker/Keys/Keys",
            "SecretDigest.of(secret)), key.revokedAt == nil else {", without: "SecretDigest.of(secret)) else {",
            caughtBy: "KeysTests"),
        Sabotage(
            "an expired key opens nothing", "Worker/Keys/Keys",
            "guard !key.isExpired(at: context.now) else { throw WorkerError.keyExpired(key) }", without: "",
            caughtBy: "KeyBoundsTests"),
        Sabotage(
            "an Idempotency-Key is of one request", "Worker/Idempotency",
            "guard record.fingerprint == key.fingerprint else { throw WorkerError.idempotencyReused }", without: "",
            caughtBy: "IdempotencyTests"),
        Sabotage(
            "an account's key is not the platform's", "Server/Routing/Authentication",
            """
            case .account(let own):
                        guard route.access != .platform else { throw Problem.platformOnly }
            """, without: "case .account(let own):", caughtBy: "AccessTests"),
        Sabotage(
            "OAuth connects the right mode", "Worker/Onboarding/OAuthConnecting",
            "guard token.livemode == stripe.livemode else { throw WorkerError.oauthWrongMode(stripe.livemode) }",
            without: "", caughtBy: "OAuthTests"),
    ]
}
