import Foundation
import Testing

@testable import StripeSandbox

@Suite struct AccessTests {
    let stripe = SandboxClient()

    @Test func `without a key nothing is answered`() async {
        let reply = Reply(outcome: await stripe.sandbox.handle(SandboxRequest(method: "GET", target: "/v1/account")))
        #expect(reply.status == 401)
        #expect(reply.error["type"] == "invalid_request_error")
    }

    @Test func `a wrong key is named only by its kind and its end`() async {
        let reply = await stripe.send(
            "GET", "/v1/account", headers: ["Authorization": "Bearer sk_test_wrongwrongwrong1234"])
        #expect(reply.status == 401)
        #expect(reply.error["message"] == "Invalid API Key provided: sk_test_********1234")
    }

    @Test func `the key may come as the user of basic authentication`() async {
        let basic = "Basic " + Data("sk_test_sandbox:".utf8).base64EncodedString()
        #expect(await stripe.send("GET", "/v1/account", headers: ["Authorization": basic]).status == 200)
    }

    @Test func `every answer carries a request id and the version`() async {
        let reply = await stripe.send("GET", "/v1/account", headers: ["Stripe-Version": "2026-10-28.endive"])
        #expect(reply.header("Request-Id")?.hasPrefix("req_") == true)
        #expect(reply.header("Stripe-Version") == "2026-10-28.endive")
        #expect(await stripe.send("GET", "/v1/account", headers: ["Stripe-Version": "soon"]).status == 400)
    }

    @Test func `an unknown and a disconnected account look the same`() async {
        let account = await stripe.enabledAccount()
        _ = await stripe.post("/_sandbox/accounts/\(account)/deauthorize")
        for id in [account, "acct_nobody"] {
            let reply = await stripe.get("/v1/customers", account: id)
            #expect(reply.status == 403)
            #expect(reply.error["code"] == "account_invalid")
        }
    }

    @Test func `one account's objects do not exist for another`() async {
        let (one, other) = (await stripe.enabledAccount(), await stripe.enabledAccount())
        let customer = await stripe.customer(account: one)
        #expect(await stripe.get("/v1/customers/\(customer)", account: one).status == 200)
        for account in [other, nil] {
            let reply = await stripe.get("/v1/customers/\(customer)", account: account)
            #expect(reply.status == 404)
            #expect(reply.error["code"] == "resource_missing")
            #expect(await stripe.get("/v1/customers", account: account).data.isEmpty)
        }
        let charge = await stripe.charge(500, account: other, customer: customer)
        #expect(charge.status == 400)
    }

    @Test func `an account connected for reading is not written to`() async {
        let account = await stripe.post("/_sandbox/accounts", ["country": "US"]).id
        let page =
            "http://sandbox.test/oauth/authorize?client_id=ca_sandbox&redirect_uri=https://p.example/cb&scope=read_only"
        let back = await stripe.page(page, ["decision": "approve", "account": account]).location
        let code = Form(String(back.split(separator: "?")[1]))["code"] ?? ""
        _ = await stripe.post("/oauth/token", ["grant_type": "authorization_code", "code": code])
        #expect(await stripe.get("/v1/customers", account: account).status == 200)
        #expect(await stripe.post("/v1/customers", account: account).status == 403)
    }

    @Test func `an unknown path says so`() async {
        let reply = await stripe.get("/v1/subscriptions")
        #expect(reply.status == 404)
        #expect(reply.error["message"]?.string?.hasPrefix("Unrecognized request URL (GET: /v1/subscriptions)") == true)
    }

    @Test func `the date of an answer is that of the sandbox's clock`() async {
        #expect(await stripe.get("/v1/account").header("Date") == "Mon, 21 Sep 2026 14:13:20 GMT")
    }

    @Test func `the log counts requests, knows their keys and parameters, and no secret`() async {
        _ = await stripe.charge(500, key: "k")
        _ = await stripe.charge(500, key: "k")
        let log = await stripe.get("/_sandbox/requests", ["operation": "POST /v1/payment_intents"])
        #expect(log["count"] == 2)
        #expect(log.data.map { $0["replayed"] } == [false, true])
        #expect(log.data[0]["idempotency_key"] == "k")
        #expect(log.data[0]["parameters"]?["amount"] == "500")
        #expect(!log.body.contains(stripe.settings.secretKey))
    }
}
