import Billing
import Ledger
import StripeSandbox
import Worker

/// What a merchant does, by the API or at Stripe.
extension Simulation {
    func charge(_ person: Market.Person) async throws -> String {
        try await ask("/v1/charges", .object(["customer": .text(person.name)]), with: person.merchant.key) {
            simulation, heard in
            simulation.market.askedCharges.insert(heard.members.text("id") ?? "")
            return heard.members.text("status") ?? "done"
        }
    }

    func cancelCharge(_ pick: UInt64) async throws -> String {
        let open = try await found("/v1/charges", pick) { !["paid", "canceled"].contains($0.text("status")) }
        return try await change(open, "cancel")
    }

    func retryCharge(_ pick: UInt64) async throws -> String {
        try await change(try await found("/v1/charges?status=failed", pick), "retry")
    }

    private func change(_ open: (merchant: Market.Merchant, thing: Members)?, _ verb: String) async throws -> String {
        guard let (merchant, charge) = open, let id = charge.text("id") else { return "no charge is open" }
        return try await ask("/v1/charges/\(id)/\(verb)", with: merchant.key)
    }

    func grant(
        _ act: Act, _ person: Market.Person, _ micros: Int64, isPaidOutside: Bool, _ days: Int64?
    ) async throws -> String {
        let reason = "grant \(act.number)"
        oracle.noteAsked(reason, micros, isPromotional: !isPaidOutside, for: person)
        var body: [String: JSONTree] = [
            "amount_micros": .integer(micros), "kind": .text(isPaidOutside ? "paid_outside" : "promotional"),
            "reason": .text(reason),
        ]
        body["expires_at"] = days.map { .text(house.clock.truth.adding(seconds: $0 * 86_400).rfc3339) }
        return try await ask("/v1/customers/\(person.name)/grants", .object(body), with: person.merchant.key) {
            simulation, _ in
            simulation.oracle.noteGranted(reason)
            return "granted"
        }
    }

    func changePlan(_ person: Market.Person, _ pick: UInt64) async throws -> String {
        let plan = Self.plans[Int(pick % UInt64(Self.plans.count))]
        return try await ask(
            "/v1/customers/\(person.name)", .object(["plan": .text(plan)]), with: person.merchant.key
        ) { _, _ in plan }
    }

    func setBlocked(_ person: Market.Person, _ isBlocked: Bool) async throws -> String {
        let body: [String: JSONTree] = isBlocked ? ["reason": .text("a rehearsal")] : [:]
        return try await ask(
            "/v1/customers/\(person.name)/\(isBlocked ? "block" : "unblock")", .object(body), with: person.merchant.key)
    }

    /// A sale of another shop on the same Stripe account.
    func sellOutside(_ merchant: Market.Merchant, _ amount: Int64) async throws -> String {
        let form = [
            "amount": "\(amount)", "currency": merchant.currency.code, "payment_method": Card.good.rawValue,
            "confirm": "true", "return_url": "https://shop.rehearsal",
        ]
        let account = try await standing(of: merchant).text("stripe_account")
        return await house.call("/v1/payment_intents", form, as: account)?.text("id") ?? "refused"
    }

    func payOut(_ merchant: Market.Merchant) async throws -> String {
        guard let account = try await standing(of: merchant).text("stripe_account") else { return "not connected" }
        return await house.call("/_sandbox/accounts/\(account)/payout")?.text("id") ?? "nothing to pay out"
    }

    func disconnect(_ merchant: Market.Merchant, atStripe: Bool) async throws -> String {
        guard let account = try await standing(of: merchant).text("stripe_account") else { return "not connected" }
        if atStripe {
            await house.call("/_sandbox/accounts/\(account)/deauthorize")
            return "gone at Stripe"
        }
        return try await ask("/v1/accounts/\(merchant.account)/disconnect", with: merchant.key)
    }

    func restrict(_ merchant: Market.Merchant) async throws -> String {
        guard let account = try await standing(of: merchant).text("stripe_account") else { return "not connected" }
        await house.call("/_sandbox/accounts/\(account)/restrict")
        return "restricted"
    }

    /// Back, whatever had taken them away.
    func reconnect(_ merchant: Market.Merchant) async throws -> String {
        let refresh = "/v1/accounts/\(merchant.account)/refresh"
        _ = try await ask(refresh, with: merchant.key)
        let standing = try await standing(of: merchant)
        guard let account = standing.text("stripe_account") else { return "nothing to connect" }
        await house.call("/_sandbox/accounts/\(account)/onboard")
        let isGone =
            standing.text("status") == ConnectedAccount.Status.disconnected.rawValue
            || standing.text("status_reason") == ConnectedAccount.Reason.accessLost.rawValue
        if isGone { try await connectByOAuth(merchant.account, ["account": account], with: merchant.key) }
        return try await ask(refresh, with: merchant.key)
    }

    func standing(of merchant: Market.Merchant) async throws -> Members {
        try await look("/v1/accounts/\(merchant.account)", with: merchant.key)
    }
}
