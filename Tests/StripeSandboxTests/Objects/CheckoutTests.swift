import Testing

@testable import StripeSandbox

@Suite struct CheckoutTests {
    let stripe = SandboxClient()

    private func url(_ session: Reply) -> String { session["url"].string ?? "" }

    @Test func `a card on the page pays the session and sends the customer on`() async {
        let session = await stripe.session()
        #expect(session["status"] == "open")
        #expect(session["payment_intent"] == .null)
        #expect(await stripe.page(url(session)).status == 200)
        let paid = await stripe.page(url(session), ["card_number": "4242 4242 4242 4242", "email": "a@example.com"])
        #expect(paid.status == 303)
        #expect(paid.location == "https://shop.example/done?s=\(session.id)")
        let shown = await stripe.get("/v1/checkout/sessions/\(session.id)")
        #expect(shown["status"] == "complete")
        #expect(shown["payment_status"] == "paid")
        #expect(shown["url"] == .null)
        #expect(shown["customer_details"]["email"] == "a@example.com")
        #expect(
            await stripe.eventTypes() == [
                "payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed",
            ])
    }

    @Test func `a declined card shows why and leaves the session open for the next`() async {
        let session = await stripe.session()
        let declined = await stripe.page(url(session), ["card_number": "4000000000009995"])
        #expect(declined.status == 402)
        #expect(declined.body.contains("Your card has insufficient funds."))
        #expect(await stripe.get("/v1/checkout/sessions/\(session.id)")["status"] == "open")
        #expect(await stripe.page(url(session), ["card_number": "4242424242424241"]).status == 402)
        #expect(await stripe.page(url(session), ["card_number": "4242424242424242"]).status == 303)
        #expect(await stripe.get("/v1/payment_intents").data.count == 1)
    }

    @Test func `a card is saved on the customer and set up, where that was asked`() async {
        let customer = await stripe.customer()
        let session = await stripe.session(customer: customer, savesCard: true)
        let bank = await stripe.page(url(session), ["card_number": "4000002500003155"])
        #expect(bank.location.contains("/authenticate/"))
        #expect(await stripe.get("/v1/checkout/sessions/\(session.id)")["status"] == "open")
        let done = await stripe.page(bank.location, ["decision": "complete"])
        #expect(done.location == "https://shop.example/done?s=\(session.id)")
        let saved = await stripe.get("/v1/customers/\(customer)/payment_methods").data
        #expect(saved.map { $0["allow_redisplay"] } == ["limited"])
        let method = saved[0]["id"]?.string ?? ""
        #expect(await stripe.charge(900, with: method, customer: customer)["status"] == "succeeded")
    }

    @Test func `without being asked to, nothing is saved`() async {
        let customer = await stripe.customer()
        _ = await stripe.page(url(await stripe.session(customer: customer)), ["card_number": "4242424242424242"])
        #expect(await stripe.get("/v1/customers/\(customer)/payment_methods").data.isEmpty)
    }

    @Test func `failing at the bank comes back to the open page`() async {
        let session = await stripe.session()
        let bank = await stripe.page(url(session), ["card_number": "4000002760003184"])
        let back = await stripe.page(bank.location, ["decision": "fail"])
        #expect(back.location == url(session))
        #expect(await stripe.page(back.location).body.contains("failed authentication"))
    }

    @Test func `a bank debit completes unpaid, and the result comes later`() async {
        for (bank, type, status) in [
            ("success", "checkout.session.async_payment_succeeded", "paid"),
            ("insufficientFunds", "checkout.session.async_payment_failed", "unpaid"),
        ] {
            let session = await stripe.session()
            #expect(await stripe.page(url(session), ["bank": bank]).status == 303)
            let completed = await stripe.get("/v1/events", ["type": "checkout.session.completed"]).data[0]
            #expect(completed["data"]?["object"]?["payment_status"] == "unpaid")
            stripe.clock.advance(seconds: 4)
            #expect(await stripe.get("/v1/events", ["limit": "1"]).data[0]["type"] == .string(type))
            #expect(await stripe.get("/v1/checkout/sessions/\(session.id)")["payment_status"] == .string(status))
        }
    }

    @Test func `the intent carries what the session was given for it`() async {
        let account = await stripe.enabledAccount()
        let session = await stripe.post(
            "/v1/checkout/sessions",
            [
                "mode": "payment", "success_url": "https://shop.example/done", "customer_creation": "always",
                "line_items[0][price_data][currency]": "usd", "line_items[0][price_data][unit_amount]": "700",
                "line_items[0][price_data][product_data][name]": "Tokens", "line_items[0][quantity]": "3",
                "payment_intent_data[application_fee_amount]": "21", "payment_intent_data[metadata][order]": "7",
                "metadata[session]": "s",
            ], account: account)
        #expect(session["amount_total"] == 2_100)
        let result = await stripe.post(
            "/_sandbox/checkout_sessions/\(session.id)/pay",
            ["payment_method": "pm_card_visa", "email": "b@example.com"])
        #expect(result["result"] == "complete")
        let intent = await stripe.get(
            "/v1/payment_intents/\(result["session"]["payment_intent"]?.string ?? "")", account: account)
        #expect(intent["application_fee_amount"] == 21)
        #expect(intent["metadata"] == ["order": "7"])
        #expect(intent["customer"] == (result["session"]["customer"] ?? .null))
        let found = await stripe.get("/v1/checkout/sessions", ["payment_intent": intent.id], account: account)
        #expect(found.data.map { $0["id"] } == [.string(session.id)])
    }

    @Test func `an unpaid session expires by itself or by a call, and then nobody can pay it`() async {
        let late = await stripe.session()
        _ = await stripe.page(url(late), ["card_number": "4000000000000002"])
        let called = await stripe.session()
        #expect(await stripe.post("/v1/checkout/sessions/\(called.id)/expire")["status"] == "expired")
        stripe.clock.advance(seconds: 24 * 3_600 + 1)
        let expired = await stripe.get("/v1/checkout/sessions/\(late.id)")
        #expect(expired["status"] == "expired")
        #expect(await stripe.get("/v1/payment_intents").data.map { $0["status"] } == ["canceled"])
        #expect(await stripe.page(url(late), ["card_number": "4242424242424242"]).status == 410)
        #expect(await stripe.post("/v1/checkout/sessions/\(late.id)/expire").status == 400)
        let told = await stripe.get("/v1/events", ["type": "checkout.session.expired"])
        #expect(told.data.count == 2)
    }

    @Test func `an intent of a session is neither confirmed nor cancelled by itself`() async {
        let session = await stripe.session()
        _ = await stripe.page(url(session), ["card_number": "4000000000000002"])
        let intent = await stripe.get("/v1/checkout/sessions/\(session.id)")["payment_intent"].string ?? ""
        for step in ["confirm", "cancel"] {
            let reply = await stripe.post("/v1/payment_intents/\(intent)/\(step)")
            #expect(reply.error["code"] == "payment_intent_unexpected_state")
        }
    }

    @Test func `a session is paid once`() async {
        let session = await stripe.session()
        for _ in 0..<2 { _ = await stripe.page(url(session), ["card_number": "4242424242424242"]) }
        #expect(await stripe.get("/v1/charges").data.count == 1)
    }

    @Test func `what Stripe would not open is not opened`() async {
        let good: SandboxClient.Parameters = [
            "mode": "payment", "success_url": "https://shop.example", "line_items[0][quantity]": "1",
            "line_items[0][price_data][currency]": "usd", "line_items[0][price_data][unit_amount]": "500",
            "line_items[0][price_data][product_data][name]": "x",
        ]
        let base = SandboxClient.form(good)
        for extra in [
            "&expires_at=1790000060", "&expires_at=1790090000", "&customer=cus_none", "&ui_mode=embedded_page",
            "&cancel_url=javascript:alert(1)",
        ] {
            #expect(await stripe.send("POST", "/v1/checkout/sessions", body: base + extra).status == 400, "\(extra)")
        }
        #expect(
            await stripe.post("/v1/checkout/sessions", ["mode": "payment", "success_url": "https://x"]).status == 400)
        #expect(await stripe.session(49).error["code"] == "amount_too_small")
    }

    @Test func `what is shown on the page is shown as text`() async {
        let body = SandboxClient.form([
            "mode": "payment", "success_url": "https://shop.example", "line_items[0][quantity]": "1",
            "line_items[0][price_data][currency]": "jpy", "line_items[0][price_data][unit_amount]": "500",
            "line_items[0][price_data][product_data][name]": "<script>alert(1)</script>",
        ])
        let session = await stripe.send("POST", "/v1/checkout/sessions", body: body)
        let page = await stripe.page(url(session)).body
        #expect(!page.contains("<script>"))
        #expect(page.contains("Pay 500 JPY"))
        #expect(page.contains("not Stripe, no real money"))
    }
}
