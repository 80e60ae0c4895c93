import Foundation
import Testing

@testable import Server

/// Usage as CloudEvents 1.0, in the three forms of its HTTP binding.
struct CloudEventTests {
    private static let structured = ["Content-Type": "application/cloudevents+json; charset=utf-8"]
    private static let batched = ["Content-Type": "application/cloudevents-batch+json"]

    private static func event(_ more: String = "", id: String = "e1", data: String = #"{"cost_micros": 5}"#) -> String {
        #"{"specversion": "1.0", "type": "bursar.usage", "source": "/gateway", "id": "\#(id)", "subject": "ada""#
            + "\(more), \"data\": \(data)}"
    }

    @Test func `the three forms and the plain one report the same event`() async throws {
        try await ServedHouse.open { house in
            let key = try await house.addMerchant().key
            let time = "2026-11-02T09:00:00Z"
            let data = #"{"cost_micros": 5, "model": "m", "metadata": {"k": "v"}}"#
            let event = Self.event(#", "time": "\#(time)""#, data: data)
            let plain =
                #"{"id": "e1", "source": "/gateway", "customer": "ada", "time": "\#(time)", "#
                + data.dropFirst()
            let binary = [
                "ce-specversion": "1.0", "ce-type": "t", "ce-source": "/gateway", "ce-id": "e1", "ce-subject": "ada",
                "ce-time": time,
            ]
            var statuses: [String] = []
            var stored: Set<String> = []
            for (body, headers) in [
                (event, Self.structured), ("[\(event)]", Self.batched), (data, binary), (plain, [:]),
            ] {
                let reply = try await house.call("POST", "/v1/usage", body, key: key, headers: headers)
                #expect(reply.status == 200, "\(reply.text)")
                statuses += reply.data.compactMap { $0["status"] as? String }
                stored.formUnion(reply.data.compactMap { $0["usage_event"] as? String })
            }
            #expect(statuses == ["accepted", "duplicate", "duplicate", "duplicate"])
            #expect(stored.count == 1)
            let listed = try await house.get("/v1/usage?customer=ada", key: key).data
            #expect(listed.first?["time"] as? String == time)
            #expect(listed.first?["metadata"] as? [String: String] == ["k": "v"])
        }
    }

    @Test func `headers are percent-decoded, and taken out of their quotes`() async throws {
        try await ServedHouse.open { house in
            let key = try await house.addMerchant().key
            for (place, subject) in ["J%C3%BCrgen%20%F0%9F%92%A5", #""J%C3%BCrgen \%F0%9F%92%A5""#].enumerated() {
                let headers = [
                    "CE-SpecVersion": "1.0", "ce-type": "t", "ce-source": "s", "ce-id": "e\(place)",
                    "ce-subject": subject, "ce-traceparent": "00-x", "Content-Type": "application/vnd.acme+json",
                ]
                let reply = try await house.call(
                    "POST", "/v1/usage", #"{"cost_micros": 1}"#, key: key, headers: headers)
                #expect(reply.integer("accepted") == 1, "\(reply.text)")
            }
            #expect(try await house.get("/v1/usage?customer=J%C3%BCrgen%20%F0%9F%92%A5", key: key).data.count == 2)
        }
    }

    /// What is put into the event, and the code and field of the refusal.
    @Test(arguments: [
        (event(#", "specversion": "1.0""#), "repeated_field", "specversion"),
        (event(#", "data_base64": "e30=""#), "binary_data", "data_base64"),
        (event(#", "datacontenttype": "text/xml""#), "unsupported_data_type", "datacontenttype"),
        (event(#", "Time": "x""#), "unknown_field", "Time"),
        (event(#", "trace_id": "x""#), "unknown_field", "trace_id"),
        (event(#", "time": "yesterday""#), "invalid_field", "time"),
        (event(#", "time": 5"#), "invalid_field", "time"),
        (event(data: "5"), "invalid_field", "data"), (event(data: "[]"), "invalid_field", "data"),
        (event(data: "null"), "no_cost", "data.cost_micros"),
        (event(data: #"{"cost_micros": -1}"#), "negative_cost", "data.cost_micros"),
        (event(data: #"{"cost_micros": 1, "cost_micros": 2}"#), "repeated_field", "data.cost_micros"),
        (event(data: #"{"cost_micros": 1, "id": "e2"}"#), "unknown_field", "data.id"),
        (event(data: #"{"cost_micros": 1, "x": 1}"#), "unknown_field", "data.x"),
        (event(data: #"{"cost_micros": 1, "quantities": {"pages": -1}}"#), "bad_quantity", "data.quantities.pages"),
        (event(data: #"{"cost_micros": 1, "customer": "bob"}"#), "customer_differs", "data.customer"),
        (event(data: #"{"cost_micros": 1, "currency": "eur"}"#), "currency_mismatch", "data.currency"),
        (event(data: #"{"cost_micros": 1, "metadata": {"k": "\ud800"}}"#), "illegible_text", "data.metadata.k"),
        (event(id: ""), "missing_field", "id"),
        (#"{"specversion": "1.0", "type": "t", "source": "s", "id": "1"}"#, "missing_field", "subject"),
        (#"{"specversion": "0.3", "type": "t", "source": "s", "id": "1"}"#, "unsupported_specversion", "specversion"),
        (#"{"specversion": "1.0", "type": null, "source": "s", "id": "1"}"#, "missing_field", "type"),
        (#"{"specversion": "1.0", "type": "t", "source": 5, "id": "1"}"#, "invalid_field", "source"),
        ("7", "not_an_object", nil),
    ])
    func `what is wrong with one event is named, and takes nothing from the others`(
        event: String, code: String, field: String?
    ) async throws {
        try await ServedHouse.open { house in
            let key = try await house.addMerchant().key
            let body = "[\(Self.event(id: "first")), \(event), \(Self.event(id: "last"))]"
            let reply = try await house.call("POST", "/v1/usage", body, key: key, headers: Self.batched)
            #expect(
                reply.data.map { $0["status"] as? String } == ["accepted", "rejected", "accepted"], "\(reply.text)")
            #expect(reply.data.dropFirst().first?["code"] as? String == code)
            #expect(reply.data.dropFirst().first?["field"] as? String == field)
            #expect(try await house.rows("usage_events") == 2)
            let alone = try await house.call("POST", "/v1/usage", event, key: key, headers: Self.structured)
            #expect(alone.data.first?["code"] as? String == code)
            #expect(try await house.rows("usage_events") == 2)
        }
    }

    @Test(arguments: [
        (["ce-id": ""], "missing_field", "ce-id"),
        (["ce-specversion": "2.0"], "unsupported_specversion", "ce-specversion"),
        (["ce-subject": "%C3%28"], "illegible_text", "ce-subject"),
        (["ce-subject": "50%"], "illegible_text", "ce-subject"),
        (["ce-time": "noon"], "invalid_field", "ce-time"), (["ce-my_trace": "x"], "unknown_field", "ce-my_trace"),
        (["ce-datacontenttype": "text/xml"], "unsupported_data_type", "ce-datacontenttype"),
    ])
    func `a header that is wrong is named`(changed: [String: String], code: String, field: String) async throws {
        try await ServedHouse.open { house in
            let key = try await house.addMerchant().key
            let headers = [
                "ce-specversion": "1.0", "ce-type": "t", "ce-source": "s", "ce-id": "1", "ce-subject": "ada",
            ]
            .merging(changed) { _, new in new }
            let reply = try await house.call("POST", "/v1/usage", #"{"cost_micros": 1}"#, key: key, headers: headers)
            #expect(reply.data.first?["code"] as? String == code, "\(reply.text)")
            #expect(reply.data.first?["field"] as? String == field)
            #expect(try await house.rows("usage_events") == 0)
        }
    }

    @Test func `the customer may be in the data, and any type and extension will do`() async throws {
        try await ServedHouse.open { house in
            let key = try await house.addMerchant().key
            let event = """
                {"specversion": "1.0", "type": "com.acme.anything", "source": "s", "id": "1", "dataschema": "urn:x", \
                "datacontenttype": "application/json", "traceid": {"not": "read"}, "sampled": true, "time": null, \
                "data_base64": null, "data": {"customer": "ada", "cost_micros": 1, "currency": "usd"}}
                """
            let reply = try await house.call("POST", "/v1/usage", event, key: key, headers: Self.structured)
            #expect(reply.integer("accepted") == 1, "\(reply.text)")
        }
    }

    @Test func `only JSON is taken, and a list only as a batch`() async throws {
        try await ServedHouse.open { house in
            let key = try await house.addMerchant().key
            for type in [
                "application/cloudevents+avro", "application/cloudevents", "application/cloudevents+xml", "text/plain",
                "application/vnd.acme+json",
            ] {
                let reply = try await house.call(
                    "POST", "/v1/usage", Self.event(), key: key, headers: ["Content-Type": type])
                #expect(reply.status == 415, "\(type)")
            }
            let single = try await house.call("POST", "/v1/usage", Self.event(), key: key, headers: Self.batched)
            #expect(single.code == "not_a_list")
            let empty = try await house.call("POST", "/v1/usage", "[]", key: key, headers: Self.batched)
            #expect(empty.code == "batch_size")
            let elsewhere = try await house.call(
                "POST", "/v1/customers", #"{"external_id": "a"}"#, key: key, headers: Self.structured)
            #expect(elsewhere.status == 415)
            #expect(try await house.rows("usage_events") == 0)
        }
    }

    @Test func `under one Idempotency-Key another header is another request`() async throws {
        try await ServedHouse.open { house in
            let key = try await house.addMerchant().key
            var headers = [
                "ce-specversion": "1.0", "ce-type": "t", "ce-source": "s", "ce-id": "1", "ce-subject": "ada",
            ]
            let body = #"{"cost_micros": 1}"#
            let first = try await house.call("POST", "/v1/usage", body, key: key, once: "k", headers: headers)
            #expect(first.integer("accepted") == 1)
            let again = try await house.call("POST", "/v1/usage", body, key: key, once: "k", headers: headers)
            #expect(again.headers["idempotent-replayed"] == "true")
            headers["ce-id"] = "2"
            let other = try await house.call("POST", "/v1/usage", body, key: key, once: "k", headers: headers)
            #expect(other.status == 409)
            #expect(try await house.rows("usage_events") == 1)
        }
    }
}
