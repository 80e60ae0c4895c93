import Foundation
import Testing

@testable import StripeSandbox

@Suite struct DeliveryTests {
    let stripe = SandboxClient { settings in
        settings.webhooks = [
            .init(url: "http://app.test/hooks", secret: "whsec_platform", isConnect: false),
            .init(url: "http://app.test/hooks/connect", secret: "whsec_connect", isConnect: true),
        ]
    }

    /// Takes whatever is due and answers it.
    private func deliver(_ stripe: SandboxClient, status: Int? = 200) async -> [WebhookDelivery] {
        var taken: [WebhookDelivery] = []
        while let delivery = await stripe.sandbox.nextDelivery() {
            taken.append(delivery)
            await stripe.sandbox.delivered(delivery.id, status: status)
        }
        return taken
    }

    private func read(_ delivery: WebhookDelivery) -> Reply {
        Reply(outcome: .answer(SandboxAnswer(status: 200, headers: [], body: delivery.body)))
    }

    @Test func `the platform's events go to the one endpoint, those of accounts to the other`() async {
        let account = await stripe.post("/v1/accounts", ["country": "US"]).id
        _ = await stripe.post("/_sandbox/accounts/\(account)/onboard")
        _ = await stripe.customer()
        let taken = await deliver(stripe)
        #expect(taken.map(\.url) == ["http://app.test/hooks/connect", "http://app.test/hooks"])
        #expect(read(taken[0])["type"] == "account.updated")
        #expect(read(taken[0])["account"] == .string(account))
        #expect(read(taken[1])["account"] == .null)
    }

    @Test func `a delivery carries the signed event as the list shows it`() async throws {
        _ = await stripe.customer()
        let taken = try #require(await deliver(stripe).first)
        let listed = await stripe.get("/v1/events").data[0]
        #expect(read(taken)["data"] == listed["data"])
        #expect(read(taken)["pending_webhooks"] == 1)
        #expect(listed["pending_webhooks"] == 0)
        let signature = try #require(taken.headers.first { $0.name == "Stripe-Signature" }).value
        #expect(signature.hasPrefix("t=1790000000,v1="))
        #expect(taken.headers.contains { $0.name == "User-Agent" && $0.value.hasPrefix("Stripe/1.0") })
    }

    @Test(arguments: [nil, 301, 400, 404, 500, 503])
    func `what is no success is tried again with a new time, later each time, and ends`(status: Int?) async {
        _ = await stripe.customer()
        var times: [Int64] = []
        var signatures: Set<String> = []
        while let due = await stripe.sandbox.nextDue() {
            stripe.clock.advance(milliseconds: max(0, due - stripe.clock.now))
            for delivery in await deliver(stripe, status: status) {
                times.append(stripe.clock.now)
                signatures.insert(delivery.headers.last?.value ?? "")
            }
        }
        let pauses = zip(times.dropFirst(), times).map { $0 - $1 }
        #expect(times.count == 10)
        #expect(pauses == pauses.sorted())
        #expect(signatures.count == 10)
        #expect((times.last ?? 0) - times[0] <= 3 * 86_400_000)
        #expect(await stripe.get("/_sandbox/deliveries").data[0]["state"] == "exhausted")
        #expect(await stripe.get("/v1/events", ["delivery_success": "false"]).data.count == 1)
    }

    @Test func `a success ends the tries`() async {
        _ = await stripe.customer()
        _ = await deliver(stripe, status: 500)
        stripe.clock.advance(seconds: 301)
        #expect(await deliver(stripe, status: 204).count == 1)
        #expect(await stripe.sandbox.nextDue() == nil)
        #expect(await stripe.get("/v1/events", ["delivery_success": "true"]).data.count == 1)
    }

    @Test func `tries come faster where that is set`() async {
        let stripe = SandboxClient { settings in
            settings.webhooks = [.init(url: "http://app.test", secret: "s", isConnect: false)]
            settings.retrySpeed = 300
        }
        _ = await stripe.customer()
        _ = await deliver(stripe, status: 500)
        stripe.clock.advance(seconds: 1)
        #expect(await deliver(stripe).count == 1)
    }

