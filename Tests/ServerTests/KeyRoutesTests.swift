import Ledger
import Testing
import Worker

@testable import Server

/// Keys with bounds, over the wire.
struct KeyRoutesTests {
    @Test func `a key is made with its bounds, its secret shown once, and listed by its customer`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            house.clock.advance(seconds: 1)
            let made = try await house.post(
                "/v1/keys",
                #"""
                {"name": "laptop", "customer": "of ada", "scope": "customer", "max_spend": 20000000,
                 "expires_at": "2100-01-01T00:00:00+01:00", "allowed_models": ["gpt-5*", "o4"]}
                """#, key: ada.key)
            #expect(made.status == 201, "\(made.text)")
            let (id, secret) = (try #require(made.string("id")), try #require(made.string("secret")))
            let shown = try await house.get("/v1/keys/\(id)", key: secret)
            #expect(shown.string("customer") == ada.customer)
            #expect(shown.string("account") == ada.account)
            #expect(shown.integer("max_spend") == 20_000_000)
            #expect(shown.string("expires_at") == "2099-12-31T23:00:00Z")
            #expect(shown.json["allowed_models"] as? [String] == ["gpt-5*", "o4"])
            #expect(shown.string("status") == "active")
            #expect(!shown.text.contains(secret))
            let listed = try await house.get("/v1/keys?customer=of%20ada", key: ada.key)
            #expect(listed.data.compactMap { $0["id"] as? String } == [id, ada.customerKeyID])
            let first = try await house.get("/v1/keys?customer=of%20ada&limit=1", key: ada.key)
            #expect(first.json["has_more"] as? Bool == true)
            let second = try await house.get("/v1/keys?customer=of%20ada&starting_after=\(id)", key: ada.key)
            #expect(second.data.compactMap { $0["id"] as? String } == [ada.customerKeyID])
            #expect(try await house.get("/v1/keys", key: ada.key).data.count == 3)
            let nobody = try await house.post("/v1/customers", #"{"external_id": "new"}"#, key: ada.key)
            #expect(nobody.status == 201)
            #expect(try await house.get("/v1/keys?customer=new", key: ada.key).text.hasPrefix(#"{"data":[],"#))
        }
    }

    @Test(arguments: [
        (#"{}"#, "missing_field", "name"), (#"{"name": ""}"#, "invalid_field", "name"),
        (#"{"name": "k", "scope": "platform"}"#, "invalid_field", "scope"),
        (#"{"name": "k", "scope": "customer"}"#, "missing_field", "customer"),
        (#"{"name": "k", "scope": "account", "customer": "of ada"}"#, "invalid_field", "customer"),
        (#"{"name": "k", "max_spend": -1}"#, "invalid_field", "max_spend"),
        (#"{"name": "k", "max_spend": 1.5}"#, "invalid_field", "max_spend"),
        (#"{"name": "k", "max_spend": 9223372036854775808}"#, "invalid_field", "max_spend"),
        (#"{"name": "k", "expires_at": "2001-01-01T00:00:00Z"}"#, "invalid_field", "expires_at"),
        (#"{"name": "k", "expires_at": "tomorrow"}"#, "invalid_field", "expires_at"),
        (#"{"name": "k", "allowed_models": "gpt"}"#, "invalid_field", "allowed_models"),
        (#"{"name": "k", "allowed_models": [1]}"#, "invalid_field", "allowed_models"),
        (#"{"name": "k", "allowed_models": []}"#, "invalid_field", "allowed_models"),
        (#"{"name": "k", "allowed_models": ["a\u0000"]}"#, "invalid_field", "allowed_models"),
        (#"{"name": "k", "maxspend": 5}"#, "unknown_field", "maxspend"),
    ])
    func `what a key cannot have is refused by name, and none is made`(
        body: String, code: String, field: String
    ) async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            let before = try await house.rows("api_keys")
            let reply = try await house.post("/v1/keys", body, key: ada.key)
            #expect(reply.status == 400, "\(reply.text)")
            #expect(reply.code == code)
            #expect(reply.string("field") == field)
            #expect(try await house.rows("api_keys") == before)
        }
    }

    @Test func `a key is changed, rotated once, and revoked`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            let path = "/v1/keys/\(ada.customerKeyID)"
            let changed = try await house.post(path, #"{"max_spend": 7, "name": "phone"}"#, key: ada.key)
            #expect(changed.integer("max_spend") == 7)
            #expect(changed.string("name") == "phone")
            let kept = try await house.post(path, #"{"allowed_models": ["m"], "name": null}"#, key: ada.key)
            #expect(kept.integer("max_spend") == 7)
            #expect(kept.string("name") == "phone")
            let rotated = try await house.post("\(path)/rotate", #"{"overlap_seconds": 60}"#, key: ada.key, once: "r")
            #expect(rotated.status == 201)
            #expect(rotated.integer("max_spend") == 7)
            let replay = try await house.post("\(path)/rotate", #"{"overlap_seconds": 60}"#, key: ada.key, once: "r")
            #expect(replay.text == rotated.text)
            let again = try await house.post("\(path)/rotate", key: ada.key)
            #expect(again.status == 409)
            #expect(again.code == "key_replaced")
            let (id, secret) = (try #require(rotated.string("id")), try #require(rotated.string("secret")))
            #expect(try await house.get(path, key: ada.customerKey).string("replaced_by") == id)
            #expect(try await house.get(path, key: secret).status == 404, "a key sees itself, not its predecessor")
            house.clock.advance(seconds: 60)
            let late = try await house.get(path, key: ada.customerKey)
            #expect(late.code == "key_expired")
            #expect(late.string("detail")?.contains("took its place") == true)
            #expect(try await house.post("/v1/keys/\(id)/revoke", key: ada.key).string("status") == "revoked")
            #expect(try await house.get("/v1/keys/\(id)", key: secret).code == "unauthenticated")
        }
    }

    @Test func `two customers who choose the same Idempotency-Key do not meet`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            let key = try await house.post("/v1/keys", #"{"name": "k"}"#, key: ada.key, once: "same")
            let sibling = try #require(
                try await house.post("/v1/customers", #"{"external_id": "sibling"}"#, key: ada.key).string("id"))
            let other = try await Belongings.mint(house, ada.account, sibling)
            // Both are refused, each in its own name, and neither is given the merchant's answer.
            for secret in [ada.customerKey, other.secret] {
                let reply = try await house.post("/v1/keys", #"{"name": "k"}"#, key: secret, once: "same")
                #expect(reply.status == 403)
                #expect(reply.headers["idempotent-replayed"] == nil)
            }
            #expect(key.status == 201)
        }
    }
}
