import Testing

@testable import StripeSandbox

@Suite struct EventTests {
    let stripe = SandboxClient()

    @Test func `an event keeps the object as it was, says what changed and who caused it`() async {
        let customer = await stripe.post("/v1/customers", ["name": "Ada"], key: "make")
        _ = await stripe.post("/v1/customers/\(customer.id)", ["name": "Eve"])
        let events = await stripe.get("/v1/events").data
        #expect(events[1]["data"]?["object"]?["name"] == "Ada")
        #expect(events[1]["request"]?["idempotency_key"] == "make")
        #expect(events[1]["request"]?["id"]?.string == customer.header("Request-Id"))
        #expect(events[0]["data"]?["previous_attributes"] == ["name": "Ada"])
        #expect(events[0]["api_version"] == "2026-10-28.endive")
    }

    @Test func `an update that changes nothing tells nothing`() async {
        let customer = await stripe.customer()
        _ = await stripe.post("/v1/customers/\(customer)", ["email": "ada@example.com"])
        #expect(await stripe.eventTypes() == ["customer.created"])
    }

    @Test func `what happens by itself has no request`() async {
        _ = await stripe.charge(500, with: "pm_usBankAccount_success")
        stripe.clock.advance(seconds: 4)
        let last = await stripe.get("/v1/events", ["limit": "1"]).data[0]
        #expect(last["type"] == "payment_intent.succeeded")
        #expect(last["request"]?["id"] == .null)
    }

    @Test func `events are found by type, by pattern, by several types and by time`() async {
        _ = await stripe.charge(500)
        stripe.clock.advance(seconds: 10)
        _ = await stripe.customer()
        func count(_ parameters: SandboxClient.Parameters) async -> Int {
            await stripe.get("/v1/events", parameters).data.count
        }
        #expect(await count(["type": "charge.succeeded"]) == 1)
        #expect(await count(["type": "payment_intent.*"]) == 2)
        #expect(await count(["types[]": "charge.succeeded", "types[1]": "customer.created"]) == 2)
        #expect(await count(["created[gt]": "1790000000"]) == 1)
        #expect(await stripe.get("/v1/events", ["type": "a", "types[]": "b"]).status == 400)
    }

    @Test func `events are listed for thirty days`() async {
        _ = await stripe.customer()
        let id = await stripe.get("/v1/events").data[0]["id"]?.string ?? ""
        stripe.clock.advance(seconds: 30 * 86_400 - 1)
        #expect(await stripe.get("/v1/events/\(id)").status == 200)
        stripe.clock.advance(seconds: 1)
        #expect(await stripe.get("/v1/events/\(id)").status == 404)
        #expect(await stripe.get("/v1/events").data.isEmpty)
    }

    @Test func `each account has a list of its own`() async {
        let account = await stripe.enabledAccount()
        _ = await stripe.charge(500, account: account)
        #expect(await stripe.eventTypes().isEmpty)
        let events = await stripe.get("/v1/events", account: account).data
        #expect(events.allSatisfy { $0["account"] == .string(account) })
        #expect(await stripe.get("/v1/events/\(events[0]["id"]?.string ?? "")").status == 404)
    }
}
