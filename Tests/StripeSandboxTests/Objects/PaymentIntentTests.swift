import Testing

@testable import StripeSandbox

@Suite struct PaymentIntentTests {
    let stripe = SandboxClient()

    @Test func `a good card pays off session, and the events say how`() async {
        let paid = await stripe.charge(1_000)
        #expect(paid["status"] == "succeeded")
        #expect(paid["amount_received"] == 1_000)
        #expect(paid["latest_charge"].string?.hasPrefix("ch_") == true)
        #expect(
            await stripe.eventTypes() == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"])
    }

    @Test(
        arguments: [
            ("pm_card_chargeDeclined", "card_declined", "generic_decline", "try_again_later"),
            ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds", "try_again_later"),
            ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card", "do_not_try_again"),
            ("pm_card_visa_chargeDeclinedStolenCard", "card_declined", "stolen_card", "do_not_try_again"),
            ("pm_card_chargeDeclinedExpiredCard", "expired_card", nil, "do_not_try_again"),
            ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", nil, "confirm_card_data"),
            ("pm_card_chargeDeclinedProcessingError", "processing_error", nil, "try_again_later"),
            ("pm_card_radarBlock", "card_declined", "fraudulent", "do_not_try_again"),
            ("pm_card_chargeCustomerFail", "card_declined", "generic_decline", "try_again_later"),
            ("pm_card_authenticationRequired", "authentication_required", "authentication_required", nil),
            ("pm_card_authenticationRequiredOnSetup", "authentication_required", "authentication_required", nil),
        ] as [(String, String, String?, String?)])
    func `a decline off session is a 402 that names code, charge and intent`(
        method: String, code: String, declineCode: String?, advice: String?
    ) async {
        let reply = await stripe.charge(1_000, with: method)
        #expect(reply.status == 402)
        #expect(reply.error["type"] == "card_error")
        #expect(reply.error["code"] == .string(code))
        #expect(reply.error["decline_code"]?.string == declineCode)
        #expect(reply.error["advice_code"]?.string == advice)
        let intent = reply.error["payment_intent"] ?? .null
        #expect(intent["status"] == "requires_payment_method")
        #expect(intent["payment_method"] == .null)
        #expect(intent["last_payment_error"]?["code"] == .string(code))
        #expect(intent["latest_charge"] == reply.error["charge"])
        #expect(reply.error["payment_method"]?["object"] == "payment_method")
        #expect(
            await stripe.eventTypes()
                == ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"])
    }

