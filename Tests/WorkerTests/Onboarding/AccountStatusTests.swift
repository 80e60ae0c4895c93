import Billing
import Ledger
import Storage
import Stripe
import Testing

@testable import Worker

@Suite struct AccountStatusTests {
    struct Case: Sendable {
        let reply: ScriptedStripe.Reply
        let status: ConnectedAccount.Status
        let reason: String?
        let due: [String]
    }

    @Test(arguments: [
        Case(
            reply: .account("acct_1", due: ["external_account"]), status: .incomplete, reason: nil,
            due: ["external_account"]),
        Case(reply: .account("acct_1", charges: true, submitted: true), status: .connected, reason: nil, due: []),
        Case(
            reply: .account("acct_1", charges: true, submitted: true, due: ["person.dob"]), status: .connected,
            reason: nil, due: ["person.dob"]),
        Case(
            reply: .account(
                "acct_1", submitted: true, due: ["id", "tax"], pastDue: ["tax"], disabled: "requirements.past_due"),
            status: .restricted, reason: "requirements.past_due", due: ["tax", "id"]),
        Case(
            reply: .account("acct_1", submitted: true, disabled: "rejected.fraud"), status: .restricted,
            reason: "rejected.fraud", due: []),
        Case(reply: .account("acct_1", submitted: true), status: .restricted, reason: "other", due: []),
        Case(reply: .accessLost, status: .restricted, reason: "access_lost", due: []),
    ])
    func `an account stands as Stripe says`(expected: Case) async throws {
        let house = try await OnboardingHouse()
        let account = try await house.connected()
        house.stripe.on("GET /v1/accounts/acct_1", expected.reply)
        let refreshed = try await house.onboarding.refreshStatus(account.id)
        #expect(refreshed.status == expected.status && refreshed.statusReason == expected.reason)
        #expect(refreshed.requirementsDue == expected.due)
        #expect(try await house.current(account) == refreshed)
    }

    @Test func `an answer that was overtaken by a later one changes nothing`() async throws {
        let house = try await OnboardingHouse()
        let account = try await house.connected()
        house.stripe.on(
            "GET /v1/accounts/acct_1", .account("acct_1", submitted: true, disabled: "under_review"),
            .account("acct_1", charges: true, submitted: true))
        let early = try #require(try await house.onboarding.ask(account.id))
        let late = try #require(try await house.onboarding.ask(account.id))
        try await house.database.write { tx in _ = try house.onboarding.keep(late, in: tx) }
        try await house.database.write { tx in _ = try house.onboarding.keep(early, in: tx) }
        #expect(try await house.current(account).status == .connected)
    }

    @Test func `an account that is disconnected while Stripe is asked stays so`() async throws {
        let house = try await OnboardingHouse()
        let account = try await house.connected()
        house.stripe.on("GET /v1/accounts/acct_1", .account("acct_1", charges: true, submitted: true))
        let answer = try #require(try await house.onboarding.ask(account.id))
        try await house.database.write { tx in
            try house.onboarding.disconnect(account.id, .disconnectedByMerchant, by: .commandLine, in: tx)
        }
        try await house.database.write { tx in _ = try house.onboarding.keep(answer, in: tx) }
        #expect(try await house.current(account).status == .disconnected)
    }

    @Test func `an answer about an account that was exchanged for another changes nothing`() async throws {
        let house = try await OnboardingHouse()
        let account = try await house.connected()
        house.stripe.on("GET /v1/accounts/acct_1", .account("acct_1", charges: true, submitted: true))
        let answer = try #require(try await house.onboarding.ask(account.id))
        try await house.database.write { tx in _ = try tx.accounts.setStripeAccount(account.id, to: "acct_2") }
        try await house.database.write { tx in _ = try house.onboarding.keep(answer, in: tx) }
        #expect(try await house.current(account).status == .incomplete)
    }

