import Billing
import Ledger
import StripeSandbox
import Worker

/// What a customer does: cards, pages of banks, Checkout.
extension Simulation {
    func changeCard(_ person: Market.Person, _ card: Card) async throws -> String {
        try await putCard(card, of: person.name, at: person.merchant)
    }

    /// The merchant's own page saves a card at Stripe, and tells Bursar.
    func putCard(_ card: Card, of name: String, at merchant: Market.Merchant) async throws -> String {
        let stripeAccount = try await look("/v1/accounts/\(merchant.account)", with: merchant.key).text(
            "stripe_account")
        var stripeCustomer = try await look("/v1/customers/\(name)", with: merchant.key).text("stripe_customer")
        if stripeCustomer == nil {
            stripeCustomer = await house.call("/v1/customers", ["name": name], as: stripeAccount)?.text("id")
        }
        guard let stripeCustomer,
            let method = await house.call(
                "/v1/payment_methods/\(card.rawValue)/attach", ["customer": stripeCustomer], as: stripeAccount)?
                .text("id")
        else { return "the card could not be attached" }
        let body = JSONTree.object(["stripe_customer": .text(stripeCustomer), "payment_method": .text(method)])
        return try await ask("/v1/customers/\(name)", body, with: merchant.key) { _, _ in card.rawValue }
    }

    /// Follows the link to the bank's page, and passes there or not.
    func authenticate(_ pick: UInt64, passes: Bool) async throws -> String {
        guard let charge = try await found("/v1/charges?status=requires_action", pick)?.thing,
            let page = charge.text("payment_url"), let intent = charge.text("payment_intent")
        else { return "nobody has to" }
        let target = String(page.dropFirst(RehearsedHouse.publicURL.count))
        let parts = target.split(separator: "?")
        guard parts.count == 2, try await visit(String(parts[0]), form: String(parts[1])).location != nil else {
            return "no page"
        }
        await house.call(
            "/_sandbox/payment_intents/\(intent)/authenticate", ["outcome": passes ? "complete" : "fail"])
        return "back with \(try await visit("\(parts[0])/done?\(parts[1])").status)"
    }

    func openTopUp(_ person: Market.Person, _ amount: Int64, _ card: Card?) async throws -> String {
        let body: [String: JSONTree] = [
            "customer": .text(person.name),
            "amount": .integer(Market.Merchant.chargeable(amount, person.merchant.currency.code)),
            "success_url": .text("https://shop.rehearsal/thanks"),
        ]
        let outcome = try await ask("/v1/top_ups", .object(body), with: person.merchant.key) { _, heard in
            heard.members.text("checkout_session") ?? "no page"
        }
        guard let card, outcome.hasPrefix("cs_") else { return outcome }
        return await pay(outcome, card)
    }

    func payTopUp(_ pick: UInt64, _ card: Card) async throws -> String {
        let open = try await found("/v1/top_ups", pick) {
            $0.text("status") == "open" && $0.text("checkout_session") != nil
        }
        guard let session = open?.thing.text("checkout_session") else { return "no top-up is open" }
        return await pay(session, card)
    }

    private func pay(_ session: String, _ card: Card) async -> String {
        let answer = await house.call(
            "/_sandbox/checkout_sessions/\(session)/pay",
            ["payment_method": card.rawValue, "email": "customer@shop.rehearsal"])
        let result = answer?.text("result") ?? "refused"
        guard result == "authenticate", let url = answer?.text("url") else { return result }
        await house.call(String(url.dropFirst(Wire.base.count)), ["decision": "complete"])
        return "authenticated"
    }

    func fillItself(_ person: Market.Person, _ threshold: Int64, _ amount: Int64) async throws -> String {
        let scale = person.merchant.scale
        let body: [String: JSONTree] = [
            "threshold_micros": .integer(threshold * scale), "amount_micros": .integer(amount * scale),
            "monthly_limit_micros": .integer(amount * scale * 4),
            "cool_down_seconds": .integer(chance.number(300...86_400)),
        ]
        return try await ask("/v1/customers/\(person.name)/auto_top_up", .object(body), with: person.merchant.key) {
            _, _ in "set"
        }
    }
}

extension SandboxAnswer {
    /// A member of an answer of 200 that is text.
    func text(_ member: String) -> String? { status == 200 ? Members(body).text(member) : nil }
}
