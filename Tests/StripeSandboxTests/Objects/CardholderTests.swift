import Testing

@testable import StripeSandbox

/// Payments for which the cardholder has to show up (3-D Secure).
@Suite struct CardholderTests {
    let stripe = SandboxClient()

    private func pay(_ method: String, customer: String? = nil, extra: String = "") async -> Reply {
        let body = SandboxClient.form([
            "amount": "1000", "currency": "usd", "payment_method": method, "confirm": "true",
            "return_url": "https://shop.example/back",
        ])
        let whose = customer.map { "&customer=\($0)" } ?? ""
        return await stripe.send("POST", "/v1/payment_intents", body: body + whose + extra)
    }

    private func bankPage(of intent: Reply) -> String {
        intent["next_action"]["redirect_to_url"]?["url"]?.string ?? ""
    }

    @Test func `on session the intent waits at the bank's page, and passing it pays`() async {
        let waiting = await pay("pm_card_authenticationRequired")
        #expect(waiting["status"] == "requires_action")
        #expect(await stripe.page(bankPage(of: waiting)).status == 200)
        let back = await stripe.page(bankPage(of: waiting), ["decision": "complete"])
        #expect(back.location.hasPrefix("https://shop.example/back?payment_intent=\(waiting.id)"))
        #expect(back.location.hasSuffix("redirect_status=succeeded"))
        #expect(await stripe.get("/v1/payment_intents/\(waiting.id)")["status"] == "succeeded")
    }

    @Test func `failing the bank's page leaves the intent open for another method`() async {
        let waiting = await pay("pm_card_threeDSecure2Required")
        let back = await stripe.page(bankPage(of: waiting), ["decision": "fail"])
        #expect(back.location.hasSuffix("redirect_status=failed"))
        let intent = await stripe.get("/v1/payment_intents/\(waiting.id)")
        #expect(intent["status"] == "requires_payment_method")
        #expect(intent["last_payment_error"]["code"] == "payment_intent_authentication_failure")
    }

    @Test func `the bank's page is only for who holds the client secret, and works once`() async {
        let waiting = await pay("pm_card_authenticationRequired")
        let guess = bankPage(of: waiting).dropLast(3) + "abc"
        #expect(await stripe.page(String(guess), ["decision": "complete"]).status == 404)
        _ = await stripe.page(bankPage(of: waiting), ["decision": "complete"])
        _ = await stripe.page(bankPage(of: waiting), ["decision": "complete"])
        #expect(await stripe.get("/v1/charges", ["payment_intent": waiting.id]).data.count == 1)
    }

    @Test func `the decline off session is finished on session with the same intent`() async {
        let customer = await stripe.customer()
        let method = await stripe.post(
            "/v1/payment_methods/pm_card_authenticationRequired/attach", ["customer": customer]
        ).id
        let declined = await stripe.charge(1_000, with: method, customer: customer)
        let id = declined.error["payment_intent"]?["id"]?.string ?? ""
        #expect(declined.error["code"] == "authentication_required")
        let waiting = await stripe.post(
            "/v1/payment_intents/\(id)/confirm", ["payment_method": method, "return_url": "https://shop.example/back"])
        #expect(waiting["status"] == "requires_action")
        _ = await stripe.page(bankPage(of: waiting), ["decision": "complete"])
        #expect(await stripe.get("/v1/payment_intents/\(id)")["status"] == "succeeded")
        #expect(await stripe.get("/v1/payment_intents").data.count == 1)
    }

    @Test func `a card that was set up on session is charged off session afterwards, one that always asks is not`()
        async
    {
        for (name, status) in [("pm_card_authenticationRequiredOnSetup", 200), ("pm_card_authenticationRequired", 402)]
        {
            let customer = await stripe.customer()
            let waiting = await pay(name, customer: customer, extra: "&setup_future_usage=off_session")
            _ = await stripe.page(bankPage(of: waiting), ["decision": "complete"])
            let saved = await stripe.get("/v1/customers/\(customer)/payment_methods").data[0]["id"]?.string ?? ""
            #expect(await stripe.charge(700, with: saved, customer: customer).status == status)
        }
    }

    @Test func `a card already set up asks only on session`() async {
        let name = "pm_card_authenticationRequiredSetupForOffSession"
        #expect(await stripe.charge(700, with: name)["status"] == "succeeded")
        #expect(await pay(name)["status"] == "requires_action")
    }

    @Test func `a card may be declined after the cardholder passed`() async {
        let waiting = await pay("pm_card_authenticationRequiredChargeDeclinedInsufficientFunds")
        _ = await stripe.page(bankPage(of: waiting), ["decision": "complete"])
        let intent = await stripe.get("/v1/payment_intents/\(waiting.id)")
        #expect(intent["status"] == "requires_payment_method")
        #expect(intent["last_payment_error"]["decline_code"] == "insufficient_funds")
    }

    @Test func `error_on_requires_action refuses instead of waiting`() async {
        let reply = await pay("pm_card_authenticationRequired", extra: "&error_on_requires_action=true")
        #expect(reply.status == 402)
        #expect(reply.error["code"] == "authentication_required")
    }

    @Test func `a control call stands for the cardholder too`() async {
        let waiting = await pay("pm_card_authenticationRequired")
        let done = await stripe.post("/_sandbox/payment_intents/\(waiting.id)/authenticate", ["outcome": "complete"])
        #expect(done["status"] == "succeeded")
    }
}
