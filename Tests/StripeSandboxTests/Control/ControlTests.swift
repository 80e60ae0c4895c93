import Testing

@testable import StripeSandbox

@Suite struct ControlTests {
    let stripe = SandboxClient()

    @Test func `the index lists every control call, and each is served`() async {
        let listed = await stripe.get("/_sandbox")["calls"].array?.compactMap(\.string) ?? []
        #expect(listed.count > 25)
        for call in listed {
            let halves = call.split(separator: " ")
            let path = halves[1].split(separator: "/").map { $0.hasPrefix("{") ? "none" : String($0) }.joined(
                separator: "/")
            let reply = await stripe.send(String(halves[0]), "/" + path)
            #expect(reply.error["message"]?.string?.contains("no such control call") != true, "\(call)")
        }
    }

    @Test func `an unknown call and an unknown parameter are refused`() async {
        #expect(await stripe.get("/_sandbox/nothing").status == 404)
        #expect(await stripe.post("/_sandbox/clock", ["advance": "5"]).error["code"] == "parameter_unknown")
    }

    @Test func `the clock goes forward on command, and never back`() async {
        let before = await stripe.get("/_sandbox/clock")["now"].int ?? 0
        #expect(await stripe.post("/_sandbox/clock", ["advance_seconds": "86400"])["now"] == .int(before + 86_400))
        #expect(await stripe.customer().isEmpty == false)
        #expect(await stripe.get("/v1/customers").data[0]["created"] == .int(before + 86_400))
        #expect(await stripe.post("/_sandbox/clock", ["advance_seconds": "-1"]).status == 400)
        #expect(await stripe.sandbox.now() == (before + 86_400) * 1_000)
    }

    @Test func `what was to happen in the meantime happens at its own time`() async {
        _ = await stripe.session()
        let debit = await stripe.charge(500, with: "pm_usBankAccount_success").id
        _ = await stripe.post("/_sandbox/clock", ["advance_seconds": "\(3 * 86_400)"])
        let events = await stripe.get("/v1/events").data
        #expect(events.map { $0["type"] }.first == "checkout.session.expired")
        #expect(events[0]["created"] == .int(1_790_000_000 + 86_400))
        #expect(await stripe.get("/v1/payment_intents/\(debit)")["status"] == "succeeded")
        let settled = events.first { $0["type"] == "payment_intent.succeeded" }
        #expect(settled?["created"] == .int(1_790_000_003))
    }

    @Test func `objects that do not exist are said not to`() async {
        for path in [
            "payment_intents/pi_x/settle", "refunds/re_x/settle", "charges/ch_x/dispute", "accounts/acct_x/restrict",
        ] {
            #expect(await stripe.post("/_sandbox/" + path).status == 404)
        }
    }

    @Test func `a live key makes live objects, over https only`() async {
        let stripe = SandboxClient { $0.secretKey = "sk_live_sandbox" }
        #expect(await stripe.charge(500)["livemode"] == true)
        let account = await stripe.enabledAccount()
        let link = await stripe.post(
            "/v1/account_links",
            [
                "account": account, "type": "account_onboarding", "refresh_url": "http://p.example",
                "return_url": "http://p.example",
            ])
        #expect(link.error["code"] == "url_invalid")
    }
}
