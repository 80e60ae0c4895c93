import Billing
import Ledger
import Storage
import Testing

@testable import Worker

@Suite struct OAuthTests {
    @Test func `a merchant lets us in, and the account is followed to connected`() async throws {
        let house = try await OnboardingHouse()
        house.stripe.on("POST /oauth/token", .token("acct_own"))
        house.stripe.on("GET /v1/accounts/acct_own", .account("acct_own", charges: true, submitted: true))
        let account = try await house.merchant()
        let state = try await house.state(of: account)
        let connected = try await house.onboarding.oauthCallback(code: "ac_1", state: state, error: nil)
        #expect(connected.id == account.id && connected.stripeAccount == "acct_own" && connected.status == .connected)
        let sent = try #require(house.stripe.asked.first)
        #expect(sent.value("code") == "ac_1" && sent.idempotencyKey == nil)
    }

    @Test func `the link asks to read and write, and to come back to our callback`() async throws {
        let house = try await OnboardingHouse()
        let account = try await house.merchant()
        let link = try await house.database.write { tx in try house.onboarding.oauthLink(account.id, in: tx) }
        #expect(link.url.hasPrefix("https://connect.stripe.com/oauth/authorize?"))
        for part in ["client_id=ca_test", "scope=read_write", "response_type=code"] { #expect(link.url.contains(part)) }
        #expect(link.url.contains("bill.example%2Fconnect%2Foauth%2Fcallback"))
        #expect(link.expiresAt == house.clock.now.adding(seconds: 3600))
    }

    @Test func `of many callbacks with one state one exchanges its code`() async throws {
        let house = try await OnboardingHouse()
        house.stripe.on("POST /oauth/token", .token("acct_own"))
        house.stripe.on("GET /v1/accounts/acct_own", .account("acct_own", charges: true, submitted: true))
        let account = try await house.merchant()
        let state = try await house.state(of: account)
        let refusals = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do {
                        _ = try await house.onboarding.oauthCallback(code: "ac_1", state: state, error: nil)
                        return nil
                    } catch { return (error as? WorkerError)?.code ?? "\(error)" }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }.compactMap(\.self)
        }
        #expect(refusals == Array(repeating: "oauth_state_unknown", count: 19))
        #expect(house.stripe.operations.filter { $0 == "POST /oauth/token" }.count == 1)
    }

    @Test func `a state that is unknown, used up or an hour old exchanges nothing`() async throws {
        let house = try await OnboardingHouse()
        let account = try await house.merchant()
        let state = try await house.state(of: account)
        await expectRefusal("oauth_state_unknown") {
            _ = try await house.onboarding.oauthCallback(code: "ac_1", state: "guess", error: nil)
        }
        await expectRefusal("oauth_state_unknown") {
            _ = try await house.onboarding.oauthCallback(code: "ac_1", state: nil, error: nil)
        }
        house.clock.advance(seconds: Onboarding.stateLifetimeSeconds)
        await expectRefusal("oauth_state_unknown") {
            _ = try await house.onboarding.oauthCallback(code: "ac_1", state: state, error: nil)
        }
        #expect(house.stripe.asked.isEmpty)
    }

    @Test func `the state is kept as a digest`() async throws {
        let house = try await OnboardingHouse()
        let state = try await house.state(of: try await house.merchant())
        let hash = try await house.database.read { tx in
            try tx.first("SELECT state_hash FROM oauth_states")?.bytes("state_hash")
        }
        #expect(hash == SecretDigest.of(state) && state.utf8.count == 43)
    }

    @Test func `a merchant who says no uses the link up, with or without the state`() async throws {
        let house = try await OnboardingHouse()
        let account = try await house.merchant()
        let state = try await house.state(of: account)
        await expectRefusal("oauth_access_denied") {
            _ = try await house.onboarding.oauthCallback(code: nil, state: nil, error: "access_denied")
        }
        await expectRefusal("oauth_access_denied") {
            _ = try await house.onboarding.oauthCallback(code: nil, state: state, error: "access_denied")
        }
        await expectRefusal("oauth_state_unknown") {
            _ = try await house.onboarding.oauthCallback(code: "ac_1", state: state, error: nil)
        }
        await expectRefusal("oauth_refused") {
            _ = try await house.onboarding.oauthCallback(code: nil, state: nil, error: "<b>anything</b>")
        }
        #expect(try await house.current(account) == account)
    }

    @Test func `a code whose answer was lost is never sent again, and the account says why`() async throws {
        let house = try await OnboardingHouse()
        house.stripe.on("POST /oauth/token", .lost)
        let account = try await house.merchant()
        let state = try await house.state(of: account)
        await expectRefusal("oauth_indeterminate") {
            _ = try await house.onboarding.oauthCallback(code: "ac_1", state: state, error: nil)
        }
        await expectRefusal("oauth_state_unknown") {
            _ = try await house.onboarding.oauthCallback(code: "ac_1", state: state, error: nil)
        }
        #expect(house.stripe.operations == ["POST /oauth/token"])
        let stored = try await house.current(account)
        #expect(stored.status == .incomplete && stored.statusReason == "oauth_indeterminate")
        #expect(stored.nextStep?.contains("start again") == true)
    }

    @Test(arguments: [
        (ScriptedStripe.Reply.oauthError("invalid_grant"), "oauth_code_refused"),
        (.oauthError("invalid_client", status: 401), "oauth_refused"), (.unsent, "oauth_not_sent"),
        (.token("acct_own", livemode: true), "oauth_wrong_mode"),
        (.token("acct_own", scope: "read_only"), "oauth_read_only"),
    ])
    func `what cannot charge for us is not connected`(reply: ScriptedStripe.Reply, code: String) async throws {
        let house = try await OnboardingHouse()
        house.stripe.on("POST /oauth/token", reply)
        let account = try await house.merchant()
        let state = try await house.state(of: account)
        await expectRefusal(code) {
            _ = try await house.onboarding.oauthCallback(code: "ac_1", state: state, error: nil)
        }
        #expect(house.stripe.operations == ["POST /oauth/token"])
        #expect(try await house.current(account).stripeAccount == nil)
    }

    @Test func `a Stripe account serves one merchant, and the other learns nothing of that one`() async throws {
        let house = try await OnboardingHouse()
        house.stripe.on("POST /oauth/token", .token("acct_1"))
        let first = try await house.connected("acct_1")
        let second = try await house.merchant("Grace")
        let state = try await house.state(of: second)
        await #expect {
            _ = try await house.onboarding.oauthCallback(code: "ac_1", state: state, error: nil)
        } throws: { error in
            guard let error = error as? WorkerError else { return false }
            return error.code == "stripe_account_taken" && !error.detail.contains(first.id.text)
                && !error.detail.contains(first.name)
        }
        #expect(try await house.current(first) == first)
        #expect(try await house.current(second).stripeAccount == nil)
    }

    @Test func `a merchant whose customers are at one Stripe account cannot change to another`() async throws {
        let house = try await OnboardingHouse()
        house.stripe.on("POST /oauth/token", .token("acct_other"))
        let account = try await house.connected("acct_1")
        try await house.database.write { tx in
            try house.onboarding.disconnect(account.id, .disconnectedByMerchant, by: .commandLine, in: tx)
        }
        let state = try await house.state(of: account)
        await expectRefusal("other_stripe_account") {
            _ = try await house.onboarding.oauthCallback(code: "ac_1", state: state, error: nil)
        }
        #expect(try await house.current(account).stripeAccount == "acct_1")
    }

    @Test func `nor does coming back through an onboarding link let a merchant with customers change`() async throws {
        let house = try await OnboardingHouse()
        house.stripe.on("POST /oauth/token", .token("acct_other"))
        let account = try await house.connected("acct_1")
        try await house.database.write { tx in
            _ = try house.worker.customers.create(
                NewCustomer(externalID: "ada", details: CustomerDetails(stripeCustomer: "cus_1")), account: account,
                by: .commandLine, in: tx)
            try tx.accounts.setStanding(account.id, .incomplete, reason: ConnectedAccount.Reason.reconnecting.rawValue)
        }
        let state = try await house.state(of: account)
        await expectRefusal("other_stripe_account") {
            _ = try await house.onboarding.oauthCallback(code: "ac_1", state: state, error: nil)
        }
        #expect(try await house.current(account).stripeAccount == "acct_1")
    }

    @Test func `an onboarding that was never finished yields to the merchant's own account`() async throws {
        let house = try await OnboardingHouse()
        house.stripe.on("POST /v1/accounts", .account("acct_made"))
        house.stripe.on("POST /v1/account_links", .link)
        house.stripe.on("POST /oauth/token", .token("acct_own"))
        house.stripe.on("GET /v1/accounts/acct_own", .account("acct_own", charges: true, submitted: true))
        let account = try await house.merchant()
        _ = try await house.onboarding.link(account.id)
        let state = try await house.state(of: account)
        let connected = try await house.onboarding.oauthCallback(code: "ac_1", state: state, error: nil)
        #expect(connected.stripeAccount == "acct_own" && connected.canCharge)
    }

    @Test func `no OAuth link is made where none can help`() async throws {
        let house = try await OnboardingHouse()
        let connected = try await house.connected()
        await expectRefusal("account_already_connected") { _ = try await house.state(of: connected) }
        let unbilled = try await house.merchant(stripe: "none")
        await expectRefusal("account_not_connect") { _ = try await house.state(of: unbilled) }
        let unregistered = try await OnboardingHouse(clientID: nil)
        let account = try await unregistered.merchant()
        await expectRefusal("oauth_not_configured") { _ = try await unregistered.state(of: account) }
    }
}
