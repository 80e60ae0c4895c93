import Storage
import Testing
import Worker

@testable import Server

/// The same request twice has one effect, and one answer.
struct IdempotencyTests {
    private let account = #"{"name": "Ada", "currency": "usd", "stripe": "none"}"#

    @Test func `fifty at once have one effect and the same answer`() async throws {
        try await ServedHouse.open { house in
            let replies = try await withThrowingTaskGroup { group in
                for _ in 0..<50 { group.addTask { try await house.post("/v1/accounts", account, once: "k") } }
                return try await group.reduce(into: [Reply]()) { $0.append($1) }
            }
            #expect(replies.map(\.status) == Array(repeating: 201, count: 50))
            #expect(Set(replies.map(\.body)).count == 1)
            #expect(replies.count { $0.headers["idempotent-replayed"] == "true" } == 49)
            #expect(try await house.rows("accounts") == 1)
        }
    }

    @Test func `fifty at once that ask Stripe make one top-up`() async throws {
        try await ServedHouse.open { house in
            let merchant = try await house.addMerchant(stripe: "platform")
            let body = #"{"customer": "c", "amount": 500, "success_url": "https://shop.example/ok"}"#
            let replies = try await withThrowingTaskGroup { group in
                for _ in 0..<50 {
                    group.addTask { try await house.post("/v1/top_ups", body, key: merchant.key, once: "t") }
                }
                return try await group.reduce(into: [Reply]()) { $0.append($1) }
            }
            let made = replies.filter { $0.status == 201 }
            #expect(!made.isEmpty)
            #expect(Set(made.map(\.body)).count == 1)
            #expect(replies.allSatisfy { $0.status == 201 || $0.code == "idempotency_key_in_flight" })
            #expect(try await house.rows("top_ups") == 1)
            let again = try await house.post("/v1/top_ups", body, key: merchant.key, once: "t")
            #expect(again.body == made[0].body)
            #expect(again.headers["idempotent-replayed"] == "true")
        }
    }

    @Test func `another body or another route under the same key is refused`() async throws {
        try await ServedHouse.open { house in
            let made = try await house.post("/v1/accounts", account, once: "k")
            let id = try #require(made.string("id"))
            let other = try await house.post("/v1/accounts", account + " ", once: "k")
            #expect(other.status == 409)
            #expect(other.code == "idempotency_key_reused")
            let route = try await house.post("/v1/webhook_events/evt_1/replay", account, once: "k")
            #expect(route.status == 400 || route.code == "idempotency_key_reused")
            let mine = try await house.post("/v1/accounts/\(id)/oauth_links", "{}", once: "m")
            let same = try await house.post("/v1/accounts/\(id)/disconnect", "{}", once: "m")
            #expect(mine.code == "account_not_connect")
            #expect(same.code == "idempotency_key_reused")
            #expect(try await house.rows("accounts") == 1)
        }
    }

    @Test func `each account has keys of its own`() async throws {
        try await ServedHouse.open { house in
            let ada = try await house.addMerchant("Ada")
            let ben = try await house.addMerchant("Ben")
            let body = #"{"external_id": "c"}"#
            let first = try await house.post("/v1/customers", body, key: ada.key, once: "k")
            let second = try await house.post("/v1/customers", body, key: ben.key, once: "k")
            #expect([first.status, second.status] == [201, 201])
            #expect(first.string("id") != second.string("id"))
            // The platform speaking for Ada is Ada.
            let platform = try await house.post("/v1/customers", body, account: ada.id, once: "k")
            #expect(platform.body == first.body)
        }
    }

    @Test func `a refusal that follows from the state is remembered, and a malformed request is not`() async throws {
        try await ServedHouse.open { house in
            let ada = try await house.addMerchant()
            let body = #"{"external_id": "c"}"#
            _ = try await house.post("/v1/customers", body, key: ada.key)
            let refused = try await house.post("/v1/customers", body, key: ada.key, once: "r")
            #expect(refused.status == 409)
            let again = try await house.post("/v1/customers", body, key: ada.key, once: "r")
            #expect(again.body == refused.body)
            #expect(again.headers["idempotent-replayed"] == "true")
            #expect(again.headers["content-type"] == "application/problem+json")

            #expect(try await house.post("/v1/customers", #"{"external": 1}"#, key: ada.key, once: "m").status == 400)
            #expect(
                try await house.post("/v1/customers", #"{"external_id": ""}"#, key: ada.key, once: "m").status == 400)
            #expect(
                try await house.post("/v1/customers", #"{"external_id": "d"}"#, key: ada.key, once: "m").status == 201)
        }
    }

    @Test(arguments: ["", String(repeating: "k", count: 256), "tab\there", "caf\u{E9}"])
    func `a key is 1 to 255 printable characters`(key: String) async throws {
        try await ServedHouse.open { house in
            let reply = try await house.post("/v1/accounts", account, once: key)
            #expect(reply.status == 400)
            #expect(reply.code == "invalid_idempotency_key" || reply.code == "malformed_request")
            #expect(try await house.rows("accounts") == 0)
        }
    }

    @Test func `an answer that holds a secret is replayed to whoever asked, and rests sealed`() async throws {
        try await ServedHouse.open { house in
            let ada = try await house.addMerchant()
            let first = try await house.post("/v1/accounts/\(ada.id)/keys", key: ada.key, once: "k")
            let secret = try #require(first.string("secret"))
            let again = try await house.post("/v1/accounts/\(ada.id)/keys", key: ada.key, once: "k")
            #expect(again.body == first.body)
            let kept = try await house.worker.context.database.read { tx in
                try tx.first("SELECT body FROM idempotency_keys")?.bytes("body") ?? []
            }
            #expect(!kept.isEmpty)
            #expect(!String(decoding: kept, as: UTF8.self).contains(secret))
            // The new key is Ada's too, but it has not asked.
            let other = try await house.post("/v1/accounts/\(ada.id)/keys", key: secret, once: "k")
            #expect(other.status == 409)
            #expect(other.code == "idempotency_answer_sealed")
        }
    }

    @Test func `usage under one key is counted once, and its answer is the first one`() async throws {
        try await ServedHouse.open { house in
            let ada = try await house.addMerchant()
            let body =
                #"[{"id": "1", "customer": "c", "cost_micros": 1000}, {"id": "2", "customer": "c", "cost_micros": 1}]"#
            let first = try await house.post("/v1/usage", body, key: ada.key, once: "u")
            #expect(first.integer("accepted") == 2)
            let again = try await house.post("/v1/usage", body, key: ada.key, once: "u")
            #expect(again.body == first.body)
            let later = try await house.post("/v1/usage", body, key: ada.key)
            #expect(later.integer("duplicate") == 2)
            #expect(try await house.rows("usage_events") == 2)
        }
    }
}