    @Test func `an event can be told never, twice, late or overtaken, and is listed all the same`() async {
        for fault in ["drop", "duplicate", "delay", "reorder"] {
            _ = await stripe.post(
                "/_sandbox/event_faults", ["type": "customer.created", "fault": fault, "delay_seconds": "60"])
            let customer = await stripe.customer()
            let early = await deliver(stripe)
            stripe.clock.advance(seconds: 61)
            let late = await deliver(stripe)
            let expected = ["drop": [0, 0], "duplicate": [2, 0], "delay": [0, 1], "reorder": [0, 1]][fault]
            #expect([early.count, late.count] == expected, "\(fault)")
            #expect(Set((early + late).map(\.event)).count <= 1)
            let listed = await stripe.get("/v1/events", ["limit": "1"]).data[0]
            #expect(listed["data"]?["object"]?["id"] == .string(customer))
        }
    }

    @Test func `an event can fail to come about: not delivered, not listed, and the object is there`() async {
        _ = await stripe.post("/_sandbox/event_faults", ["type": "payment_intent.succeeded", "fault": "never"])
        let intent = await stripe.charge(500).id
        #expect(await stripe.get("/v1/payment_intents/\(intent)")["status"] == "succeeded")
        #expect(await stripe.eventTypes() == ["payment_intent.created", "charge.succeeded"])
        #expect(await deliver(stripe).count == 2)
        _ = await stripe.charge(500)
        #expect(await stripe.eventTypes().last == "payment_intent.succeeded")
    }

    @Test func `paused deliveries wait, and go when resumed; a resend goes again`() async {
        _ = await stripe.post("/_sandbox/deliveries/pause")
        _ = await stripe.customer()
        #expect(await deliver(stripe).isEmpty)
        #expect(await stripe.sandbox.nextDue() == nil)
        _ = await stripe.post("/_sandbox/deliveries/resume")
        let sent = await deliver(stripe)
        #expect(sent.count == 1)
        _ = await stripe.post("/_sandbox/events/\(sent[0].event)/resend")
        #expect(await deliver(stripe).map(\.event) == [sent[0].event])
    }

    @Test func `an endpoint hears only of what it asked for, while it is enabled and there`() async {
        let stripe = SandboxClient()
        let endpoint = await stripe.post(
            "/v1/webhook_endpoints",
            ["url": "http://app.test", "enabled_events[]": "customer.created", "enabled_events[1]": "charge.succeeded"])
        #expect(endpoint["secret"].string?.hasPrefix("whsec_") == true)
        #expect(await stripe.get("/v1/webhook_endpoints/\(endpoint.id)")["secret"] == .null)
        _ = await stripe.charge(500)
        #expect(await deliver(stripe).count == 1)
        _ = await stripe.post("/v1/webhook_endpoints/\(endpoint.id)", ["disabled": "true"])
        _ = await stripe.customer()
        #expect(await deliver(stripe).isEmpty)
        _ = await stripe.post("/v1/webhook_endpoints/\(endpoint.id)", ["disabled": "false"])
        _ = await stripe.customer()
        _ = await stripe.delete("/v1/webhook_endpoints/\(endpoint.id)")
        #expect(await deliver(stripe).isEmpty)
        #expect(
            await stripe.post("/v1/webhook_endpoints", ["url": "http://x", "enabled_events[]": "no.such"]).status == 400
        )
    }

    @Test func `while a secret rolls, both sign`() async throws {
        let stripe = SandboxClient()
        let endpoint = await stripe.post("/v1/webhook_endpoints", ["url": "http://app.test", "enabled_events[]": "*"])
        let path = "/_sandbox/webhook_endpoints/\(endpoint.id)/roll_secret"
        let secret = await stripe.post(path, ["overlap_seconds": "60"])["secret"].string ?? ""
        #expect(secret != endpoint["secret"].string)
        for (wait, schemes) in [(Int64(0), 2), (61, 1)] {
            stripe.clock.advance(seconds: wait)
            _ = await stripe.customer()
            let delivery = try #require(await deliver(stripe).first)
            let header = try #require(delivery.headers.last).value
            #expect(header.split(separator: ",").count == 1 + schemes)
        }
    }
}
