import Foundation
import Testing

@testable import StripeSandbox

/// The sandbox's answers beside Stripe's own samples: the same members of the same kinds.
@Suite(.enabled(if: StripeContract.isPresent, StripeContract.comment))
struct ShapeTests {
    let stripe = SandboxClient()

    /// Members that a sample leaves out because they are there only sometimes, or only since lately.
    private static let more: [String: Set<String>] = [
        "account": [
            "controller.fees", "controller.is_controller", "controller.losses", "controller.requirement_collection",
            "controller.stripe_dashboard",
        ],
        "application_fee": ["livemode"],
        "charge": [],
        "event": ["account"],
        "payment_intent": ["automatic_payment_methods.allow_redirects"],
        "refund": ["failure_balance_transaction", "failure_reason", "pending_reason"],
        "webhook_endpoint": ["secret"],
    ]

    @Test func `accounts and links look like Stripe's`() async throws {
        let account = await stripe.post("/v1/accounts", ["country": "US"])
        try check(account.json, "account")
        try check(await stripe.get("/v1/account").json, "account")
        let link = await stripe.post(
            "/v1/account_links",
            [
                "account": account.id, "type": "account_onboarding", "refresh_url": "https://p.example/r",
                "return_url": "https://p.example/d",
            ])
        try check(link.json, "account_link")
    }

    @Test func `customers and payment methods look like Stripe's`() async throws {
        let customer = await stripe.customer()
        try check(await stripe.get("/v1/customers/\(customer)").json, "customer")
        let method = await stripe.post("/v1/payment_methods/pm_card_visa/attach", ["customer": customer])
        try check(method.json, "payment_method")
        try check(await stripe.delete("/v1/customers/\(customer)").json, "deleted_customer")
    }

    @Test func `payments, charges, refunds, fees and what they do to the balance look like Stripe's`() async throws {
        let account = await stripe.enabledAccount()
        let paid = await stripe.charge(1_000, account: account, fee: 50)
        try check(paid.json, "payment_intent")
        try check(
            await stripe.charge(1_000, with: "pm_card_chargeDeclined").error["payment_intent"] ?? .null,
            "payment_intent",
            ignoring: ["last_payment_error"])
        try check(await stripe.get("/v1/charges", account: account).data[0], "charge")
        let refund = await stripe.post(
            "/v1/refunds", ["payment_intent": paid.id, "refund_application_fee": "true"], account: account)
        try check(refund.json, "refund")
        for transaction in await stripe.get("/v1/balance_transactions", account: account).data {
            try check(transaction, "balance_transaction")
        }
        let fee = await stripe.get("/v1/application_fees").data[0]
        try check(fee, "application_fee")
        try check(fee["refunds"]?["data"]?[0] ?? .null, "fee_refund")
        try check(await stripe.get("/v1/balance", account: account).json, "balance")
    }

    @Test func `disputes and payouts look like Stripe's`() async throws {
        let charge = await stripe.charge(9_000)["latest_charge"].string ?? ""
        let dispute = await stripe.post("/_sandbox/charges/\(charge)/dispute")
        try check(dispute.json, "dispute")
        _ = await stripe.charge(90_000)
        stripe.clock.advance(seconds: 3 * 86_400)
        let platform = await stripe.get("/v1/account").id
        try check(await stripe.post("/_sandbox/accounts/\(platform)/payout").json, "payout")
    }

    @Test func `sessions and their line items look like Stripe's`() async throws {
        let session = await stripe.session()
        try check(session.json, "checkout.session")
        try check(await stripe.get("/v1/checkout/sessions/\(session.id)/line_items").data[0], "item")
        _ = await stripe.page(
            session["url"].string ?? "", ["card_number": "4242424242424242", "email": "a@example.com"])
        try check(await stripe.get("/v1/checkout/sessions/\(session.id)").json, "checkout.session")
    }

    @Test func `endpoints and events look like Stripe's`() async throws {
        let endpoint = await stripe.post(
            "/v1/webhook_endpoints", ["url": "http://hook.example", "enabled_events[]": "*"])
        try check(endpoint.json, "webhook_endpoint")
        _ = await stripe.customer()
        try check(await stripe.get("/v1/events").data[0], "event", ignoring: ["data"])
        try check(await stripe.delete("/v1/webhook_endpoints/\(endpoint.id)").json, "deleted_webhook_endpoint")
    }

    private func check(_ ours: JSON, _ resource: String, ignoring: Set<String> = []) throws {
        let differences = Self.differences(ours, try StripeContract.fixture(resource), at: "", ignoring)
        #expect(differences.subtracting(Self.more[resource] ?? []) == [], "\(resource)")
    }

    /// Where the two differ: a member that only one has, or values of different kinds. Null goes with everything, and
    /// what is null or empty on one side is not compared further.
    private static func differences(
        _ ours: JSON, _ theirs: Any, at path: String, _ ignored: Set<String>
    ) -> Set<String> {
        switch (ours, theirs) {
        case (.null, _), (_, is NSNull): return []
        case (.object(let object), let sample as [String: Any]):
            guard !object.isEmpty, !sample.isEmpty, path != "metadata" else { return [] }
            var found: Set<String> = []
            for name in Set(object.keys).union(sample.keys) where !ignored.contains(name) {
                let inner = path.isEmpty ? name : path + "." + name
                guard let mine = object[name], let other = sample[name] else {
                    found.insert(inner)
                    continue
                }
                found.formUnion(differences(mine, other, at: inner, ignored))
            }
            return found
        case (.array(let elements), let samples as [Any]):
            guard let sample = samples.first else { return [] }
            return elements.reduce(into: []) { $0.formUnion(differences($1, sample, at: path + "[]", ignored)) }
        case (.string, is String), (.int, is NSNumber), (.bool, is NSNumber), (.decimal, is NSNumber): return []
        default: return [path]
        }
    }
}
