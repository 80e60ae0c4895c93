import Testing

@testable import StripeSandbox

@Suite struct BalanceTests {
    let stripe = SandboxClient()

    private func sum(_ reply: Reply, _ part: String) -> Int64 {
        reply[part].array?.reduce(0) { $0 + ($1["amount"]?.int ?? 0) } ?? 0
    }

    @Test func `Stripe keeps 2.9 % and 30 cents, of yen 3.6 %`() async {
        let japan = await stripe.enabledAccount(country: "JP")
        _ = await stripe.charge(1_000)
        _ = await stripe.charge(1_000, "jpy", account: japan)
        #expect(await stripe.get("/v1/balance_transactions").data[0]["fee"] == 59)
        #expect(await stripe.get("/v1/balance_transactions", account: japan).data[0]["fee"] == 36)
    }

    @Test func `the merchant's part, the platform's and Stripe's are the payment`() async {
        let account = await stripe.enabledAccount()
        let intent = await stripe.charge(1_000, account: account, fee: 100)
        let booked = await stripe.get("/v1/balance_transactions", account: account).data[0]
        #expect(booked["net"] == .int(1_000 - 100 - 59))
        #expect(booked["fee_details"]?.array?.map { $0["type"] } == ["application_fee", "stripe_fee"])
        #expect(booked["fee_details"]?[0]?["application"] == "ca_sandbox")
        let fee = await stripe.get("/v1/application_fees", ["expand[]": "data.balance_transaction"]).data[0]
        #expect(fee["amount"] == 100)
        #expect(fee["account"] == .string(account))
        #expect(fee["charge"] == intent["latest_charge"])
        #expect(fee["balance_transaction"]?["type"] == "application_fee")
        #expect(fee["balance_transaction"]?["net"] == 100)
    }

    @Test func `money is pending for two days, then available, then paid out`() async {
        let account = await stripe.enabledAccount()
        _ = await stripe.charge(10_000, account: account)
        var balance = await stripe.get("/v1/balance", account: account)
        #expect(sum(balance, "pending") == 9_680)
        #expect(sum(balance, "available") == 0)
        #expect(await stripe.post("/_sandbox/accounts/\(account)/payout").status == 400)
        stripe.clock.advance(seconds: 2 * 86_400)
        balance = await stripe.get("/v1/balance", account: account)
        #expect(sum(balance, "available") == 9_680)
        let payout = await stripe.post("/_sandbox/accounts/\(account)/payout")
        #expect(payout["amount"] == 9_680)
        #expect(sum(await stripe.get("/v1/balance", account: account), "available") == 0)
        let carried = await stripe.get("/v1/balance_transactions", ["payout": payout.id], account: account)
        #expect(carried.data.map { $0["type"] } == ["payout", "charge"])
        #expect(await stripe.post("/_sandbox/payouts/\(payout.id)/fail")["status"] == "failed")
        #expect(sum(await stripe.get("/v1/balance", account: account), "available") == 9_680)
    }

    @Test func `the bypassing test card is available at once`() async {
        _ = await stripe.charge(10_000, with: "pm_card_bypassPending")
        #expect(sum(await stripe.get("/v1/balance"), "available") == 9_680)
    }

    @Test func `transactions are found by type, source and time`() async {
        let intent = await stripe.charge(1_000)
        stripe.clock.advance(seconds: 60)
        _ = await stripe.post("/v1/refunds", ["payment_intent": intent.id])
        #expect(await stripe.get("/v1/balance_transactions", ["type": "refund"]).data.map { $0["amount"] } == [-1_000])
        let source = intent["latest_charge"].string ?? ""
        #expect(await stripe.get("/v1/balance_transactions", ["source": source]).data.count == 1)
        let created = intent["created"].int ?? 0
        #expect(await stripe.get("/v1/balance_transactions", ["created[gt]": String(created)]).data.count == 1)
    }
}