    @Test(arguments: ["none", "platform"]) func `who has no Stripe account of their own is not asked about`(
        mode: String
    ) async throws {
        let house = try await OnboardingHouse()
        let account = try await house.merchant(stripe: mode)
        #expect(try await house.onboarding.refreshStatus(account.id) == account)
        #expect(house.stripe.asked.isEmpty)
    }

    @Test func `a failure to ask is told and changes nothing`() async throws {
        let house = try await OnboardingHouse()
        let account = try await house.connected()
        house.stripe.on("GET /v1/accounts/acct_1", .unsent)
        await expectRefusal("stripe_unavailable") { _ = try await house.onboarding.refreshStatus(account.id) }
        #expect(try await house.current(account) == account)
    }
}

@Suite struct AccountPollTests {
    @Test func `unsettled accounts are asked about every ten minutes and connected ones every day`() async throws {
        let house = try await OnboardingHouse()
        _ = try await house.connected("acct_1")
        let second = try await house.connected("acct_2")
        try await house.database.write { tx in
            try tx.accounts.setStanding(second.id, .restricted, reason: "under_review")
        }
        house.stripe.on("GET /v1/accounts/acct_1", .account("acct_1", charges: true, submitted: true))
        house.stripe.on("GET /v1/accounts/acct_2", .account("acct_2", submitted: true, disabled: "under_review"))
        #expect(try await house.onboarding.pollStep() == false)
        house.clock.advance(seconds: Onboarding.unsettledIntervalSeconds)
        #expect(try await house.onboarding.pollStep())
        #expect(try await house.onboarding.pollStep() == false)
        #expect(house.stripe.operations == ["GET /v1/accounts/acct_2"])
        house.clock.advance(seconds: Onboarding.connectedIntervalSeconds)
        try await house.onboarding.pollAll()
        #expect(Set(house.stripe.operations) == ["GET /v1/accounts/acct_1", "GET /v1/accounts/acct_2"])
        #expect(house.stripe.operations.count == 3)
    }

    @Test func `one that Stripe does not answer for holds up nobody`() async throws {
        let house = try await OnboardingHouse()
        let first = try await house.connected("acct_1")
        house.clock.advance(seconds: 1)
        let second = try await house.connected("acct_2")
        try await house.database.write { tx in
            for account in [first, second] { try tx.accounts.setStanding(account.id, .incomplete, reason: nil) }
        }
        house.stripe.on("GET /v1/accounts/acct_1", .unsent)
        house.stripe.on("GET /v1/accounts/acct_2", .account("acct_2", charges: true, submitted: true))
        house.clock.advance(seconds: Onboarding.unsettledIntervalSeconds)
        try await house.onboarding.pollAll()
        #expect(try await house.current(first).status == .incomplete)
        #expect(try await house.current(second).status == .connected)
    }

    @Test func `lost access heals when the right key is back`() async throws {
        let house = try await OnboardingHouse()
        let account = try await house.connected()
        house.stripe.on("GET /v1/accounts/acct_1", .accessLost, .account("acct_1", charges: true, submitted: true))
        _ = try await house.onboarding.refreshStatus(account.id)
        #expect(try await house.current(account).canCharge == false)
        house.clock.advance(seconds: Onboarding.unsettledIntervalSeconds)
        #expect(try await house.onboarding.pollStep())
        #expect(try await house.current(account).canCharge)
    }

    @Test func `nobody is asked about who has no Stripe account or has disconnected`() async throws {
        let house = try await OnboardingHouse()
        _ = try await house.merchant()
        let gone = try await house.connected()
        try await house.database.write { tx in
            try house.onboarding.disconnect(gone.id, .disconnectedByMerchant, by: .commandLine, in: tx)
        }
        house.clock.advance(seconds: 30 * Onboarding.connectedIntervalSeconds)
        #expect(try await house.onboarding.pollStep() == false)
        #expect(house.stripe.asked.isEmpty)
    }
}
