import Billing
import HTTPTypes
import Ledger
import Storage
import Testing
import Worker

@testable import Server

@Suite struct MoneyBackRouteTests {
    @Test func `refunds and disputes are listed by payment, customer and status, page by page`() async throws {
        try await ServedHouse.open { house in
            let shop = try await Belongings(in: house, "shop")
            for path in [
                "/v1/refunds", "/v1/refunds?charge=\(shop.charge)",
                "/v1/refunds?customer=\(shop.customer)&status=failed",
                "/v1/charges/\(shop.charge)/refunds",
            ] {
                let list = try await house.get(path, key: shop.key)
                #expect(list.status == 200 && list.data.map { $0["id"] as? String } == [shop.refund], "\(path)")
            }
            for path in [
                "/v1/refunds?status=succeeded", "/v1/refunds?top_up=\(shop.topUp)", "/v1/top_ups/\(shop.topUp)/refunds",
                "/v1/disputes?status=won",
            ] {
                let list = try await house.get(path, key: shop.key)
                #expect(list.status == 200 && list.data.isEmpty, "\(path)")
            }
            let disputes = try await house.get("/v1/disputes?status=needs_response", key: shop.key)
            #expect(disputes.data.map { $0["id"] as? String } == [shop.dispute])
            #expect(
                try await house.get("/v1/disputes/\(shop.dispute)", key: shop.key).string("status") == "needs_response")
        }
    }

    @Test func `a wrong word is named with its field`() async throws {
        try await ServedHouse.open { house in
            let shop = try await Belongings(in: house, "shop")
            for (path, field) in [
                ("/v1/refunds?status=gone", "status"), ("/v1/disputes?status=gone", "status"),
                ("/v1/refunds?charge=\(shop.charge)&top_up=\(shop.topUp)", "top_up"),
            ] {
                let refused = try await house.get(path, key: shop.key)
                #expect(refused.status == 400 && refused.string("field") == field, "\(path)")
            }
            for (body, field) in [
                (#"{"amount": "much"}"#, "amount"), (#"{"reason": "because"}"#, "reason"),
                (#"{"refund_application_fee": 1}"#, "refund_application_fee"), (#"{"ammount": 1}"#, "ammount"),
            ] {
                let refused = try await house.post("/v1/charges/\(shop.charge)/refunds", body, key: shop.key)
                #expect(refused.status == 400 && refused.string("field") == field, "\(body)")
            }
        }
    }
}
