import Testing

@testable import Server

struct AuditRouteTests {
    @Test func `an account sees what was changed of it, and the platform sees everything`() async throws {
        try await ServedHouse.open { house in
            let ada = try await house.addMerchant("ada")
            let ben = try await house.addMerchant("ben")
            house.clock.advance(seconds: 1)
            #expect(
                try await house.post("/v1/accounts/\(ada.id)", #"{"markup_percent": 15}"#, key: ada.key).status
                    == 200)
            let own = try await house.get("/v1/audit_log", key: ada.key)
            #expect(own.data.allSatisfy { $0["account"] as? String == ada.id })
            #expect(own.data.first?["action"] as? String == "changed")
            #expect(own.data.first?["actor"] as? String != nil)
            let all = try await house.get("/v1/audit_log")
            #expect(all.text.contains(ben.id) && all.text.contains(ada.id))
            let named = try await house.call("GET", "/v1/audit_log", nil as String?, account: ben.id)
            #expect(!named.text.contains(ada.id) && !named.data.isEmpty)
        }
    }

    @Test func `the log is filtered and paged, and refuses what it cannot read`() async throws {
        try await ServedHouse.open { house in
            let ada = try await house.addMerchant("ada")
            for percent in 1...3 {
                house.clock.advance(seconds: 1)
                _ = try await house.post("/v1/accounts/\(ada.id)", #"{"markup_percent": \#(percent)}"#)
            }
            let path = "/v1/audit_log?object=account&object_id=\(ada.id)"
            let first = try await house.get(path + "&limit=2")
            #expect(first.data.count == 2)
            #expect(first.text.contains(#""has_more":true"#))
            let last = try #require(first.data.last?["id"] as? String)
            let second = try await house.get(path + "&limit=2&starting_after=\(last)")
            #expect(second.data.count == 2)
            #expect(second.text.contains(#""has_more":false"#))
            #expect(try await house.get("/v1/audit_log?actor=stripe").data.isEmpty)
            for wrong in ["from=yesterday", "to=1", "starting_after=x", "limit=0", "colour=red"] {
                let reply = try await house.get("/v1/audit_log?\(wrong)")
                #expect(reply.status == 400, "\(wrong)")
            }
        }
    }
}
