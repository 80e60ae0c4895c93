import HTTPTypes
import Storage
import Testing
import Worker

@testable import Server

/// What a customer's key is told of.
struct CustomerAlertTests {
    @Test func `it sees its customer's alerts and its own, and nothing of what the merchant pays`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            let terms = #"{"limits": {"month": {"spend_micros": 100, "cost_micros": 100}}, "overage": "alert"}"#
            let plan = try await house.post("/v1/plans", #"{"slug": "small", "terms": \#(terms)}"#, key: ada.key)
            #expect(plan.status == 201, "\(plan.text)")
            let moved = try await house.post("/v1/customers/\(ada.customer)", #"{"plan": "small"}"#, key: ada.key)
            #expect(moved.status == 200, "\(moved.text)")
            let capped = try await Belongings.mint(
                house, ada.account, ada.customer, NewKey(name: "capped", maxSpend: 10))
            let use = #"{"id": "u", "customer": "of ada", "cost_micros": 90, "key": "\#(capped.key.id)"}"#
            #expect(try await house.post("/v1/usage", use, key: ada.key).integer("accepted") == 1)
            let elsewhere = #"{"id": "e", "customer": "sibling", "cost_micros": 90}"#
            #expect(try await house.post("/v1/usage", elsewhere, key: ada.key).integer("accepted") == 1)

            func measures(_ query: String = "", key: String) async throws -> [String] {
                let reply = try await house.get("/v1/alerts\(query)", key: key)
                #expect(reply.status == 200, "\(reply.text)")
                return reply.data.compactMap { $0["measure"] as? String }.sorted()
            }
            #expect(
                try await measures(key: ada.key) == ["max_spend", "month.cost_micros", "month.spend_micros"])
            #expect(try await measures(key: ada.customerKey) == ["month.spend_micros"])
            #expect(try await measures(key: capped.secret) == ["max_spend", "month.spend_micros"])
            #expect(try await measures("?customer=of%20ada&kind=limit", key: ada.customerKey) == ["month.spend_micros"])
            let foreign = try await house.get("/v1/alerts?customer=sibling", key: ada.customerKey)
            let unknown = try await house.get("/v1/alerts?customer=nobody", key: ada.customerKey)
            #expect(foreign.status == 404 && foreign.withoutIDs == unknown.withoutIDs)
        }
    }
}
