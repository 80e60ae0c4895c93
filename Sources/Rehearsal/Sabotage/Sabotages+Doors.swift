extension Sabotage {
    static let webhooks = [
        Sabotage(
            "a signature is compared", "Stripe/Webhooks/WebhookSignature",
            "CRYPTO_memcmp(digest, expected, SignatureHeader.digestBytes) == 0", .instead("true"),
            caughtBy: "WebhookSignatureTests"),
        Sabotage(
            "an old signature is refused", "Stripe/Webhooks/WebhookSignature",
            "guard !oldest.overflow, parsed.timestampSeconds >= oldest.partialValue else { throw .tooOld }",
            caughtBy: "WebhookSignatureTests"),
        Sabotage(
            "the time of a signature is signed", "Stripe/Webhooks/WebhookSignature",
            "header.timestampText + [UInt8(ascii: \".\")]", .instead("[UInt8(ascii: \".\")]"),
            caughtBy: "WebhookSignatureTests"),
        Sabotage(
            "a header has one timestamp", "Stripe/Webhooks/SignatureHeader", "timestamp == nil, let seconds",
            .written("SABOTAGED || timestamp == nil, let seconds"), caughtBy: "SignatureHeaderTests"),
        Sabotage(
            "each endpoint has a secret of its own", "Worker/Inbox/Inbox",
            "endpoint == .platform ? stripe.platformSecrets : stripe.connectSecrets",
            .instead("stripe.platformSecrets + stripe.connectSecrets"), caughtBy: "StripeWebhookRouteTests"),
        Sabotage(
            "a test event does not reach live books", "Worker/Inbox/InboxStep", "event.livemode == stripe.livemode",
            .instead("true"), caughtBy: "InboxTests"),
        Sabotage(
            "an event comes through its own door", "Worker/Inbox/InboxStep",
            "case .connect: event.stripeAccount != nil",
            .written("case .connect: SABOTAGED || event.stripeAccount != nil"), caughtBy: "InboxTests"),
        Sabotage(
            "an event is about its own merchant's charge", "Worker/Inbox/PaymentIntentEvents",
            "charge.account == account.id", .instead("true"), caughtBy: "InboxTests"),
        Sabotage(
            "an event that is taken is nobody else's", "Storage/Stores/InboxStore",
            "attempts = attempts + 1, next_attempt_at = $2",
            .text("attempts = attempts + 1, next_attempt_at = $1 + $2 - $2"), caughtBy: "InboxTests"),
        Sabotage(
            "what waited for a merchant is worked off", "Worker/Inbox/Inbox",
            "[Self.unknownAccount, Self.accountInvalid]", .instead("[Self.unknownAccount]"), caughtBy: "InboxTests"),
        Sabotage(
            "an answer that was overtaken changes nothing", "Worker/Onboarding/StandingAnswer",
            "try tx.onboardings.accept(answerTo: answer.question, account.id)",
            .written("try tx.onboardings.accept(answerTo: answer.question, account.id) || SABOTAGED"),
            caughtBy: "AccountStatusTests"),
    ]

    static let doors = [
        Sabotage(
            "a revoked key opens nothing", "Worker/Keys/Keys",
            "SecretDigest.of(secret)), key.revokedAt == nil else {",
            .written("SecretDigest.of(secret)), SABOTAGED || key.revokedAt == nil else {"), caughtBy: "KeysTests"),
        Sabotage(
            "an expired key opens nothing", "Worker/Keys/Keys",
            "guard !key.isExpired(at: context.now) else { throw WorkerError.keyExpired(key) }",
            caughtBy: "KeyBoundsTests"),
        Sabotage(
            "a rotated key's cap goes on", "Worker/Keys/KeyChanges", "countedAs: old.countedAs",
            .written("countedAs: SABOTAGED ? nil : old.countedAs"), caughtBy: "KeyUsageTests|KeyBoundsTests"),
        Sabotage(
            "an Idempotency-Key is of one request", "Worker/Idempotency",
            "guard record.fingerprint == key.fingerprint else { throw WorkerError.idempotencyReused }",
            caughtBy: "IdempotencyTests"),
        Sabotage(
            "the platform's routes are the platform's", "Server/Routing/Authentication",
            "case .account(let own):\n            guard route.access != .platform else",
            .written("case .account(let own):\n            guard SABOTAGED || route.access != .platform else"),
            caughtBy: "AccessTests"),
        Sabotage(
            "an account's key names no other account", "Server/Routing/Authentication",
            "wanted == own.text else { throw notFound }\n            return own\n        case .customer",
            .written(
                "wanted == own.text || SABOTAGED else { throw notFound }\n"
                    + "            return SABOTAGED ? wanted.flatMap { ConnectedAccount.ID($0) } ?? own : own\n"
                    + "        case .customer"),
            caughtBy: "AccessTests"),
        Sabotage(
            "a key with bounds is for use alone", "Server/Routing/Authentication",
            "route.isUse || !key.isForUseAlone", .instead("true"), caughtBy: "BoundedKeyTests"),
        Sabotage(
            "a charge is its account's", "Worker/Charging/Charging", "charge.account == account.id", .instead("true"),
            caughtBy: "AccessTests"),
        Sabotage(
            "a refund is its account's", "Worker/MoneyBack/Refunds", "refund.account == account.id", .instead("true"),
            caughtBy: "AccessTests"),
        Sabotage(
            "a hold is its account's", "Worker/Holds/Authorizations", "hold.account == account.id", .instead("true"),
            caughtBy: "AccessTests"),
        Sabotage(
            "an explanation is its account's", "Worker/Metering/Explanations", "event.account == account.id",
            .instead("true"), caughtBy: "AccessTests"),
        Sabotage(
            "a lot is its account's", "Worker/Books/MoneyTrail", "lot.account == account.id", .instead("true"),
            caughtBy: "ExplanationRouteTests"),
        Sabotage(
            "OAuth connects the right mode", "Worker/Onboarding/OAuthConnecting",
            "guard token.livemode == stripe.livemode else { throw WorkerError.oauthWrongMode(stripe.livemode) }",
            caughtBy: "OAuthTests"),
        Sabotage(
            "a spreadsheet carries nothing out", "Server/Exports/CSV", "quoted(harmless(text))",
            .written("quoted(SABOTAGED ? text : harmless(text))"), caughtBy: "ExportTests"),
        Sabotage(
            "a cell with quotes is one cell", "Server/Exports/CSV", "scalar == \"\\\"\"", .instead("false"),
            caughtBy: "ExportTests"),
        Sabotage(
            "no name is another's in another spelling", "Worker/FieldCheck", "text.isComposed", .instead("true"),
            caughtBy: "ComposedTextTests"),
        Sabotage(
            "a card number does not come to rest", "Worker/FieldCheck", "!CardNumber.isIn(text, longest: longest)",
            .instead("true"), caughtBy: "CardNumberRestTests"),
    ]
}