    @Test func `a declined intent is paid with another card`() async {
        let declined = await stripe.charge(1_000, with: "pm_card_chargeDeclined")
        let id = declined.error["payment_intent"]?["id"]?.string ?? ""
        let paid = await stripe.post(
            "/v1/payment_intents/\(id)/confirm", ["payment_method": "pm_card_visa", "return_url": "https://p.example"])
        #expect(paid["status"] == "succeeded")
        #expect(paid["last_payment_error"] == .null)
        #expect(
            await stripe.get("/v1/charges", ["payment_intent": id]).data.map { $0["status"] } == [
                "succeeded", "failed",
            ])
    }

    @Test func `the states before paying follow what is there`() async {
        let bare = await stripe.post("/v1/payment_intents", ["amount": "500", "currency": "usd"])
        #expect(bare["status"] == "requires_payment_method")
        #expect(
            await stripe.post("/v1/payment_intents/\(bare.id)/confirm").error["code"]
                == "payment_intent_unexpected_state")
        let ready = await stripe.post("/v1/payment_intents/\(bare.id)", ["payment_method": "pm_card_visa"])
        #expect(ready["status"] == "requires_confirmation")
        let canceled = await stripe.post(
            "/v1/payment_intents/\(bare.id)/cancel", ["cancellation_reason": "abandoned"])
        #expect(canceled["status"] == "canceled")
        #expect(canceled["canceled_at"].int != nil)
    }

    @Test func `what is final stays so`() async {
        let paid = await stripe.charge(500).id
        for step in ["confirm", "cancel", "capture"] {
            let reply = await stripe.post("/v1/payment_intents/\(paid)/\(step)")
            #expect(reply.status == 400)
            #expect(reply.error["code"] == "payment_intent_unexpected_state")
        }
        #expect(await stripe.post("/v1/payment_intents/\(paid)", ["amount": "900"]).status == 400)
        #expect(await stripe.get("/v1/payment_intents/\(paid)")["status"] == "succeeded")
    }

    @Test func `off_session without confirm is refused, and on session a way back is asked for`() async {
        let reply = await stripe.post(
            "/v1/payment_intents", ["amount": "500", "currency": "usd", "off_session": "true"])
        #expect(reply.error["param"] == "off_session")
        let onSession = await stripe.post(
            "/v1/payment_intents",
            ["amount": "500", "currency": "usd", "payment_method": "pm_card_visa", "confirm": "true"])
        #expect(onSession.error["param"] == "return_url")
        let never = await stripe.post(
            "/v1/payment_intents",
            [
                "amount": "500", "currency": "usd", "payment_method": "pm_card_visa", "confirm": "true",
                "automatic_payment_methods[enabled]": "true", "automatic_payment_methods[allow_redirects]": "never",
            ])
        #expect(never["status"] == "succeeded")
    }

    @Test func `a card that belongs to one customer pays for no other, and a spent one for nobody`() async {
        let (ada, eve) = (await stripe.customer(), await stripe.customer())
        let method = await stripe.post("/v1/payment_methods/pm_card_visa/attach", ["customer": ada]).id
        #expect(await stripe.charge(500, with: method, customer: ada)["status"] == "succeeded")
        #expect(await stripe.charge(500, with: method, customer: eve).status == 400)
        #expect(await stripe.charge(500, with: method).status == 400)
        let once = await stripe.post("/v1/payment_methods", ["type": "card", "card[token]": "tok_visa"]).id
        #expect(await stripe.charge(500, with: once)["status"] == "succeeded")
        #expect(await stripe.charge(500, with: once).status == 400)
    }

    @Test func `an application fee is for connected accounts and no more than the payment`() async {
        let account = await stripe.enabledAccount()
        #expect(await stripe.charge(500, fee: 10).status == 400)
        #expect(await stripe.charge(500, account: account, fee: 501).status == 400)
        #expect(await stripe.charge(500, account: account, fee: 500)["application_fee_amount"] == 500)
    }

    @Test func `an account that is not enabled charges nobody`() async {
        let account = await stripe.post("/v1/accounts", ["country": "US"]).id
        #expect(await stripe.charge(500, account: account).status == 400)
    }

    @Test func `a manual capture takes a part and leaves the rest`() async {
        let held = await stripe.post(
            "/v1/payment_intents",
            [
                "amount": "1000", "currency": "usd", "payment_method": "pm_card_visa", "confirm": "true",
                "off_session": "true", "capture_method": "manual",
            ])
        #expect(held["status"] == "requires_capture")
        #expect(held["amount_capturable"] == 1_000)
        #expect(await stripe.get("/v1/balance_transactions").data.isEmpty)
        let taken = await stripe.post("/v1/payment_intents/\(held.id)/capture", ["amount_to_capture": "400"])
        #expect(taken["status"] == "succeeded")
        #expect(taken["amount_received"] == 400)
        #expect(await stripe.get("/v1/balance_transactions").data.map { $0["amount"] } == [400])
    }

    @Test func `intents are found by customer`() async {
        let customer = await stripe.customer()
        _ = await stripe.charge(500)
        let mine = await stripe.charge(700, customer: customer).id
        let found = await stripe.get("/v1/payment_intents", ["customer": customer])
        #expect(found.data.map { $0["id"] } == [.string(mine)])
    }

    @Test func `a whole descriptor is not for cards`() async {
        let reply = await stripe.post(
            "/v1/payment_intents",
            ["amount": "500", "currency": "usd", "payment_method": "pm_card_visa", "statement_descriptor": "SHOP"])
        #expect(reply.error["param"] == "statement_descriptor")
    }
}
