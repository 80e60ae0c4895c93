import Billing
import Foundation
import Storage
import Testing
import Worker

@testable import Server

/// The link that a customer gets whose wallet does not hold enough, and the page behind it.
struct TopUpPageTests {
    /// A merchant who takes payments, and a customer who pays ahead.
    private struct Shop {
        let house: ServedHouse
        let account: String
        let key: String

        init(_ house: ServedHouse, bounds: String = "", stripe: String = "platform") async throws {
            self.house = house
            let body = #"{"name": "Ada & Co", "currency": "usd", "stripe": "\#(stripe)"\#(bounds)}"#
            account = try #require(try await house.post("/v1/accounts", body).string("id"))
            key = try #require(try await house.post("/v1/accounts/\(account)/keys").string("secret"))
        }

        func ask(_ customer: String) async throws -> Reply {
            _ = try await house.post("/v1/customers", #"{"external_id": "\#(customer)", "prepaid": true}"#, key: key)
            return try await house.post(
                "/v1/authorizations", #"{"customer": "\#(customer)", "estimate": {"amount_micros": 5}}"#, key: key)
        }

        /// The path and the query of the link.
        func link(_ customer: String) async throws -> String {
            let refused = try await ask(customer)
            #expect(refused.status == 402, "\(refused.text)")
            let link = try #require(refused.string("top_up_url"))
            #expect(link.hasPrefix("https://bill.example/top-up/bcus_"))
            return String(link.dropFirst("https://bill.example".count))
        }

        func pay(_ link: String, _ amount: String) async throws -> Reply {
            let parts = link.split(separator: "?")
            return try await house.call(
                "POST", String(parts[0]), "\(parts[1])&amount=\(amount)", key: nil,
                headers: ["Content-Type": "application/x-www-form-urlencoded"])
        }
    }

    @Test func `a usual 402 leads to a page that shows the balance and leads on to pay any amount`() async throws {
        try await ServedHouse.open { house in
            let shop = try await Shop(house)
            let link = try await shop.link("ada")
            let page = try await house.get(link, key: nil)
            #expect(page.status == 200)
            #expect(page.text.contains("Add to your balance") && page.text.contains("Ada &amp; Co"))
            #expect(page.text.contains("0.00 USD") && page.text.contains(#"name="amount""#))
            let onward = try await shop.pay(link, "20.00")
            #expect(onward.status == 303, "\(onward.text)")
            let url = try #require(onward.headers["location"])
            #expect(url.hasPrefix("http://stripe.test/"))
            let made = try await house.get("/v1/top_ups?customer=ada", key: shop.key).data
            #expect(made.compactMap { $0["url"] as? String } == [url])
            // Pressed twice, it is one payment; and who is refused meanwhile is led to it.
            #expect(try await shop.pay(link, "20").headers["location"] == url)
            #expect(try await house.get("/v1/top_ups?customer=ada", key: shop.key).data.count == 1)
            #expect(try await shop.ask("ada").string("top_up_url") == url)
        }
    }

    @Test func `a quota check names the same page`() async throws {
        try await ServedHouse.open { house in
            let shop = try await Shop(house)
            let link = try await shop.link("ada")
            let check = try await house.post(
                "/v1/quota_checks", #"{"customer": "ada", "estimate": {"amount_micros": 5}}"#, key: shop.key)
            let refusal = try #require(check.json["refusal"] as? [String: Any])
            #expect((refusal["top_up_url"] as? String)?.hasSuffix(link) == true)
            // Nobody is made by asking, so nobody has a page yet.
            let stranger = try await house.post(
                "/v1/quota_checks", #"{"customer": "new", "estimate": {"amount_micros": 5}}"#, key: shop.key)
            #expect(!stranger.text.contains("/top-up/"))
        }
    }

    @Test func `the link of one customer shows nothing of another`() async throws {
        try await ServedHouse.open { house in
            let shop = try await Shop(house)
            let (ada, ben) = (try await shop.link("ada"), try await shop.link("ben"))
            let token = try #require(ada.split(separator: "=").last)
            #expect(token.count == 64 && !ben.hasSuffix(token))
            let others = try #require(ben.split(separator: "?").first)
            for stolen in ["\(others)?token=\(token)", "\(others)?token=", "\(others)", "\(ben)0", "/top-up/x?token=x"]
            {
                let page = try await house.get(String(stolen), key: nil)
                #expect(page.status == 404)
                #expect(!page.text.contains("USD") && !page.text.contains("Ada"))
            }
            #expect(try await shop.pay("\(others)?token=\(token)", "20").status == 404)
            #expect(try await house.get("/v1/top_ups", key: shop.key).data.isEmpty)
        }
    }

    @Test func `an amount that cannot be is said on the page, with what was typed`() async throws {
        try await ServedHouse.open { house in
            let shop = try await Shop(house, bounds: #", "top_up_minimum": 1000, "top_up_maximum": 5000"#)
            let link = try await shop.link("ada")
            #expect(try await house.get(link, key: nil).text.contains("From 10.00 USD to 50.00 USD."))
            for (amount, advice) in [
                ("9.99", "least top-up is 10.00 USD"), ("50.01", "largest top-up is 50.00 USD"),
                ("12.345", "for example 20.00"), ("", "for example 20.00"), ("%3Cb%3E", "for example 20.00"),
                ("-20", "for example 20.00"), ("99999999999999999999", "for example 20.00"),
            ] {
                let again = try await shop.pay(link, amount)
                #expect(again.status == 400)
                #expect(again.text.contains(advice), "\(amount): \(again.text)")
                #expect(again.text.contains(#"name="amount""#) && !again.text.contains("<b>"))
            }
            #expect(try await house.get("/v1/top_ups", key: shop.key).data.isEmpty)
            #expect(try await shop.pay(link, "10").status == 303)
        }
    }

    @Test func `who is blocked, and whose merchant takes no payments, is told so and cannot pay`() async throws {
        try await ServedHouse.open { house in
            let shop = try await Shop(house)
            let link = try await shop.link("ada")
            _ = try await house.post("/v1/customers/ada/block", key: shop.key)
            #expect(try await house.get(link, key: nil).text.contains("blocked"))
            #expect(try await shop.pay(link, "20").status == 409)
            _ = try await house.post("/v1/customers/ada/unblock", key: shop.key)
            try await house.worker.context.database.write { tx in
                try tx.accounts.setStanding(.init(stored: shop.account), .restricted, reason: nil)
            }
            let page = try await house.get(link, key: nil)
            #expect(page.text.contains("takes no payments") && !page.text.contains(#"name="amount""#))
            #expect(try await shop.pay(link, "20").status == 409)
            #expect(try await shop.ask("ada").json["top_up_url"] is NSNull)
            let unbilled = try await Shop(house, stripe: "none")
            #expect(try await unbilled.ask("ada").json["top_up_url"] is NSNull)
        }
    }

    @Test func `a link cannot be used to flood Stripe`() async throws {
        try await ServedHouse.open { house in
            let shop = try await Shop(house)
            let link = try await shop.link("ada")
            for amount in 1...20 { #expect(try await shop.pay(link, "\(amount)").status == 303) }
            #expect(try await shop.pay(link, "21").status == 409)
            #expect(try await shop.pay(link, "20").status == 303)
            house.clock.advance(seconds: 3_601)
            #expect(try await shop.pay(link, "21").status == 303)
        }
    }

    @Test func `a key's cap is no matter of the wallet, so it leads to no page`() async throws {
        try await ServedHouse.open { house in
            let shop = try await Shop(house)
            let key = try await house.post("/v1/keys", #"{"name": "app", "max_spend": 1}"#, key: shop.key)
            let id = try #require(key.string("id"))
            let refused = try await house.post(
                "/v1/authorizations", #"{"customer": "ada", "key": "\#(id)", "estimate": {"amount_micros": 5}}"#,
                key: shop.key)
            #expect(refused.status == 402)
            #expect(refused.json["top_up_url"] is NSNull)
        }
    }
}
