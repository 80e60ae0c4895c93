import Testing

@testable import StripeSandbox

@Suite struct IdempotencyTests {
    let stripe = SandboxClient()

    @Test func `the same key and parameters give the first answer again, and nothing happens twice`() async {
        let first = await stripe.charge(1_000, key: "k1")
        let second = await stripe.charge(1_000, key: "k1")
        #expect(second.json == first.json)
        #expect(first.header("Idempotent-Replayed") == nil)
        #expect(second.header("Idempotent-Replayed") == "true")
        #expect(await stripe.get("/v1/payment_intents").data.count == 1)
    }

    @Test func `the order of parameters makes no other request`() async {
        let first = await stripe.post("/v1/customers", ["name": "Ada", "email": "a@example.com"], key: "k")
        let second = await stripe.post("/v1/customers", ["email": "a@example.com", "name": "Ada"], key: "k")
        #expect(second.id == first.id)
    }

    @Test func `other parameters or another endpoint under one key are an error`() async {
        _ = await stripe.post("/v1/customers", ["name": "Ada"], key: "k")
        for reply in [
            await stripe.post("/v1/customers", ["name": "Eve"], key: "k"),
            await stripe.post("/v1/payment_intents", ["amount": "100", "currency": "usd"], key: "k"),
        ] {
            #expect(reply.status == 400)
            #expect(reply.error["type"] == "idempotency_error")
        }
    }

    @Test func `one key on two accounts is two keys`() async {
        let account = await stripe.enabledAccount()
        let mine = await stripe.post("/v1/customers", ["name": "Ada"], key: "k")
        let theirs = await stripe.post("/v1/customers", ["name": "Ada"], account: account, key: "k")
        #expect(mine.id != theirs.id)
    }

    @Test func `while the first runs, the same key is in use; then it replays`() async {
        let first = await stripe.charge(1_000, key: "k", fault: "slow=5000")
        #expect(first.status == 200)
        let early = await stripe.charge(1_000, key: "k")
        #expect(early.status == 409)
        #expect(early.error["code"] == "idempotency_key_in_use")
        stripe.clock.advance(seconds: 6)
        #expect(await stripe.charge(1_000, key: "k").id == first.id)
    }

    @Test(arguments: ["500", "500-after"])
    func `a 500 is kept and replayed`(fault: String) async {
        #expect(await stripe.charge(1_000, key: "k", fault: fault).status == 500)
        let again = await stripe.charge(1_000, key: "k")
        #expect(again.status == 500)
        #expect(again.header("Idempotent-Replayed") == "true")
    }

    @Test func `a 500 before the effect leaves nothing, one after it leaves the payment`() async {
        _ = await stripe.charge(1_000, key: "before", fault: "500")
        #expect(await stripe.get("/v1/payment_intents").data.isEmpty)
        _ = await stripe.charge(1_000, key: "after", fault: "500-after")
        #expect(await stripe.get("/v1/payment_intents").data.map { $0["status"] } == ["succeeded"])
    }

    @Test(arguments: ["429", "503", "timeout-before", "reset-before", "lock-timeout", "409"])
    func `what never reached the endpoint is not kept`(fault: String) async {
        _ = await stripe.charge(1_000, key: "k", fault: fault)
        let again = await stripe.charge(1_000, key: "k")
        #expect(again.status == 200)
        #expect(again.header("Idempotent-Replayed") == nil)
    }

    @Test func `a refused parameter is not kept, a decline is`() async {
        #expect(await stripe.charge(1, key: "small").status == 400)
        #expect(await stripe.charge(1, key: "small").header("Idempotent-Replayed") == nil)
        #expect(await stripe.charge(1_000, with: "pm_card_chargeDeclined", key: "declined").status == 402)
        let again = await stripe.charge(1_000, with: "pm_card_chargeDeclined", key: "declined")
        #expect(again.status == 402)
        #expect(again.header("Idempotent-Replayed") == "true")
    }

    @Test func `after a timeout with effect the key gives the payment that was made`() async {
        #expect(await stripe.charge(1_000, key: "k", fault: "timeout-after").outcome == .silence)
        #expect(await stripe.charge(1_000, key: "k")["status"] == "succeeded")
        #expect(await stripe.get("/v1/payment_intents").data.count == 1)
    }

    @Test func `a key protects for twenty-four hours and no longer`() async {
        let first = await stripe.charge(1_000, key: "k")
        stripe.clock.advance(seconds: 24 * 3_600 - 60)
        #expect(await stripe.charge(1_000, key: "k").id == first.id)
        stripe.clock.advance(seconds: 120)
        #expect(await stripe.charge(1_000, key: "k").id != first.id)
    }

    @Test func `reading and deleting take no key`() async {
        let customer = await stripe.customer()
        let first = await stripe.send("GET", "/v1/customers/\(customer)", key: "k")
        let second = await stripe.send("GET", "/v1/customers", key: "k")
        #expect(first.status == 200 && second.status == 200)
    }

    @Test func `a key of more than 255 characters is refused`() async {
        let reply = await stripe.post("/v1/customers", key: String(repeating: "k", count: 256))
        #expect(reply.status == 400)
    }
}
