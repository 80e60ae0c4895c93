import Foundation
import Testing

@testable import Server

/// Meters, products and credits, as a caller meets them.
struct MeterRouteTests {
    private static let reader = #"""
        {"slug": "reader", "name": "Reader", "metrics": [
          {"meter": "pages", "mode": "graduated", "bands": [
            {"name": "first", "up_to": 10, "unit_rate": "0.02"}, {"name": "rest", "unit_rate": 0.01}]},
          {"meter": "calls", "unit": "credits", "mode": "volume", "bands": [{"name": "all", "unit_rate": 1}]}]}
        """#

    private func open(_ house: ServedHouse) async throws -> (id: String, key: String) {
        let ada = try await house.addMerchant("ada")
        for meter in [
            #"{"slug": "pages", "aggregation": "sum", "field": "pages"}"#,
            #"{"slug": "calls", "aggregation": "count"}"#,
        ] {
            #expect(try await house.post("/v1/meters", meter, key: ada.key).status == 201)
        }
        let made = try await house.post("/v1/products", Self.reader, key: ada.key)
        #expect(made.status == 201, "\(made.text)")
        return ada
    }

    @Test func `a meter is made, read by day, month and customer, renamed, archived and restored`() async throws {
        try await ServedHouse.open { house in
            let ada = try await open(house)
            #expect(try await house.get("/v1/meters?limit=1", key: ada.key).json["has_more"] as? Bool == true)
            let use = #"[{"id": "1", "customer": "a", "cost_micros": 1, "quantities": {"pages": "2.5"}}]"#
            #expect(try await house.post("/v1/usage", use, key: ada.key).json["accepted"] as? Int == 1)
            let stretch = "from=2020-01-01&to=2029-01-01"
            let all = try await house.get("/v1/meters/pages/readings?\(stretch)", key: ada.key)
            #expect(all.text.contains(#""value":2.5,"events":1"#), "\(all.text)")
            let customers = try await house.get("/v1/meters/pages/readings?\(stretch)&group_by=customer", key: ada.key)
            #expect((customers.data.first?["group"] as? [String: Any])?["external_id"] as? String == "a")
            for grouping in ["day", "month"] {
                let path = "/v1/meters/pages/readings?\(stretch)&group_by=\(grouping)&customer=a"
                #expect(try await house.get(path, key: ada.key).data.count == 1)
            }
            #expect(
                try await house.post("/v1/meters/pages", #"{"name": "Read"}"#, key: ada.key).string("name") == "Read")
            #expect(try await house.post("/v1/meters/pages/archive", key: ada.key).code == "meter_in_use")
            #expect(try await house.post("/v1/products/reader/archive", key: ada.key).status == 200)
            #expect(try await house.post("/v1/meters/pages/archive", key: ada.key).status == 200)
            #expect(try await house.get("/v1/meters?archived=true", key: ada.key).data.count == 1)
            #expect(try await house.post("/v1/meters/pages/restore", key: ada.key).json["archived_at"] is NSNull)
        }
    }

    @Test func `readings refuse what cannot be asked, naming the parameter`() async throws {
        try await ServedHouse.open { house in
            let ada = try await open(house)
            for (query, field) in [
                ("", "from"), ("from=2026-11-01", "to"), ("from=2026-11-02&to=2026-11-01", "to"),
                ("from=2026-11-01T00:01:00Z&to=2026-12-01", "from"), ("from=x&to=2026-12-01", "from"),
                ("from=2026-11-01&to=2026-12-01&group_by=hour", "group_by"),
                ("from=2026-11-01&to=2026-12-01&time_zone=Mars", "time_zone"),
                ("from=1900-01-01&to=2026-12-01", "from"), ("from=2026-11-01&to=2026-12-01&limit=0", "limit"),
                ("from=2026-11-01&to=2026-12-01&colour=red", "colour"),
            ] {
                let reply = try await house.get("/v1/meters/pages/readings?\(query)", key: ada.key)
                #expect(reply.status == 400 && reply.string("field") == field, "\(query) \(reply.text)")
            }
            let nobody = "/v1/meters/pages/readings?from=2026-11-01&to=2026-12-01&customer=nobody"
            #expect(try await house.get(nobody, key: ada.key).status == 404)
        }
    }

    @Test func `a meter that cannot be is refused by its field, and stores nothing`() async throws {
        try await ServedHouse.open { house in
            let ada = try await house.addMerchant("ada")
            for (body, field) in [
                ("{}", "aggregation"), (#"{"slug": "x", "aggregation": "median"}"#, "aggregation"),
                (#"{"slug": "x", "aggregation": 5}"#, "aggregation"), (#"{"aggregation": "count"}"#, "slug"),
                (#"{"slug": "X Y", "aggregation": "count"}"#, "slug"),
                (#"{"slug": "x", "aggregation": "sum"}"#, "field"),
                (#"{"slug": "x", "aggregation": "sum", "field": "Pages"}"#, "field"),
                (#"{"slug": "x", "aggregation": "count", "field": "pages"}"#, "field"),
                (#"{"slug": "x", "aggregation": "unique_count", "field": "pages"}"#, "field"),
                (#"{"slug": "x", "aggregation": "count", "filter": {"colour": "red"}}"#, "filter.colour"),
                (#"{"slug": "x", "aggregation": "count", "filter": ["model"]}"#, "filter"),
                (#"{"slug": "x", "aggregation": "count", "filter": {"model": "4242424242424242"}}"#, "filter.model"),
                (#"{"slug": "x", "aggregation": "count", "colour": 1}"#, "colour"),
                (#"{"slug": "x", "aggregation": "count", "name": ""}"#, "name"),
            ] {
                let reply = try await house.post("/v1/meters", body, key: ada.key)
                #expect(reply.status == 400 && reply.string("field") == field, "\(body) \(reply.text)")
            }
            let broken = Array(#"{"slug": "x", "aggregation": "count", "name": ""#.utf8) + [0xFF] + Array("\"}".utf8)
            #expect(try await house.call("POST", "/v1/meters", broken, key: ada.key).status == 400)
            #expect(try await house.rows("meters") == 0)
            let good = #"{"slug": "x", "aggregation": "count"}"#
            #expect(try await house.post("/v1/meters", good, key: ada.key).status == 201)
            #expect(try await house.post("/v1/meters", good, key: ada.key).code == "meter_exists")
        }
    }

    @Test func `an event that names a product is priced by it through every door, and explained`() async throws {
        try await ServedHouse.open { house in
            let ada = try await open(house)
            let event = #""customer": "a", "product": "reader", "quantities": {"pages": 8}"#
            let early = try await house.post("/v1/usage", #"{"id": "1", \#(event)}"#, key: ada.key)
            #expect(early.data.first?["code"] as? String == "no_credit_value", "\(early.text)")
            #expect(early.data.first?["field"] as? String == "credit_values")
            let values = #"{"terms": {"credit_values": [{"from": "2020-01-01", "micros": 250}]}}"#
            #expect(try await house.post("/v1/accounts/\(ada.id)", values, key: ada.key).status == 200)
            let first = try await house.post("/v1/usage", #"{"id": "1", \#(event)}"#, key: ada.key)
            #expect(first.data.first?["price_micros"] as? Int == 160_250, "\(first.text)")
            let cloud = #"""
                {"specversion": "1.0", "type": "x", "source": "s", "id": "2", "subject": "a",
                 "data": {"product": "reader", "quantities": {"pages": 4}}}
                """#
            let second = try await house.call(
                "POST", "/v1/usage", cloud, key: ada.key, headers: ["Content-Type": "application/cloudevents+json"])
            #expect(second.data.first?["price_micros"] as? Int == 2 * 20_000 + 2 * 10_000 + 250, "\(second.text)")
            let id = try #require(second.data.first?["usage_event"] as? String)
            let explained = try await house.get("/v1/explain/\(id)", key: ada.key)
            #expect(explained.text.contains("pages went from 8 to 12 (graduated)"), "\(explained.text)")
            #expect(explained.text.contains("1000000 millionths of a credit × 250 micros for a credit"))
            let asked = #"{"customer": "a", "estimate": {"product": "reader", "quantities": {"pages": 1}}}"#
            let hold = try await house.post("/v1/authorizations", asked, key: ada.key)
            #expect(hold.status == 201, "\(hold.text)")
            #expect(hold.json["held_micros"] as? Int == 10_250 || hold.text.contains("10250"), "\(hold.text)")
            let unknown = try await house.post(
                "/v1/usage", #"{"id": "3", "customer": "a", "product": "raeder", "cost_micros": 1}"#, key: ada.key)
            #expect(unknown.data.first?["code"] as? String == "unknown_product")
            #expect(unknown.data.first?["field"] as? String == "product")
            let wrong = #"{"customer": "a", "estimate": {"product": "raeder", "quantities": {"pages": 1}}}"#
            for path in ["/v1/authorizations", "/v1/quota_checks"] {
                let reply = try await house.post(path, wrong, key: ada.key)
                #expect(reply.status == 400 && reply.code == "unknown_product", "\(reply.text)")
            }
        }
    }

    @Test func `bad values of credits are refused with their path, good ones shown and audited`() async throws {
        try await ServedHouse.open { house in
            let ada = try await house.addMerchant("ada")
            for values in [
                #"[{"from": "2026-01-01", "micros": 0}]"#, #"[{"from": "2026-01-01", "micros": -5}]"#,
                #"[{"from": "2026-13-01", "micros": 5}]"#, #"[{"from": "2026-01-01"}]"#, "5",
                #"[{"from": "2026-01-01", "micros": 5}, {"from": "2026-01-01", "micros": 6}]"#,
                #"[{"from": "2026-01-01", "micros": 5, "colour": 1}]"#,
            ] {
                let reply = try await house.post(
                    "/v1/accounts/\(ada.id)", #"{"terms": {"credit_values": \#(values)}}"#, key: ada.key)
                let field = reply.string("field") ?? ""
                #expect(reply.status == 400 && field.hasPrefix("terms.credit_values"), "\(values) \(reply.text)")
            }
            let good = #"{"terms": {"credit_values": [{"from": "2026-01-01", "micros": 10000}]}}"#
            #expect(try await house.post("/v1/accounts/\(ada.id)", good, key: ada.key).status == 200)
            #expect(try await house.get("/v1/accounts/\(ada.id)", key: ada.key).text.contains(#""micros":10000"#))
            let log = try await house.get("/v1/audit_log?object=account", key: ada.key)
            #expect(log.text.contains("terms.credit_values.0.micros"), "\(log.text)")
        }
    }

    @Test func `a correction is in the audit log, with who and why`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            let path = "/v1/usage/\(ada.usageEvent)/corrections"
            #expect(try await house.post(path, #"{"reason": "reported twice"}"#, key: ada.key).status == 201)
            #expect(try await house.post(path, #"{"reason": "reported twice"}"#, key: ada.key).status == 201)
            let log = try await house.get("/v1/audit_log?object=usage_event", key: ada.key)
            #expect(log.data.count == 1, "\(log.text)")
            let entry = try #require(log.data.first)
            #expect(entry["action"] as? String == "corrected" && entry["object_id"] as? String == ada.usageEvent)
            #expect(entry["actor"] as? String == ada.keyID)
            #expect(log.text.contains("reported twice"))
        }
    }
}
