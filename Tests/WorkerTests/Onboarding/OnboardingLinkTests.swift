import Billing
import Ledger
import Storage
import Testing

@testable import Worker

@Suite struct OnboardingLinkTests {
    @Test func `the first link makes a Standard account, and each further one is only a new link`() async throws {
        let house = try await OnboardingHouse()
        house.stripe.on("POST /v1/accounts", .account("acct_1", due: ["external_account"]))
        house.stripe.on("POST /v1/account_links", .link)
        let account = try await house.merchant()
        let link = try await house.onboarding.link(account.id)
        #expect(link.url == "https://connect.stripe.com/setup/s/1" && link.expiresAt.secondsSince1970 == 1_793_610_300)
        _ = try await house.onboarding.link(account.id)
        #expect(
            house.stripe.operations == ["POST /v1/accounts", "POST /v1/account_links", "POST /v1/account_links"])
        let made = try #require(house.stripe.asked.first)
        #expect(made.idempotencyKey == "\(account.id):account:1")
        #expect(made.value("metadata[bursar_account]") == account.id.text)
        #expect(made.value("controller[stripe_dashboard][type]") == "full" && made.value("type") == nil)
        #expect(Set(house.stripe.asked.map(\.idempotencyKey)).count == 3)
        #expect(house.stripe.asked.last?.value("account") == "acct_1")
        let stored = try await house.current(account)
        #expect(stored.stripeAccount == "acct_1" && stored.status == .incomplete)
        #expect(stored.requirementsDue == ["external_account"])
    }

    @Test func `an answer that was lost is asked for again by the same key and the same bytes`() async throws {
        let house = try await OnboardingHouse()
        house.stripe.on("POST /v1/accounts", .lost, .account("acct_1"))
        house.stripe.on("POST /v1/account_links", .link)
        let account = try await house.merchant()
        await expectRefusal("stripe_indeterminate") { _ = try await house.onboarding.link(account.id) }
        var change = AccountChange()
        change.name = "Another name"
        try await house.database.write { [change] tx in
            _ = try house.worker.accounts.update(account.id, change, by: .commandLine, in: tx)
        }
        _ = try await house.onboarding.link(account.id)
        let sent = house.stripe.asked.filter { $0.operation == "POST /v1/accounts" }
        #expect(sent.count == 2 && sent[0].idempotencyKey == sent[1].idempotencyKey && sent[0].form == sent[1].form)
    }

    @Test func `after 23 hours the account is looked for by our id before another is made`() async throws {
        let house = try await OnboardingHouse()
        let account = try await house.merchant()
        house.stripe.on("POST /v1/accounts", .lost)
        house.stripe.on("GET /v1/accounts", .accounts(("acct_8", "bacc_other"), ("acct_9", account.id.text)))
        house.stripe.on("POST /v1/account_links", .link)
        await expectRefusal("stripe_indeterminate") { _ = try await house.onboarding.link(account.id) }
        house.clock.advance(seconds: 23 * 3600)
        _ = try await house.onboarding.link(account.id)
        #expect(house.stripe.operations == ["POST /v1/accounts", "GET /v1/accounts", "POST /v1/account_links"])
        #expect(try await house.current(account).stripeAccount == "acct_9")
    }

    @Test func `what is not found after 23 hours is made under a new key`() async throws {
        let house = try await OnboardingHouse()
        let account = try await house.merchant()
        house.stripe.on("POST /v1/accounts", .lost, .account("acct_2"))
        house.stripe.on("GET /v1/accounts", .accounts(("acct_8", "bacc_other")))
        house.stripe.on("POST /v1/account_links", .link)
        await expectRefusal("stripe_indeterminate") { _ = try await house.onboarding.link(account.id) }
        house.clock.advance(seconds: 23 * 3600)
        _ = try await house.onboarding.link(account.id)
        let keys = house.stripe.asked.filter { $0.operation == "POST /v1/accounts" }.map(\.idempotencyKey)
        #expect(keys == ["\(account.id):account:1", "\(account.id):account:2"])
    }

    @Test func `a failure that Stripe keeps repeating is left by looking for the account`() async throws {
        let house = try await OnboardingHouse()
        let account = try await house.merchant()
        house.stripe.on("POST /v1/accounts", .replayedFailure)
        house.stripe.on("GET /v1/accounts", .accounts(("acct_9", account.id.text)))
        house.stripe.on("POST /v1/account_links", .link)
        _ = try await house.onboarding.link(account.id)
        #expect(try await house.current(account).stripeAccount == "acct_9")
    }

    @Test func `a refusal says so, and the next try has a key of its own`() async throws {
        let house = try await OnboardingHouse()
        let refusal = #"{"error":{"type":"invalid_request_error","message":"Accounts v1 is not enabled"}}"#
        house.stripe.on("POST /v1/accounts", .refused(400, refusal), .account("acct_1"))
        house.stripe.on("POST /v1/account_links", .link)
        let account = try await house.merchant()
        await #expect {
            _ = try await house.onboarding.link(account.id)
        } throws: { error in
            let error = error as? WorkerError
            return error?.code == "account_creation_refused" && error?.detail.contains("not enabled") == true
        }
        _ = try await house.onboarding.link(account.id)
        #expect(
            house.stripe.asked.map(\.idempotencyKey).prefix(2) == [
                "\(account.id):account:1", "\(account.id):account:2",
            ])
    }

    @Test func `two who ask at once get links to one account`() async throws {
        let house = try await OnboardingHouse()
        house.stripe.on("POST /v1/accounts", .account("acct_1"))
        house.stripe.on("POST /v1/account_links", .link)
        let account = try await house.merchant()
        try await withThrowingTaskGroup { group in
            for _ in 0..<8 { group.addTask { _ = try await house.onboarding.link(account.id) } }
            try await group.waitForAll()
        }
        #expect(Set(house.stripe.asked.filter { $0.operation == "POST /v1/accounts" }.map(\.idempotencyKey)).count == 1)
    }

    @Test func `an account that OAuth has connected in the meantime stays`() async throws {
        let house = try await OnboardingHouse()
        house.stripe.on("POST /v1/accounts", .account("acct_made"))
        house.stripe.on("POST /v1/account_links", .link)
        let account = try await house.merchant()
        house.stripe.during { [house] asked in
            guard asked.operation == "POST /v1/accounts" else { return }
            try await house.database.write { tx in _ = try tx.accounts.setStripeAccount(account.id, to: "acct_own") }
        }
        _ = try await house.onboarding.link(account.id)
        #expect(try await house.current(account).stripeAccount == "acct_own")
        #expect(house.stripe.asked.last?.value("account") == "acct_own")
    }

    @Test func `no link is made where none can help`() async throws {
        let house = try await OnboardingHouse()
        let connected = try await house.connected()
        await expectRefusal("account_already_connected") { _ = try await house.onboarding.link(connected.id) }
        for mode in ["none", "platform"] {
            let account = try await house.merchant(stripe: mode)
            await expectRefusal("account_not_connect") { _ = try await house.onboarding.link(account.id) }
        }
        await expectRefusal("not_found") {
            _ = try await house.onboarding.link(.make(house.worker.context.seams))
        }
        let keyless = try await OnboardingHouse(hasKey: false)
        let account = try await keyless.merchant()
        await expectRefusal("stripe_not_configured") { _ = try await keyless.onboarding.link(account.id) }
        #expect(house.stripe.asked.isEmpty && keyless.stripe.asked.isEmpty)
    }

    @Test(arguments: ["javascript:alert(1)", "/inside", "ftp://example.com/x", "https://example.com/a b", ""])
    func `a merchant is sent on to web addresses only`(url: String) async throws {
        let house = try await OnboardingHouse()
        let account = try await house.merchant()
        await expectRefusal("invalid_field", field: "return_url") {
            _ = try await house.onboarding.link(account.id, returnURL: url)
        }
        await expectRefusal("invalid_field", field: "refresh_url") {
            _ = try await house.onboarding.link(account.id, refreshURL: url)
        }
        #expect(house.stripe.asked.isEmpty)
    }
}
