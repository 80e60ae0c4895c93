import Billing
import HTTPTypes
import Ledger
import NIOCore
import StripeSandbox
import Testing
import Worker

@testable import Server

/// What a browser is shown: the right thing, escaped, with nothing that could run.
struct PagesTests {
    @Test func `a page names its style by its version, which is kept for good; without one it is asked for again`()
        async throws
    {
        try await ServedHouse.open { house in
            let page = try await house.get("/", key: nil).text
            let style = try #require(page.firstMatch(of: #/href="(/pages\.css\?v=\w+)"/#)).output.1
            let named = try await house.get(String(style), key: nil)
            #expect(named.headers["cache-control"] == "public, max-age=31536000, immutable")
            for other in ["/pages.css", "/pages.css?v=old"] {
                let reply = try await house.get(other, key: nil)
                #expect(reply.headers["cache-control"] == "no-cache")
                #expect(reply.text == named.text)
            }
        }
    }

    @Test func `a payment is shown with its merchant, its amount and what to do`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            let reply = try await house.get("/pay/\(ada.charge)?token=token%20of%20ada", key: nil)
            #expect(reply.status == 200)
            #expect(reply.text.contains("5.00 USD"))
            #expect(reply.text.contains("ada"))
            #expect(reply.text.contains(#"action="/pay/\#(ada.charge)""#))
            // Stripe asks that nobody says why a bank declined.
            #expect(!reply.text.contains("insufficient"))
        }
    }

    @Test func `a payment opens by its own token alone`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            let ben = try await Belongings(in: house, "ben")
            for token in ["", "x", "token%20of%20ben", "token%20of%20ad", "token%20of%20adaa"] {
                let reply = try await house.get("/pay/\(ada.charge)?token=\(token)", key: nil)
                #expect(reply.status == 404)
                #expect(!reply.text.contains("USD"))
            }
            let posted = try await house.call(
                "POST", "/pay/\(ada.charge)", "token=token+of+ben", key: nil,
                headers: ["Content-Type": "application/x-www-form-urlencoded"])
            #expect(posted.status == 404)
            #expect(try await house.get("/pay/\(ben.charge)?token=token%20of%20ben", key: nil).status == 200)
        }
    }

    @Test func `hostile names are shown as they are written`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            let name = Server.JSON.string("<script>alert(1)</script>{{title}} & \"co\" '").bytes
            let changed = try await house.post("/v1/accounts/\(ada.account)", #"{"name": \#(String(buffer: name))}"#)
            #expect(changed.status == 200)
            let reply = try await house.get("/pay/\(ada.charge)?token=token%20of%20ada", key: nil)
            #expect(reply.status == 200)
            #expect(!reply.text.contains("<script"))
            #expect(reply.text.contains("&lt;script&gt;alert(1)&lt;/script&gt;{{title}} &amp;"))
        }
    }

    @Test func `every page forbids what it does not need`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            for route in try house.routes where route.isPage && route.method == .get {
                let reply = try await house.get(ada.path(of: route) + "?token=x&code=x&state=x", key: nil)
                #expect(reply.headers["content-type"] == "text/html; charset=utf-8", "\(route.path)")
                let policy = try #require(reply.headers["content-security-policy"])
                #expect(policy.hasPrefix("default-src 'none'; style-src 'self'; form-action 'self' https:;"))
                #expect(policy.contains("frame-ancestors 'none'"))
                #expect(reply.headers["referrer-policy"] == "no-referrer")
                #expect(reply.headers["cache-control"] == "no-store")
                #expect(reply.headers["x-content-type-options"] == "nosniff")
                #expect(reply.status < 500)
            }
        }
    }

    @Test func `a problem is a page for a browser, and names the request`() async throws {
        try await ServedHouse.open { house in
            let reply = try await house.get("/connect/oauth/callback?state=unknown&code=x", key: nil)
            #expect(reply.status == 400)
            let id = try #require(reply.headers["request-id"])
            #expect(reply.text.contains(id))
            #expect(reply.text.contains("oauth_state_unknown"))
            #expect(reply.text.contains("<h1>This link does not work</h1>"))
        }
    }

    @Test func `a merchant comes back from onboarding to a page that says how it went`() async throws {
        try await ServedHouse.open { house in
            let merchant = try await house.addMerchant(stripe: "connect")
            let link = try await house.post("/v1/accounts/\(merchant.id)/onboarding_links", key: merchant.key)
            #expect(link.status == 201)
            let sent = await house.sandbox.handle(
                SandboxRequest(method: "GET", target: "/_sandbox/requests?limit=100", headers: [:], body: []))
            guard case .answer(let log) = sent else { throw Socket.Unanswered() }
            let text = String(decoding: log.body, as: UTF8.self).replacing("\\/", with: "/")
            let pattern = #/https://bill.example(/connect/[^/]+/return\?token=[\w-]+)/#
            let page = try #require(text.firstMatch(of: pattern)?.1)
            let reply = try await house.get(String(page), key: nil)
            #expect(reply.status == 200)
            #expect(reply.text.contains("Not finished yet"))
            #expect(reply.text.contains("/connect/\(merchant.id)/refresh?token="))
            let onward = try await house.get(String(page).replacing("/return", with: "/refresh"), key: nil)
            #expect(onward.status == 303)
            #expect(onward.headers["location"]?.hasPrefix("http://stripe.test/") == true)
            let wrong = try await house.get("/connect/\(merchant.id)/return?token=wrong", key: nil)
            #expect(wrong.status == 404)
        }
    }

    @Test func `an amount is written as its currency is`() throws {
        let cases: [(Int64, String, String)] = [
            (500, "usd", "5.00 USD"), (500, "jpy", "500 JPY"), (1_250, "kwd", "1.250 KWD"), (5, "usd", "0.05 USD"),
            (0, "usd", "0.00 USD"), (-5, "usd", "-0.05 USD"), (123_456_789, "usd", "1\u{202F}234\u{202F}567.89 USD"),
            (1_000_000, "jpy", "1\u{202F}000\u{202F}000 JPY"),
        ]
        for (minor, code, text) in cases {
            #expect(AmountText.text(minor, try #require(Currency(code)), .standard) == text)
        }
    }
}
