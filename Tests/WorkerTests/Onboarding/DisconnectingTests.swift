import Billing
import Ledger
import Storage
import Synchronization
import Testing

@testable import Worker

@Suite struct DisconnectingTests {
    @Test func `the account is disconnected here before Stripe is told`() async throws {
        let house = try await OnboardingHouse()
        let account = try await house.connected()
        house.stripe.on("POST /oauth/deauthorize", .ok(#"{"stripe_user_id":"acct_1"}"#))
        let seen = Mutex<ConnectedAccount.Status?>(nil)
        house.stripe.during { [house] _ in
            let status = try await house.current(account).status
            seen.withLock { $0 = status }
        }
        let gone = try await house.onboarding.disconnect(account.id, by: .commandLine)
        #expect(seen.withLock { $0 } == .disconnected)
        #expect(gone.status == .disconnected && gone.statusReason == "disconnected_by_platform")
        #expect(house.stripe.asked.first?.value("stripe_user_id") == "acct_1")
        #expect(gone.stripeAccount == "acct_1")
    }

    @Test func `once disconnected nothing is asked, whoever calls`() async throws {
        let house = try await OnboardingHouse()
        let account = try await house.connected()
        house.stripe.on("POST /oauth/deauthorize", .ok(#"{"stripe_user_id":"acct_1"}"#))
        _ = try await house.onboarding.disconnect(account.id, by: .commandLine)
        let before = house.stripe.asked.count
        #expect(try await house.onboarding.refreshStatus(account.id).status == .disconnected)
        #expect(try await house.onboarding.disconnect(account.id, by: .commandLine).status == .disconnected)
        #expect(try await house.onboarding.ask(account.id) == nil)
        await expectRefusal("reconnect_by_oauth") { _ = try await house.onboarding.link(account.id) }
        #expect(house.stripe.asked.count == before)
    }

    @Test(arguments: [
        ScriptedStripe.Reply.oauthError("no_deauth_on_controlled_account"), .oauthError("invalid_client", status: 401),
    ])
    func `where Stripe keeps the access, the answer says what the merchant must do`(
        reply: ScriptedStripe.Reply
    ) async throws {
        let house = try await OnboardingHouse()
        let account = try await house.connected()
        house.stripe.on("POST /oauth/deauthorize", reply)
        house.stripe.on("GET /v1/accounts/acct_1", .account("acct_1", charges: true, submitted: true))
        let gone = try await house.onboarding.disconnect(account.id, by: .commandLine)
        #expect(gone.status == .disconnected && gone.statusReason == "access_remains")
        #expect(gone.nextStep?.contains("Stripe Dashboard") == true)
    }

    @Test func `a refusal because the access is gone already is a success`() async throws {
        let house = try await OnboardingHouse()
        let account = try await house.connected()
        house.stripe.on("POST /oauth/deauthorize", .oauthError("invalid_client", status: 401))
        house.stripe.on("GET /v1/accounts/acct_1", .accessLost)
        #expect(
            try await house.onboarding.disconnect(account.id, by: .commandLine).statusReason
                == "disconnected_by_platform")
    }

    @Test func `without a client id the account is disconnected here, and says so`() async throws {
        let house = try await OnboardingHouse(clientID: nil)
        let account = try await house.connected()
        #expect(try await house.onboarding.disconnect(account.id, by: .commandLine).statusReason == "access_remains")
        #expect(house.stripe.asked.isEmpty)
    }

    @Test func `Stripe is told later when it cannot be told now`() async throws {
        let house = try await OnboardingHouse()
        let account = try await house.connected()
        house.stripe.on("POST /oauth/deauthorize", .lost, .unsent, .ok(#"{"stripe_user_id":"acct_1"}"#))
        let gone = try await house.onboarding.disconnect(account.id, by: .commandLine)
        #expect(gone.status == .disconnected && gone.statusReason == "withdrawal_pending")
        await expectRefusal("account_disconnecting") { _ = try await house.onboarding.link(account.id) }
        for calls in 2...3 {
            house.clock.advance(seconds: Onboarding.unsettledIntervalSeconds)
            try await house.onboarding.pollAll()
            #expect(house.stripe.asked.count == calls)
        }
        #expect(try await house.current(account).statusReason == "disconnected_by_platform")
    }

    @Test func `links and states from before do not lead back in`() async throws {
        let house = try await OnboardingHouse()
        house.stripe.on("POST /v1/accounts", .account("acct_1"))
        house.stripe.on("POST /v1/account_links", .link)
        house.stripe.on("POST /oauth/deauthorize", .oauthError("no_deauth_on_controlled_account"))
        let account = try await house.merchant()
        _ = try await house.onboarding.link(account.id)
        let token = try house.lastToken()
        let state = try await house.state(of: account)
        _ = try await house.onboarding.disconnect(account.id, by: .commandLine)
        await expectRefusal("onboarding_link_unknown") {
            _ = try await house.onboarding.returned(account.id, token: token)
        }
        await expectRefusal("oauth_state_unknown") {
            _ = try await house.onboarding.oauthCallback(code: "ac_1", state: state, error: nil)
        }
        #expect(try await house.current(account).status == .disconnected)
    }

    @Test func `where the access remains, a new link leads back once the merchant has come through it`() async throws {
        let house = try await OnboardingHouse()
        let account = try await house.connected()
        house.stripe.on("POST /oauth/deauthorize", .oauthError("no_deauth_on_controlled_account"))
        house.stripe.on("POST /v1/account_links", .link)
        house.stripe.on("GET /v1/accounts/acct_1", .account("acct_1", charges: true, submitted: true))
        _ = try await house.onboarding.disconnect(account.id, by: .commandLine)
        _ = try await house.onboarding.link(account.id)
        #expect(try await house.onboarding.refreshStatus(account.id).status == .disconnected)
        let back = try await house.onboarding.returned(account.id, token: try house.lastToken())
        #expect(back.account.canCharge)
    }

    @Test func `OAuth with the same Stripe account leads back`() async throws {
        let house = try await OnboardingHouse()
        let account = try await house.connected()
        house.stripe.on("POST /oauth/deauthorize", .ok(#"{"stripe_user_id":"acct_1"}"#))
        house.stripe.on("POST /oauth/token", .token("acct_1"))
        house.stripe.on("GET /v1/accounts/acct_1", .account("acct_1", charges: true, submitted: true))
        _ = try await house.onboarding.disconnect(account.id, by: .commandLine)
        let state = try await house.state(of: account)
        #expect(try await house.onboarding.oauthCallback(code: "ac_1", state: state, error: nil).canCharge)
    }

    @Test func `there is nothing to disconnect before there is a Stripe account`() async throws {
        let house = try await OnboardingHouse()
        let account = try await house.merchant()
        await expectRefusal("account_not_connected") {
            _ = try await house.onboarding.disconnect(account.id, by: .commandLine)
        }
        let platform = try await house.merchant(stripe: "platform")
        await expectRefusal("account_not_connect") {
            _ = try await house.onboarding.disconnect(platform.id, by: .commandLine)
        }
    }

    @Test func `the merchant withdraws, and Stripe confirms it`() async throws {
        let house = try await OnboardingHouse()
        let account = try await house.connected()
        house.stripe.on("GET /v1/accounts/acct_1", .accessLost)
        let answer = try #require(try await house.onboarding.ask(account.id))
        try await house.database.write { tx in try house.onboarding.deauthorize(answer, in: tx) }
        let gone = try await house.current(account)
        #expect(gone.status == .disconnected && gone.statusReason == "disconnected_by_merchant")
    }

    @Test func `word of a withdrawal that comes after a new connection changes nothing`() async throws {
        let house = try await OnboardingHouse()
        let account = try await house.connected()
        house.stripe.on("GET /v1/accounts/acct_1", .account("acct_1", charges: true, submitted: true))
        let answer = try #require(try await house.onboarding.ask(account.id))
        try await house.database.write { tx in try house.onboarding.deauthorize(answer, in: tx) }
        #expect(try await house.current(account).canCharge)
    }
}
