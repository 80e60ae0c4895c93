import HTTPTypes
import Testing

@testable import Server

/// An account's key that has bounds of its own, tried on every route of the table: for use, and for nothing else.
struct BoundedKeyTests {
    private static let uses = [
        "POST /v1/usage", "POST /v1/authorizations", "POST /v1/authorizations/{id}/capture",
        "POST /v1/authorizations/{id}/release", "POST /v1/quota_checks",
    ]

    private func bounded(
        _ bound: String, in house: ServedHouse, of merchant: Belongings
    ) async throws -> (id: String, secret: String) {
        let made = try await house.post("/v1/keys", #"{"name": "app", \#(bound)}"#, key: merchant.key)
        return (try #require(made.string("id")), try #require(made.string("secret")))
    }

    private func spent(_ key: String, in house: ServedHouse, of merchant: Belongings) async throws -> Int? {
        try await house.get("/v1/keys/\(key)/usage", key: merchant.key).integer("spent_micros")
    }

    @Test(arguments: [#""max_spend": 1000000"#, #""allowed_models": ["*"]"#])
    func `it looks, reports usage and authorizes, and everything else is refused`(bound: String) async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            let key = try await bounded(bound, in: house, of: ada).secret
            for route in try house.routes where route.access != .open && route.access != .platform {
                let reply = try await house.call(
                    route.method.rawValue, ada.path(of: route), route.acceptableBody, key: key)
                let isOpen = route.method == .get || Self.uses.contains("\(route.method) \(route.path)")
                if isOpen {
                    #expect(![401, 403].contains(reply.status), "\(route.method) \(route.path): \(reply.text)")
                } else {
                    #expect(reply.status == 403, "\(route.method) \(route.path): \(reply.text)")
                    #expect(reply.code == "key_bounded", "\(route.method) \(route.path)")
                    #expect(reply.string("detail")?.contains("without bounds") == true)
                }
            }
        }
    }

    @Test func `it does not lift its own bounds, and makes no key that has none`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            let key = try await bounded(#""max_spend": 1000000"#, in: house, of: ada)
            let before = try await house.rows("api_keys")
            let tries = [
                ("/v1/keys/\(key.id)", #"{"max_spend": null}"#), ("/v1/keys", #"{"name": "free"}"#),
                ("/v1/keys/\(key.id)/rotate", "{}"), ("/v1/keys/\(ada.keyID)/revoke", "{}"),
                ("/v1/accounts/\(ada.account)/keys", "{}"),
            ]
            for (path, body) in tries {
                let reply = try await house.post(path, body, key: key.secret)
                #expect((reply.status, reply.code) == (403, "key_bounded"), "\(path): \(reply.text)")
            }
            #expect(try await house.rows("api_keys") == before)
            let shown = try await house.get("/v1/keys/\(key.id)", key: ada.key)
            #expect((shown.integer("max_spend"), shown.string("status")) == (1_000_000, "active"))
        }
    }

    @Test func `usage that names no key counts on it, in a batch and as a CloudEvent, and its cap is enforced`()
        async throws
    {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            let key = try await bounded(#""max_spend": 1000"#, in: house, of: ada)
            let event = #"{"id": "$", "customer": "u", "cost_micros": 400, "enforce": true}"#
            let batch = ["1", "2", "3"].map { event.replacing("$", with: $0) }.joined(separator: ", ")
            let reply = try await house.post("/v1/usage", "[\(batch)]", key: key.secret)
            let statuses = reply.data.map { $0["status"] as? String }
            #expect(statuses == ["accepted", "accepted", "rejected"], "\(reply.text)")
            #expect(reply.data.last?["code"] as? String == "key_cap_reached")
            #expect(try await spent(key.id, in: house, of: ada) == 800)
            let cloud = """
                {"specversion": "1.0", "type": "bursar.usage", "id": "4", "source": "app", "subject": "u",
                 "data": {"cost_micros": 400, "enforce": true}}
                """
            let refused = try await house.call(
                "POST", "/v1/usage", cloud, key: key.secret,
                headers: ["Content-Type": "application/cloudevents+json"])
            #expect(refused.data.first?["code"] as? String == "key_cap_reached", "\(refused.text)")
            // Without being asked to enforce, it is a fact, and counts.
            let fact = #"{"id": "5", "customer": "u", "cost_micros": 400}"#
            #expect(try await house.post("/v1/usage", fact, key: key.secret).integer("accepted") == 1)
            #expect(try await spent(key.id, in: house, of: ada) == 1_200)
            #expect(try await house.post("/v1/usage", fact, key: key.secret).integer("duplicate") == 1)
        }
    }

    @Test func `its models hold for usage that names no key`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            let key = try await bounded(#""allowed_models": ["small*"]"#, in: house, of: ada)
            let events = ["small-1", "large-1"].map { model in
                #"{"id": "\#(model)", "customer": "u", "cost_micros": 1, "model": "\#(model)", "enforce": true}"#
            }
            let reply = try await house.post("/v1/usage", "[\(events.joined(separator: ","))]", key: key.secret)
            #expect(reply.data.map { $0["status"] as? String } == ["accepted", "rejected"])
            #expect(reply.data.last?["code"] as? String == "model_not_allowed")
        }
    }

    @Test func `it counts on another key only with that one's secret`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            let key = try await bounded(#""max_spend": 1000"#, in: house, of: ada)
            func usage(_ id: String, _ named: String) -> String {
                #"{"id": "\#(id)", "customer": "of ada", "cost_micros": 1, "key": "\#(named)"}"#
            }
            for (place, named) in [ada.keyID, ada.customerKeyID].enumerated() {
                let reply = try await house.post("/v1/usage", usage("\(place)", named), key: key.secret)
                #expect(reply.data.first?["code"] as? String == "key_bounded", "\(reply.text)")
                let asked = #"{"customer": "of ada", "key": "\#(named)", "estimate": {"amount_micros": 1}}"#
                for path in ["/v1/authorizations", "/v1/quota_checks"] {
                    let refused = try await house.post(path, asked, key: key.secret)
                    #expect((refused.status, refused.code) == (400, "key_bounded"), "\(refused.text)")
                }
            }
            for (place, named) in [key.id, key.secret, ada.customerKey].enumerated() {
                let reply = try await house.post("/v1/usage", usage("own-\(place)", named), key: key.secret)
                #expect(reply.integer("accepted") == 1, "\(reply.text)")
            }
            #expect(try await spent(key.id, in: house, of: ada) == 2)
            #expect(try await spent(ada.customerKeyID, in: house, of: ada) == 1)
        }
    }
}
