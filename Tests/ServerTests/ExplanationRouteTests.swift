import Testing

@testable import Server

struct ExplanationRouteTests {
    @Test func `payments, what is given back of them and lots are explained to their merchant, and to no other`()
        async throws
    {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            let ben = try await Belongings(in: house, "ben")
            let grant = #"{"amount_micros": 3000000, "kind": "promotional", "reason": "welcome"}"#
            let lot = try #require(
                try await house.post("/v1/customers/\(ada.customer)/grants", grant, key: ada.key).string("id"))
            for (id, kind) in [
                (ada.charge, "charge"), (ada.topUp, "top_up"), (ada.refund, "refund"), (ada.dispute, "dispute"),
                (lot, "lot"),
            ] {
                let found = try await house.get("/v1/explain/\(id)", key: ada.key)
                #expect(found.status == 200 && found.string("object") == kind, "\(found.text)")
                #expect(found.string("id") == id)
                #expect(try await house.get("/v1/explain/\(id)", key: ben.key).status == 404, "\(kind)")
                #expect(try await house.get("/v1/explain/\(id)", key: ada.customerKey).status == 403, "\(kind)")
            }
            let given = try await house.get("/v1/explain/\(lot)", key: ada.key)
            #expect(given.text.contains("lot:\(lot):granted"), "\(given.text)")
            #expect(given.text.contains(#""accrual":null"#), "\(given.text)")
            let wrong = try await house.get("/v1/explain/\(lot)?starting_after=busg", key: ada.key)
            #expect(wrong.status == 400 && wrong.text.contains("sequence number"), "\(wrong.text)")
        }
    }

    @Test func `the journal of a customer needs to know whose customer`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            let ben = try await Belongings(in: house, "ben")
            let path = "/v1/ledger/journal?customer=user%20of%20ada"
            let hers = try await house.get(path, key: ada.key)
            #expect(hers.status == 200 && hers.data.count == 1, "\(hers.text)")
            #expect(try await house.get(path, key: ben.key).status == 404)
            #expect(try await house.get(path).status == 400)
            let named = try await house.call("GET", path, nil as String?, account: ada.account)
            #expect(named.status == 200 && named.data.count == 1)
        }
    }
}
