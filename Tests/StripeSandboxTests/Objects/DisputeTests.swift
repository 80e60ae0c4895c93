import Testing

@testable import StripeSandbox

@Suite struct DisputeTests {
    let stripe = SandboxClient()

    private func balance() async -> Int64 {
        await stripe.get("/v1/balance_transactions").data.reduce(0) { $0 + ($1["net"]?.int ?? 0) }
    }

    @Test func `a dispute takes the money and a fee; winning gives the money back`() async {
        let charge = await stripe.charge(10_000)["latest_charge"].string ?? ""
        let before = await balance()
        let dispute = await stripe.post("/_sandbox/charges/\(charge)/dispute", ["reason": "product_not_received"])
        #expect(dispute["status"] == "needs_response")
        #expect(await balance() == before - 10_000 - 1_500)
        let won = await stripe.post(
            "/v1/disputes/\(dispute.id)", ["evidence[uncategorized_text]": "winning_evidence", "submit": "true"])
        #expect(won["status"] == "won")
        #expect(won["balance_transactions"].array?.count == 2)
        #expect(await balance() == before - 1_500)
        #expect(
            await stripe.eventTypes().filter { $0.hasPrefix("charge.dispute") } == [
                "charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.dispute.updated",
                "charge.dispute.funds_reinstated", "charge.dispute.closed",
            ])
    }

    @Test func `what was given back already is disputed as a whole, never for nothing`() async {
        let intent = await stripe.charge(1_000)
        _ = await stripe.post("/v1/refunds", ["payment_intent": intent.id])
        let charge = intent["latest_charge"].string ?? ""
        #expect(await stripe.post("/_sandbox/charges/\(charge)/dispute")["amount"] == 1_000)
    }

    @Test func `a lost dispute keeps the money`() async {
        let charge = await stripe.charge(10_000)["latest_charge"].string ?? ""
        let dispute = await stripe.post("/_sandbox/charges/\(charge)/dispute").id
        let before = await balance()
        #expect(await stripe.post("/_sandbox/disputes/\(dispute)", ["action": "lose"])["status"] == "lost")
        #expect(await balance() == before)
        #expect(await stripe.post("/v1/disputes/\(dispute)/close").status == 400)
    }

    @Test func `an inquiry moves no money`() async {
        _ = await stripe.charge(10_000, with: "pm_card_createDisputeInquiry")
        let before = await balance()
        stripe.clock.advance(seconds: 4)
        let dispute = await stripe.get("/v1/disputes").data[0]
        #expect(dispute["status"] == "warning_needs_response")
        #expect(await balance() == before)
        #expect(await stripe.get("/v1/charges").data[0]["disputed"] == false)
    }

    @Test func `the disputing test card is disputed by itself`() async {
        _ = await stripe.charge(10_000, with: "pm_card_createDispute")
        stripe.clock.advance(seconds: 4)
        #expect(await stripe.get("/v1/disputes").data.map { $0["reason"] } == ["fraudulent"])
        #expect(await stripe.get("/v1/charges").data[0]["disputed"] == true)
    }

    @Test func `a rate that has moved changes what is settled from then on, and nothing before`() async {
        let charge = await stripe.charge(10_000, "eur")
        let before = await stripe.get("/v1/balance_transactions").data.first
        #expect(before?["exchange_rate"] == .decimal("1.086957"))
        #expect(await stripe.post("/_sandbox/rates", ["currency": "EUR", "per_mille": "1250"])["per_mille"] == 1_250)
        let path = "/_sandbox/charges/\(charge["latest_charge"].string ?? "")/dispute"
        #expect(await stripe.post(path)["balance_transactions"].array?.first?["amount"] == -8_696)
        #expect(await stripe.get("/v1/balance_transactions").data.last?["amount"] == before?["amount"])
        _ = await stripe.post("/_sandbox/rates", ["currency": "eur", "per_mille": "1000"])
        #expect(await stripe.post(path)["balance_transactions"].array?.first?["amount"] == -10_870)
        for wrong in ["0", "100001"] {
            let answer = await stripe.post("/_sandbox/rates", ["currency": "eur", "per_mille": wrong])
            #expect(answer["error"]["param"] == "per_mille")
        }
    }
}
