import Testing

@testable import StripeSandbox

@Suite struct OAuthTests {
    let stripe = SandboxClient { $0.redirectURIs = ["https://p.example/cb"] }

    private let page =
        "http://sandbox.test/oauth/authorize?client_id=ca_sandbox&response_type=code&scope=read_write&state=s%261"

    private func query(_ url: String) -> Form { Form(String(url.drop { $0 != "?" }.dropFirst())) }

    private func approvedCode(_ account: String? = nil) async -> String {
        let back = await stripe.page(page, ["decision": "approve", "account": account ?? "", "country": "JP"])
        return query(back.location)["code"] ?? ""
    }

    private func exchange(_ code: String) async -> Reply {
        await stripe.post("/oauth/token", ["grant_type": "authorization_code", "code": code])
    }

    @Test func `approving gives a code for the account, with the state as it came`() async {
        let account = await stripe.post("/_sandbox/accounts", ["country": "JP", "name": "Tokyo AI"]).id
        #expect(await stripe.get("/v1/customers", account: account).status == 403)
        #expect(await stripe.page(page).body.contains("Tokyo AI"))
        let back = await stripe.page(page, ["decision": "approve", "account": account])
        #expect(back.location.hasPrefix("https://p.example/cb?"))
        #expect(query(back.location)["state"] == "s&1")
        let token = await exchange(query(back.location)["code"] ?? "")
        #expect(token["stripe_user_id"] == .string(account))
        #expect(token["scope"] == "read_write")
        #expect(token["livemode"] == false)
        #expect(await stripe.charge(500, "jpy", account: account)["status"] == "succeeded")
    }

    @Test func `denying says so, with the state`() async {
        let back = query(await stripe.page(page, ["decision": "deny"]).location)
        #expect(back["error"] == "access_denied")
        #expect(back["state"] == "s&1")
        #expect(back["code"] == nil)
    }

    @Test func `a code used twice revokes the connection`() async {
        let code = await approvedCode()
        let account = await exchange(code)["stripe_user_id"].string ?? ""
        let second = await exchange(code)
        #expect(second.status == 400)
        #expect(second["error"] == "invalid_grant")
        #expect(await stripe.get("/v1/customers", account: account).status == 403)
    }

    @Test func `an answer that got lost has used the code: asking again revokes the connection`() async {
        let code = await approvedCode()
        _ = await stripe.post("/_sandbox/faults", ["fault": "timeout-after", "operation": "POST /oauth/token"])
        #expect(await exchange(code).outcome == .silence)
        #expect(await stripe.get("/v1/accounts").data.count == 1)
        #expect(await exchange(code)["error"] == "invalid_grant")
        #expect(await stripe.get("/v1/accounts").data.isEmpty)
        #expect(await stripe.get("/_sandbox/requests", ["operation": "POST /oauth/token"])["count"] == 2)
    }

    @Test func `a code lives five minutes`() async {
        let code = await approvedCode()
        stripe.clock.advance(seconds: 301)
        #expect(await exchange(code)["error"] == "invalid_grant")
    }

    @Test func `errors of the token call are words`() async {
        #expect(await exchange("ac_none")["error"] == "invalid_grant")
        #expect(await stripe.post("/oauth/token", ["code": "x"])["error"] == "invalid_request")
        #expect(await stripe.post("/oauth/token", ["grant_type": "password"])["error"] == "unsupported_grant_type")
        let wrong = await stripe.send(
            "POST", "/oauth/token", body: "grant_type=authorization_code&code=x",
            headers: ["Authorization": "Bearer sk_test_other"])
        #expect(wrong.status == 401)
        #expect(wrong["error"] == "invalid_client")
    }

    @Test func `a redirect URI that is not registered, to the letter, is not gone to`() async {
        let other = page + "&redirect_uri=" + Form.escape("https://p.example/cb/")
        let reply = await stripe.page(other, ["decision": "approve"])
        #expect(reply.status == 400)
        #expect(reply.location.isEmpty)
        #expect(await stripe.page(page.replacing("ca_sandbox", with: "ca_other")).status == 400)
    }

    @Test func `deauthorizing ends access and tells the platform with the application as object`() async {
        let account = await exchange(await approvedCode())["stripe_user_id"].string ?? ""
        let ended = await stripe.post("/oauth/deauthorize", ["client_id": "ca_sandbox", "stripe_user_id": account])
        #expect(ended["stripe_user_id"] == .string(account))
        #expect(await stripe.get("/v1/customers", account: account).status == 403)
        let again = await stripe.post("/oauth/deauthorize", ["client_id": "ca_sandbox", "stripe_user_id": account])
        #expect(again["error"] == "invalid_client")
        let code = await stripe.page(page, ["decision": "approve", "account": account])
        _ = await exchange(query(code.location)["code"] ?? "")
        let events = await stripe.get("/v1/events", account: account).data
        #expect(
            events.map { $0["type"] } == [
                "account.application.authorized", "account.application.deauthorized", "account.application.authorized",
            ])
        #expect(events[1]["data"]?["object"]?["object"] == "application")
        #expect(events[1]["account"] == .string(account))
    }
}
