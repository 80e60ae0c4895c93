import Foundation
import Testing

@testable import Server

/// Plans, customers' settings, organizations and exports, as a caller meets them.
struct PeopleRouteTests {
    @Test func `a plan is made, given to a customer, and shown with the path of what is wrong`() async throws {
        try await ServedHouse.open { house in
            let ada = try await house.addMerchant("ada")
            #expect(try await house.get("/v1/plans", key: ada.key).data.isEmpty)
            let made = try await house.post(
                "/v1/plans", #"{"slug": "pro", "is_default": true, "terms": {"limits": {"day": {"requests": 5}}}}"#,
                key: ada.key)
            #expect(made.status == 201, "\(made.text)")
            let id = try #require(made.string("id"))
            let customer = try await house.post("/v1/customers", #"{"external_id": "a"}"#, key: ada.key)
            #expect(customer.string("plan") == id)
            let wrong = try await house.post(
                "/v1/plans/pro", #"{"terms": {"limits": {"day": {"requests": "many"}}}}"#, key: ada.key)
            #expect(wrong.status == 400)
            #expect(wrong.string("field") == "terms.limits.day.requests")
            for (body, field) in [
                (#"{"slug": 5}"#, "slug"), (#"{"slug": "x", "terms": []}"#, "terms"), ("{}", "slug"),
                (#"{"slug": "x", "colour": 1}"#, "colour"), (#"{"slug": "x", "is_default": 1}"#, "is_default"),
            ] {
                let reply = try await house.post("/v1/plans", body, key: ada.key)
                #expect(reply.status == 400)
                #expect(reply.string("field") == field, "\(reply.text)")
            }
            let taken = try await house.post("/v1/plans", #"{"slug": "pro"}"#, key: ada.key)
            #expect(taken.status == 409)
            let cleared = try await house.post("/v1/customers/a", #"{"plan": null}"#, key: ada.key)
            #expect(cleared.json["plan"] is NSNull)
        }
    }

    @Test func `null takes away what the description says, keeps the rest, and is nothing said of a new customer`()
        async throws
    {
        try await ServedHouse.open { house in
            let ada = try await house.addMerchant("ada")
            let plan = try await house.post("/v1/plans", #"{"slug": "pro", "is_default": true}"#, key: ada.key)
            let nulls = [
                "name", "email", "metadata", "stripe_customer", "payment_method", "plan", "time_zone", "prepaid",
                "organization",
            ].map { "\"\($0)\": null" }.joined(separator: ", ")
            let made = try await house.post("/v1/customers", #"{"external_id": "a", \#(nulls)}"#, key: ada.key)
            #expect(made.status == 201, "\(made.text)")
            #expect(made.string("plan") == plan.string("id"))
            _ = try await house.post(
                "/v1/customers/a",
                #"""
                {"name": "Ada", "email": "ada@example.com", "metadata": {"a": "b"}, "stripe_customer": "cus_1",
                 "payment_method": "pm_1", "time_zone": "Asia/Tokyo", "prepaid": true, "organization": "Engines"}
                """#, key: ada.key)
            let kept = try await house.post("/v1/customers/a", "{\(nulls)}", key: ada.key)
            #expect(kept.status == 200, "\(kept.text)")
            #expect(kept.string("name") == "Ada" && kept.string("email") == "ada@example.com")
            #expect(kept.json["metadata"] as? [String: String] == ["a": "b"])
            #expect(kept.string("stripe_customer") == "cus_1" && kept.string("payment_method") == "pm_1")
            for field in ["plan", "time_zone", "prepaid", "organization"] {
                #expect(kept.json[field] is NSNull, "\(field)")
            }
        }
    }

    @Test func `a blocked customer is refused with 403 until unblocked`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            let path = "/v1/customers/\(ada.customer)"
            let blocked = try await house.post(path + "/block", #"{"reason": "chargeback"}"#, key: ada.key)
            #expect(blocked.string("status") == "blocked")
            #expect(blocked.string("blocked_reason") == "chargeback")
            let own = try await house.get(path + "/balance", key: ada.customerKey)
            #expect(own.status == 403)
            #expect(own.code == "customer_blocked")
            #expect(try await house.get(path + "/balance", key: ada.key).status == 200)
            let used = try await house.post(
                "/v1/usage", #"{"id": "1", "customer": "of ada", "cost_micros": 1}"#, key: ada.key)
            #expect(used.data.first?["code"] as? String == "customer_blocked", "\(used.text)")
            #expect(try await house.post(path + "/unblock", key: ada.key).string("status") == "active")
            #expect(try await house.get(path + "/balance", key: ada.customerKey).status == 200)
        }
    }

    @Test func `customers are searched page by page, and odd searches are refused`() async throws {
        try await ServedHouse.open { house in
            let ada = try await house.addMerchant("ada")
            for number in 0..<3 {
                house.clock.advance(seconds: 1)
                _ = try await house.post(
                    "/v1/customers", #"{"external_id": "u\#(number)", "name": "Grace"}"#, key: ada.key)
            }
            let first = try await house.get("/v1/customers?search=GRACE&limit=2", key: ada.key)
            #expect(first.data.compactMap { $0["external_id"] as? String } == ["u2", "u1"])
            let last = try #require(first.data.last?["id"] as? String)
            let second = try await house.get("/v1/customers?search=GRACE&starting_after=\(last)", key: ada.key)
            #expect(second.data.compactMap { $0["external_id"] as? String } == ["u0"])
            #expect(try await house.get("/v1/customers?search=nobody", key: ada.key).data.isEmpty)
            #expect(try await house.get("/v1/customers?plan=none", key: ada.key).status == 404)
            let long = String(repeating: "x", count: 201)
            for wrong in ["search=", "status=gone", "search=\(long)", "organization="] {
                #expect(try await house.get("/v1/customers?\(wrong)", key: ada.key).status == 400, "\(wrong)")
            }
        }
    }

    @Test func `customers and usage are exported whole and only the caller's own`() async throws {
        try await ServedHouse.open { house in
            let (ada, ben) = (try await house.addMerchant("ada"), try await house.addMerchant("ben"))
            _ = try await house.post("/v1/customers", #"{"external_id": "=evil"}"#, key: ada.key)
            _ = try await house.post("/v1/customers", #"{"external_id": "ben's"}"#, key: ben.key)
            for batch in 0..<2 {
                house.clock.advance(seconds: 1)
                let events = (0..<600).map {
                    #"{"id": "\#(batch)-\#($0)", "customer": "c\#($0 < 350 ? 0 : $0)", "cost_micros": 1}"#
                }
                let reply = try await house.post("/v1/usage", "[\(events.joined(separator: ","))]", key: ada.key)
                #expect(reply.integer("accepted") == 600)
            }
            let csv = try await house.get("/v1/customers/export?format=csv", key: ada.key)
            #expect(csv.text.contains(",'=evil,"))
            #expect(!csv.text.contains("ben's"))
            #expect(csv.text.components(separatedBy: "\r\n").count == 254)
            let usage = try await house.get("/v1/usage/export?format=ndjson", key: ada.key)
            let ids = usage.text.split(separator: "\n").compactMap { line in
                (try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?["id"] as? String
            }
            #expect(ids.count == 1_200)
            #expect(Set(ids).count == 1_200)
            // The columns of CSV are the members of the JSON, so that neither knows more than the other.
            let heading = try await house.get("/v1/usage/export?format=csv", key: ada.key).text.prefix { $0 != "\r\n" }
            let first = try #require(usage.text.split(separator: "\n").first)
            let members = try #require(
                try JSONSerialization.jsonObject(with: Data(first.utf8)) as? [String: Any]
            ).keys
            #expect(Set(heading.split(separator: ",").map(String.init)) == Set(members))
            let none = try await house.get("/v1/usage/export?from=2090-01-01T00:00:00Z", key: ada.key)
            #expect(none.text == "[]\n")
            #expect(try await house.get("/v1/usage/export?from=x", key: ada.key).status == 400)
        }
    }
}
