import Storage
import Synchronization
import Testing
import Worker

@testable import Server

/// The doors for Stripe: what is signed is stored and acknowledged, and nothing else leaves a trace.
struct StripeWebhookRouteTests {
    private func event(_ id: String) -> [UInt8] {
        Array(
            """
            {"id": "\(id)", "object": "event", "api_version": "2026-10-28.endive", "type": "customer.created",
             "created": 1793609000, "livemode": false, "data": {"object": {"id": "cus_1", "object": "customer"}}}
            """.utf8)
    }

    @Test func `a signed event is stored as it came, and acknowledged, also when it comes again`() async throws {
        try await ServedHouse.open { house in
            let body = event("evt_1")
            for _ in 0..<2 {
                let reply = try await house.call(
                    "POST", "/stripe/webhooks", body, key: nil, headers: ["Stripe-Signature": house.signature(body)])
                #expect(reply.status == 200)
                #expect(reply.json["received"] as? Bool == true)
            }
            let stored = try await house.worker.context.database.read { tx in try tx.inbox.find("evt_1") }
            #expect(stored?.body == body)
            #expect(stored?.endpoint == "platform")
            let metrics = try await house.get("/metrics", key: nil).text
            #expect(metrics.contains(#"bursar_webhooks_received_total{endpoint="platform",outcome="stored"} 1"#))
            #expect(metrics.contains(#"bursar_webhooks_received_total{endpoint="platform",outcome="duplicate"} 1"#))
        }
    }

    @Test func `each door has its own secret`() async throws {
        try await ServedHouse.open { house in
            let body = event("evt_2")
            let platform = house.signature(body)
            let connect = house.signature(body, secret: ServedHouse.connectSecret)
            for (path, signature, status) in [
                ("/stripe/webhooks", connect, 400), ("/stripe/webhooks/connect", platform, 400),
                ("/stripe/webhooks/connect", connect, 200),
            ] {
                let reply = try await house.call(
                    "POST", path, body, key: nil, headers: ["Stripe-Signature": signature])
                #expect(reply.status == status)
            }
        }
    }

    @Test func `what is not signed is refused, and nothing of it is stored`() async throws {
        try await ServedHouse.open { house in
            let body = event("evt_3")
            let right = house.signature(body)
            let wrong = [
                "", "t=1", "v1=00", "t=x,v1=00", "t=1793610000,v1=00", right.replacing("v1", with: "v0"), right + "0",
                house.signature(body + [0x20]), house.signature(body, secret: ""), "t=1," + right.dropFirst(13),
            ]
            for signature in wrong {
                let reply = try await house.call(
                    "POST", "/stripe/webhooks", body, key: nil, headers: ["Stripe-Signature": signature])
                #expect(reply.status == 400, "\(signature)")
                #expect(reply.code?.hasPrefix("signature_") == true, "\(reply.text)")
            }
            #expect(try await house.call("POST", "/stripe/webhooks", body, key: nil).status == 400)
            #expect(try await house.rows("inbox") == 0)
            let metrics = try await house.get("/metrics", key: nil).text
            #expect(metrics.contains(#"outcome="refused"} 11"#))
            #expect(metrics.contains(#"bursar_webhook_signatures_refused_total{endpoint="platform"} 11"#))
        }
    }

    @Test func `a door takes no key, no idempotency key and any content type`() async throws {
        try await ServedHouse.open { house in
            let body = event("evt_4")
            let reply = try await house.call(
                "POST", "/stripe/webhooks", body, key: "nonsense", once: "k",
                headers: ["Stripe-Signature": house.signature(body), "Content-Type": "text/plain"])
            #expect(reply.status == 200)
            #expect(try await house.rows("idempotency_keys") == 0)
        }
    }

    @Test func `a parked event is listed, shown and replayed`() async throws {
        try await ServedHouse.open { house in
            let body = Array("not json".utf8)
            let reply = try await house.call(
                "POST", "/stripe/webhooks", body, key: nil, headers: ["Stripe-Signature": house.signature(body)])
            #expect(reply.status == 200)
            let parked = try await house.get("/v1/webhook_events?state=parked")
            #expect(parked.data.count == 1)
            let id = try #require(parked.data.first?["id"] as? String)
            #expect(parked.data.first?["reason"] as? String == "undecodable_event")
            #expect(try await house.get("/v1/webhook_events/\(id)").string("body") == "not json")
            #expect(try await house.post("/v1/webhook_events/\(id)/replay").string("state") == "received")
            #expect(
                try await house.post("/v1/webhook_events/replay", #"{"type": "unreadable"}"#).integer("replayed") == 1)
            #expect(try await house.post("/v1/webhook_events/replay").status == 400)
        }
    }

    @Test(arguments: [Int64.max, Int64.min])
    func `an event of an absurd time is listed like any other`(created: Int64) async throws {
        try await ServedHouse.open { house in
            let text = String(decoding: event("evt_6"), as: UTF8.self).replacing("1793609000", with: "\(created)")
            let body = Array(text.utf8)
            let reply = try await house.call(
                "POST", "/stripe/webhooks", body, key: nil, headers: ["Stripe-Signature": house.signature(body)])
            #expect(reply.status == 200)
            #expect(try await house.get("/v1/webhook_events").data.count == 1)
        }
    }

    @Test func `when the database cannot take it, nobody is told that it was taken`() async throws {
        let disk = FullDisk()
        let engine = FaultyEngine(try DatabaseLocation.memory.engine()) { call, _ in
            call == .commit && disk.isFull ? .fails(StorageError(.full)) : nil
        }
        try await ServedHouse.open(database: try Database.open(engine)) { house in
            let body = event("evt_5")
            let headers = ["Stripe-Signature": house.signature(body)]
            disk.isFull = true
            let refused = try await house.call("POST", "/stripe/webhooks", body, key: nil, headers: headers)
            #expect(refused.status == 503)
            #expect(refused.headers["retry-after"] == "1")
            #expect(try await house.get("/readyz", key: nil).status == 503)
            #expect(try await house.get("/healthz", key: nil).status == 200)
            let call = try await house.post(
                "/v1/accounts", #"{"name": "N", "currency": "usd", "stripe": "none"}"#, once: "k")
            #expect(call.status == 503)
            disk.isFull = false
            #expect(try await house.rows("inbox") == 0)
            #expect(try await house.call("POST", "/stripe/webhooks", body, key: nil, headers: headers).status == 200)
            let again = try await house.post(
                "/v1/accounts", #"{"name": "N", "currency": "usd", "stripe": "none"}"#, once: "k")
            #expect(again.status == 201)
            #expect(again.headers["idempotent-replayed"] == nil)
        }
    }
}

/// A disk that is full when the test says so.
private final class FullDisk: Sendable {
    private let state = Mutex(false)

    var isFull: Bool {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
