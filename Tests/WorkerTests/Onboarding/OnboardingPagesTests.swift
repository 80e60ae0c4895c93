import Billing
import Ledger
import Storage
import Testing

@testable import Worker

/// The pages that a merchant's browser reaches without a key.
@Suite struct OnboardingPagesTests {
    private func linked(
        returnURL: String? = nil, refreshURL: String? = nil
    ) async throws -> (OnboardingHouse, ConnectedAccount, token: String) {
        let house = try await OnboardingHouse()
        house.stripe.on("POST /v1/accounts", .account("acct_1"))
        house.stripe.on("POST /v1/account_links", .link)
        let account = try await house.merchant()
        _ = try await house.onboarding.link(account.id, returnURL: returnURL, refreshURL: refreshURL)
        return (house, account, try house.lastToken())
    }

    @Test func `coming back says nothing by itself: the account is retrieved`() async throws {
        let (house, account, token) = try await linked(returnURL: "https://app.example/done")
        house.stripe.on(
            "GET /v1/accounts/acct_1", .account("acct_1", due: ["external_account"]),
            .account("acct_1", charges: true, submitted: true))
        let early = try await house.onboarding.returned(account.id, token: token)
        #expect(early.account.status == .incomplete && early.account.requirementsDue == ["external_account"])
        let done = try await house.onboarding.returned(account.id, token: token)
        #expect(done.account.status == .connected && done.returnURL == "https://app.example/done")
    }

    @Test func `when Stripe is away the merchant still gets a page`() async throws {
        let (house, account, token) = try await linked()
        house.stripe.on("GET /v1/accounts/acct_1", .unsent)
        #expect(try await house.onboarding.returned(account.id, token: token).account.status == .incomplete)
    }

    @Test func `a used link is replaced by a new one with the same way back`() async throws {
        let (house, account, token) = try await linked()
        #expect(
            try await house.onboarding.freshLink(account.id, token: token) == "https://connect.stripe.com/setup/s/1")
        #expect(try house.lastToken() == token)
        let keys = house.stripe.asked.filter { $0.operation == "POST /v1/account_links" }.map(\.idempotencyKey)
        #expect(Set(keys).count == 2)
    }

    @Test func `a caller who makes the links is asked for the next one`() async throws {
        let (house, account, token) = try await linked(refreshURL: "https://app.example/again")
        let before = house.stripe.asked.count
        #expect(try await house.onboarding.freshLink(account.id, token: token) == "https://app.example/again")
        #expect(house.stripe.asked.count == before)
    }

    @Test func `without the token of one's own link nothing is shown and Stripe is not asked`() async throws {
        let (house, account, token) = try await linked()
        let other = try await house.merchant("Grace")
        let before = house.stripe.asked.count
        for (id, token) in [(account.id, ""), (account.id, "guess"), (other.id, token)] {
            await expectRefusal("onboarding_link_unknown") { _ = try await house.onboarding.returned(id, token: token) }
            await expectRefusal("onboarding_link_unknown") {
                _ = try await house.onboarding.freshLink(id, token: token)
            }
        }
        house.clock.advance(seconds: Onboarding.linkLifetimeSeconds)
        await expectRefusal("onboarding_link_unknown") {
            _ = try await house.onboarding.returned(account.id, token: token)
        }
        #expect(house.stripe.asked.count == before)
    }

    @Test func `a link that leaks cannot be used to keep Stripe busy`() async throws {
        let (house, account, token) = try await linked()
        house.stripe.on("GET /v1/accounts/acct_1", .account("acct_1"))
        let before = house.stripe.asked.count
        for _ in 0..<Onboarding.visitLimit { _ = try await house.onboarding.returned(account.id, token: token) }
        #expect(house.stripe.asked.count == before + Onboarding.visitLimit)
        _ = try await house.onboarding.returned(account.id, token: token)
        await expectRefusal("too_many_visits") { _ = try await house.onboarding.freshLink(account.id, token: token) }
        #expect(house.stripe.asked.count == before + Onboarding.visitLimit)
    }

    @Test func `a merchant who is connected gets no new link`() async throws {
        let (house, account, token) = try await linked()
        try await house.database.write { tx in try tx.accounts.setStanding(account.id, .connected, reason: nil) }
        await expectRefusal("account_already_connected") {
            _ = try await house.onboarding.freshLink(account.id, token: token)
        }
    }

    @Test func `the database does not hold what opens the pages`() async throws {
        let (house, _, token) = try await linked()
        let hash = try await house.database.read { tx in
            try tx.first("SELECT token_hash FROM onboarding_links")?.bytes("token_hash")
        }
        #expect(hash == SecretDigest.of(token))
        #expect(token.utf8.count == 43)
    }
}
