import Testing

@testable import StripeSandbox

@Suite struct AccountTests {
    let stripe = SandboxClient()

    private func link(for account: String) async -> String {
        await stripe.post(
            "/v1/account_links",
            [
                "account": account, "type": "account_onboarding", "refresh_url": "https://p.example/refresh",
                "return_url": "https://p.example/return",
            ])["url"].string ?? ""
    }

    @Test func `controller properties equal to Standard make a Standard account; others are refused`() async {
        let standard = await stripe.post(
            "/v1/accounts",
            [
                "controller[fees][payer]": "account", "controller[losses][payments]": "stripe",
                "controller[requirement_collection]": "stripe", "controller[stripe_dashboard][type]": "full",
                "country": "JP", "email": "m@example.com", "metadata[bursar_account]": "bacc_1",
            ])
        #expect(standard["type"] == "standard")
        #expect(standard["default_currency"] == "jpy")
        #expect(standard["charges_enabled"] == false)
        #expect(standard["requirements"]["disabled_reason"] == "requirements.past_due")
        #expect(standard["metadata"]["bursar_account"] == "bacc_1")
        #expect(await stripe.post("/v1/accounts", ["controller[stripe_dashboard][type]": "none"]).status == 400)
        #expect(await stripe.post("/v1/accounts", ["type": "express"]).status == 400)
    }

    @Test func `completing the onboarding page enables the account and tells the platform`() async {
        let account = await stripe.post("/v1/accounts", ["country": "US"]).id
        let url = await link(for: account)
        let done = await stripe.page(url, ["decision": "complete"])
        #expect(done.location == "https://p.example/return")
        let shown = await stripe.get("/v1/accounts/\(account)")
        #expect(shown["charges_enabled"] == true)
        #expect(shown["details_submitted"] == true)
        #expect(shown["requirements"]["currently_due"] == [])
        let event = await stripe.get("/v1/events", account: account).data[0]
        #expect(event["type"] == "account.updated")
        #expect(event["account"] == .string(account))
        #expect(event["data"]?["previous_attributes"]?["charges_enabled"] == false)
    }

    @Test func `leaving it half done returns all the same, with something still due`() async {
        let account = await stripe.post("/v1/accounts", ["country": "US"]).id
        #expect(
            await stripe.page(await link(for: account), ["decision": "half"]).location == "https://p.example/return")
        let shown = await stripe.get("/v1/accounts/\(account)")
        #expect(shown["charges_enabled"] == false)
        #expect(shown["requirements"]["currently_due"]?.array?.isEmpty == false)
    }

    @Test func `a link is good for one visit; the page that it gave may be sent`() async {
        let account = await stripe.post("/v1/accounts", ["country": "US"]).id
        let url = await link(for: account)
        let page = await stripe.page(url)
        #expect(page.status == 200)
        #expect(page.body.contains("<li><code>external_account</code></li>"))
        #expect(await stripe.page(url).location == "https://p.example/refresh")
        #expect(await stripe.page(url, ["decision": "complete"]).location == "https://p.example/refresh")
        let key = page.body.split(separator: "form_key\" value=\"")[1].prefix { $0 != "\"" }
        let sent = await stripe.page(url, ["decision": "complete", "form_key": String(key)])
        #expect(sent.location == "https://p.example/return")
    }

    @Test func `an expired link leads to the refresh page`() async {
        let account = await stripe.post("/v1/accounts", ["country": "US"]).id
        let url = await link(for: account)
        stripe.clock.advance(seconds: 301)
        #expect(await stripe.page(url).location == "https://p.example/refresh")
        #expect(await stripe.get("/v1/accounts/\(account)")["charges_enabled"] == false)
    }

    @Test func `a link needs its URLs and an account of the platform`() async {
        let account = await stripe.post("/v1/accounts", ["country": "US"]).id
        let bare = await stripe.post("/v1/account_links", ["account": account, "type": "account_onboarding"])
        #expect(bare.error["param"] == "refresh_url")
        let update = await stripe.post("/v1/account_links", ["account": account, "type": "account_update"])
        #expect(update.status == 400)
        #expect(
            await stripe.post("/v1/account_links", ["account": "acct_x", "type": "account_onboarding"]).status == 400)
    }

    @Test func `a restricted account says why, and is enabled again`() async {
        let account = await stripe.enabledAccount()
        _ = await stripe.post(
            "/_sandbox/accounts/\(account)/restrict",
            ["disabled_reason": "rejected.fraud", "past_due[]": "individual.id_number"])
        let shown = await stripe.get("/v1/accounts/\(account)")
        #expect(shown["requirements"]["disabled_reason"] == "rejected.fraud")
        #expect(shown["requirements"]["past_due"] == ["individual.id_number"])
        #expect(await stripe.charge(500, account: account).status == 400)
        _ = await stripe.post("/_sandbox/accounts/\(account)/onboard")
        #expect(await stripe.charge(500, account: account).status == 200)
        #expect(await stripe.post("/_sandbox/accounts/\(account)/restrict", ["disabled_reason": "mood"]).status == 400)
    }

    @Test func `the platform's own account answers without any account named`() async {
        let own = await stripe.get("/v1/account")
        #expect(own["charges_enabled"] == true)
        #expect(await stripe.get("/v1/accounts").data.isEmpty)
    }

    @Test func `accounts are updated and listed`() async {
        let account = await stripe.enabledAccount()
        let changed = await stripe.post(
            "/v1/accounts/\(account)", ["metadata[a]": "1", "business_profile[name]": "Shop"])
        #expect(changed["business_profile"]["name"] == "Shop")
        #expect(await stripe.get("/v1/accounts").data.map { $0["id"] } == [.string(account)])
    }
}
