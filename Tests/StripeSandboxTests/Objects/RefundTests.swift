import Testing

@testable import StripeSandbox

@Suite struct RefundTests {
    let stripe = SandboxClient()

    @Test func `parts are given back until all is, and no more`() async {
        let intent = await stripe.charge(1_000).id
        let part = await stripe.post("/v1/refunds", ["payment_intent": intent, "amount": "300"])
        #expect(part["status"] == "succeeded")
        var charge = await stripe.get("/v1/charges", ["payment_intent": intent]).data[0]
        #expect(charge["amount_refunded"] == 300)
        #expect(charge["refunded"] == false)
        #expect(await stripe.post("/v1/refunds", ["payment_intent": intent, "amount": "701"]).status == 400)
        let rest = await stripe.post("/v1/refunds", ["charge": charge["id"]?.string ?? ""])
        #expect(rest["amount"] == 700)
        charge = await stripe.get("/v1/charges", ["payment_intent": intent]).data[0]
        #expect(charge["refunded"] == true)
        #expect(charge["refunds"]?["data"]?.array?.count == 2)
        let again = await stripe.post("/v1/refunds", ["payment_intent": intent])
        #expect(again.error["code"] == "charge_already_refunded")
        #expect(
            await stripe.eventTypes().suffix(4) == [
                "refund.created", "charge.refunded", "refund.created", "charge.refunded",
            ])
    }

    @Test func `a refund may be pending first`() async {
        let intent = await stripe.charge(1_000, with: "pm_card_pendingRefund").id
        let refund = await stripe.post("/v1/refunds", ["payment_intent": intent])
        #expect(refund["status"] == "pending")
        stripe.clock.advance(seconds: 4)
        #expect(await stripe.get("/v1/refunds/\(refund.id)")["status"] == "succeeded")
        #expect(await stripe.eventTypes().last == "refund.updated")
    }

    @Test func `a refund that waits for the customer goes on when they have spoken, and not by itself`() async {
        let intent = await stripe.charge(1_000, with: "pm_card_pendingRefund").id
        let refund = await stripe.post("/v1/refunds", ["payment_intent": intent]).id
        let waiting = await stripe.post("/_sandbox/refunds/\(refund)/settle", ["outcome": "requires_action"])
        #expect(waiting["status"] == "requires_action")
        stripe.clock.advance(seconds: 4)
        #expect(await stripe.get("/v1/refunds/\(refund)")["status"] == "requires_action")
        _ = await stripe.post("/_sandbox/refunds/\(refund)/settle", ["outcome": "succeeded"])
        #expect(await stripe.get("/v1/refunds/\(refund)")["status"] == "succeeded")
    }

    @Test func `a refund may fail later, and the money comes back`() async {
        let intent = await stripe.charge(1_000, with: "pm_card_refundFail").id
        let refund = await stripe.post("/v1/refunds", ["payment_intent": intent])
        #expect(refund["status"] == "succeeded")
        stripe.clock.advance(seconds: 4)
        let failed = await stripe.get("/v1/refunds/\(refund.id)", ["expand[]": "failure_balance_transaction"])
        #expect(failed["status"] == "failed")
        #expect(failed["failure_balance_transaction"]["amount"] == 1_000)
        #expect(await stripe.get("/v1/charges").data[0]["amount_refunded"] == 0)
        #expect(await stripe.eventTypes().contains("refund.failed"))
        #expect(await stripe.get("/v1/balance_transactions").data.reduce(0) { $0 + ($1["amount"]?.int ?? 0) } == 1_000)
    }

    @Test func `the platform's fee goes back only where that is asked, in proportion, and adds up`() async {
        let account = await stripe.enabledAccount()
        let intent = await stripe.charge(1_000, account: account, fee: 99).id
        func refund(_ amount: String, _ withFee: String) async {
            _ = await stripe.post(
                "/v1/refunds", ["payment_intent": intent, "amount": amount, "refund_application_fee": withFee],
                account: account)
        }
        func given() async -> JSON? { await stripe.get("/v1/application_fees").data[0]["amount_refunded"] }
        await refund("100", "false")
        #expect(await given() == 0)
        await refund("333", "true")
        #expect(await given() == .int(99 * 433 / 1_000))
        await refund("567", "true")
        #expect(await given() == 99)
        #expect(await stripe.get("/v1/application_fees").data[0]["refunded"] == true)
    }

    @Test func `what was not paid or is disputed is not refunded`() async {
        let unpaid = await stripe.post("/v1/payment_intents", ["amount": "500", "currency": "usd"]).id
        #expect(await stripe.post("/v1/refunds", ["payment_intent": unpaid]).status == 400)
        let paid = await stripe.charge(1_000)
        _ = await stripe.post("/_sandbox/charges/\(paid["latest_charge"].string ?? "")/dispute")
        #expect(await stripe.post("/v1/refunds", ["payment_intent": paid.id]).error["code"] == "charge_disputed")
        #expect(await stripe.post("/v1/refunds", ["charge": "ch_none"]).error["code"] == "resource_missing")
        #expect(await stripe.post("/v1/refunds").status == 400)
    }

    @Test func `a control call fails or cancels a refund`() async {
        for (outcome, status) in [("failed", "failed"), ("canceled", "canceled")] {
            let intent = await stripe.charge(1_000).id
            let refund = await stripe.post("/v1/refunds", ["payment_intent": intent]).id
            let ended = await stripe.post("/_sandbox/refunds/\(refund)/settle", ["outcome": outcome])
            #expect(ended["status"] == .string(status))
        }
    }
}
