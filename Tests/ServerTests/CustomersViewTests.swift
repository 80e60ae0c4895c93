import Billing
import Storage
import Testing
import Worker

@testable import Server

/// What a customer's key is told of limits, costs and the customer's other keys: nothing that is the merchant's.
struct CustomersViewTests {
    private static let limited = #"{"terms": {"limits": {"day": {"cost_micros": 5000000}}}}"#
    private static let anything = #"{"estimate": {"amount_micros": 1}}"#

    @Test func `neither holds nor checks nor refusals tell what the merchant pays or all have used`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            #expect(try await house.post("/v1/accounts/\(ada.account)", Self.limited).status == 200)
            let other = #"{"id": "1", "customer": "other", "cost_micros": 1234567}"#
            #expect(try await house.post("/v1/usage", other, key: ada.key).status == 200)
            let model = #"{"estimate": {"model": "gpt-5", "input_tokens": 1000}}"#
            let held = try await house.post("/v1/authorizations", model, key: ada.customerKey)
            let checked = try await house.post("/v1/quota_checks", Self.anything, key: ada.customerKey)
            let dear = #"{"estimate": {"amount_micros": 9000000}}"#
            let refused = try await house.post("/v1/authorizations", dear, key: ada.customerKey)
            let foretold = try await house.post("/v1/quota_checks", dear, key: ada.customerKey)
            let listed = try await house.get("/v1/authorizations", key: ada.customerKey)
            #expect(held.status == 201 && checked.status == 200 && refused.status == 429 && listed.status == 200)
            for reply in [held, checked, refused, foretold, listed] {
                for secret in ["cost_micros", "12345", "5000000", #""account""#] {
                    #expect(!reply.text.contains(secret), "\(secret) in \(reply.text)")
                }
            }
            let merchants = try await house.post(
                "/v1/quota_checks", #"{"customer": "ada", "estimate": {"amount_micros": 1}}"#, key: ada.key)
            #expect(merchants.text.contains("12345") && merchants.text.contains("held_cost_micros"))
        }
    }

    @Test func `what a request costs is not for a customer to say, nor how long all wait for it`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            for estimate in [#"{"amount_micros": 0, "cost_micros": 3765433}"#, #"{"cost_micros": 0}"#] {
                let reply = try await house.post(
                    "/v1/authorizations", #"{"estimate": \#(estimate)}"#, key: ada.customerKey)
                #expect(reply.status == 400 && reply.string("field") == "estimate.cost_micros", "\(reply.text)")
            }
            let long = #"{"estimate": {"amount_micros": 1}, "expires_in": 86400}"#
            let refused = try await house.post("/v1/authorizations", long, key: ada.customerKey)
            #expect(refused.status == 400 && refused.string("field") == "expires_in", "\(refused.text)")
            let merchants = #"{"customer": "of ada", "estimate": {"amount_micros": 1}, "expires_in": 86400}"#
            #expect(try await house.post("/v1/authorizations", merchants, key: ada.key).status == 201)
        }
    }

    @Test func `a customer's other key is spent from by its secret alone`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            let bounded = try await Belongings.mint(
                house, ada.account, ada.customer, .init(name: "bounded", allowedModels: ["cheap*"]))
            let other = try await Belongings.mint(house, ada.account, ada.customer)
            func ask(_ key: String) async throws -> Reply {
                let body = #"{"key": "\#(key)", "estimate": {"amount_micros": 1, "model": "dear"}}"#
                return try await house.post("/v1/authorizations", body, key: bounded.secret)
            }
            let byID = try await ask(other.key.id.text)
            #expect(byID.status == 400 && byID.code == "unknown_key", "\(byID.text)")
            #expect(try await ask(other.secret).status == 201)
            #expect(try await ask(bounded.key.id.text).status == 403)
        }
    }
}
