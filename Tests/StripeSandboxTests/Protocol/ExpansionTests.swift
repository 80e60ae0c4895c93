import Testing

@testable import StripeSandbox

@Suite struct ExpansionTests {
    let stripe = SandboxClient()

    @Test func `a payment is shown with its charge and the charge's balance transaction`() async {
        let intent = await stripe.charge(1_000).id
        let reply = await stripe.get(
            "/v1/payment_intents/\(intent)",
            ["expand[]": "latest_charge.balance_transaction", "expand[1]": "payment_method"])
        #expect(reply["latest_charge"]["object"] == "charge")
        #expect(reply["latest_charge"]["balance_transaction"]?["net"] == 941)
        #expect(reply["payment_method"]["object"] == "payment_method")
    }

    @Test func `what a call makes is expanded in its own answer`() async {
        let reply = await stripe.post(
            "/v1/payment_intents",
            [
                "amount": "1000", "currency": "usd", "payment_method": "pm_card_visa", "confirm": "true",
                "off_session": "true", "expand[]": "latest_charge",
            ])
        #expect(reply["latest_charge"]["status"] == "succeeded")
    }

    @Test func `the elements of a list are expanded through data`() async {
        _ = await stripe.charge(1_000)
        let list = await stripe.get("/v1/charges", ["expand[]": "data.balance_transaction"])
        #expect(list.data[0]["balance_transaction"]?["object"] == "balance_transaction")
    }

    @Test func `line items of a session are there only when asked for`() async {
        let session = await stripe.session().id
        #expect(await stripe.get("/v1/checkout/sessions/\(session)")["line_items"].isNull)
        let asked = await stripe.get("/v1/checkout/sessions/\(session)", ["expand[]": "line_items"])
        #expect(asked["line_items"]["data"]?[0]?["amount_total"] == 2_000)
    }

    @Test func `null stays null, and what has no object cannot be expanded`() async {
        let intent = await stripe.post("/v1/payment_intents", ["amount": "100", "currency": "usd"]).id
        #expect(await stripe.get("/v1/payment_intents/\(intent)", ["expand[]": "latest_charge"]).status == 200)
        #expect(await stripe.get("/v1/payment_intents/\(intent)", ["expand[]": "amount"]).status == 400)
        #expect(await stripe.get("/v1/payment_intents/\(intent)", ["expand[]": "a.b.c.d.e"]).status == 400)
    }
}
