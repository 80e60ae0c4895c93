import Billing
import Ledger
import Storage
import StripeSandbox
import Testing

import struct Billing.Customer

@testable import Worker

/// Whole ways in and out, between the worker and a Stripe that keeps its own mind.
@Suite struct ConnectStoryTests {
    @Test func `through the onboarding link, half done first, to connected`() async throws {
        let house = try await TestHouse()
        let account = try await house.merchant()
        let link = try await house.worker.onboarding.link(account.id, returnURL: "https://app.example/done")
        let half = try await house.go(link.url, ["decision": "half"])
        let first = try await house.worker.onboarding.returned(account.id, token: half.token)
        #expect(first.account.status == .incomplete && !first.account.requirementsDue.isEmpty)
        // The link is used up, so Stripe sends the merchant to our refresh page.
        let refresh = try await house.go(link.url, [:])
        #expect(refresh.url.hasPrefix("https://bill.example/connect/\(account.id)/refresh?token="))
        let fresh = try await house.worker.onboarding.freshLink(account.id, token: refresh.token)
        let done = try await house.go(fresh, ["decision": "complete"])
        let second = try await house.worker.onboarding.returned(account.id, token: done.token)
        #expect(second.account.canCharge && second.returnURL == "https://app.example/done")
    }

    @Test func `a merchant who never comes back is connected by the webhook, or by the poll where it is lost`()
        async throws
    {
        for hasWebhook in [true, false] {
            let house = try await TestHouse()
            let account = try await house.merchant()
            let link = try await house.worker.onboarding.link(account.id)
            _ = try await house.go(link.url, ["decision": "complete"])
            if hasWebhook {
                try await house.settle()
            } else {
                _ = await house.intercept()
                house.clock.advance(seconds: Onboarding.unsettledIntervalSeconds)
                try await house.worker.onboarding.pollAll()
            }
            #expect(try await house.current(account).canCharge, "webhook: \(hasWebhook)")
        }
    }

    @Test func `Stripe restricts an account and lets it go on`() async throws {
        let house = try await TestHouse()
        let account = try await house.connectedByOAuth()
        let stripeAccount = try #require(account.stripeAccount)
        try await house.control("accounts/\(stripeAccount)/restrict", "disabled_reason=under_review")
        try await house.settle()
        let restricted = try await house.current(account)
        #expect(restricted.status == .restricted && restricted.statusReason == "under_review")
        #expect(!restricted.requirementsDue.isEmpty)
        try await house.control("accounts/\(stripeAccount)/onboard", "")
        try await house.settle()
        #expect(try await house.current(account).canCharge)
    }

    @Test func `the merchant withdraws: nothing is sent and nothing is lost, and after coming back charges go on`()
        async throws
    {
        let house = try await TestHouse()
        let account = try await house.connectedByOAuth()
        let ada = try await house.customer("ada", of: account)
        try await house.use(12_340_000, by: "ada", of: account)
        try await house.control("accounts/\(try #require(account.stripeAccount))/deauthorize", "")
        try await house.settle()
        let gone = try await house.current(account)
        #expect(gone.status == .disconnected && gone.statusReason == "disconnected_by_merchant")
        let calls = house.wire.calls.count
        await expectRefusal("account_disconnected") { _ = try await house.charge(ada, of: account) }
        try await house.settle()
        #expect(house.wire.calls.count == calls)
        #expect(try await house.balance(ada, of: account).accrued.micros == 12_340_000)
        #expect(try await house.authorize(account).canCharge)
        let charge = try await house.charge(ada, of: account)
        try await house.settle()
        #expect(try await house.current(charge).status == .paid)
        try await house.checkBooks()
    }

    @Test func `word of a withdrawal that comes after the merchant is back changes nothing`() async throws {
        let house = try await TestHouse()
        let account = try await house.connectedByOAuth()
        _ = await house.intercept()
        try await house.control("accounts/\(try #require(account.stripeAccount))/deauthorize", "")
        let late = await house.intercept()
        house.clock.advance(seconds: Onboarding.connectedIntervalSeconds)
        try await house.worker.onboarding.pollAll()
        #expect(try await house.current(account).statusReason == "access_lost")
        #expect(try await house.authorize(account).canCharge)
        #expect(late.count == 1)
        for delivery in late { try await house.post(delivery.body, to: .connect) }
        try await house.settle()
        #expect(try await house.current(account).canCharge)
    }

    @Test func `we disconnect, and Stripe's own word of it changes nothing more`() async throws {
        let house = try await TestHouse()
        let account = try await house.connectedByOAuth()
        let gone = try await house.worker.onboarding.disconnect(account.id, by: .commandLine)
        #expect(gone.statusReason == "disconnected_by_platform")
        let calls = house.wire.calls.count
        try await house.settle()
        #expect(try await house.current(account) == gone)
        #expect(house.wire.calls.count == calls)
    }

    @Test func `a code that Stripe has taken while the answer was lost is not sent again`() async throws {
        let house = try await TestHouse()
        let account = try await house.merchant()
        let back = try await house.approve(account)
        house.wire.fail(.after)
        await expectRefusal("oauth_indeterminate") { _ = try await house.come(back: back) }
        await expectRefusal("oauth_state_unknown") { _ = try await house.come(back: back) }
        #expect(house.wire.calls.filter { $0 == "POST /oauth/token" }.count == 1)
        #expect(try await house.authorize(account).canCharge)
    }
}

/// A place that Stripe sent the merchant's browser to.
private struct Redirection {
    let url: String

    var token: String { value("token") ?? "" }

    func value(_ name: String) -> String? {
        let query = url.drop { $0 != "?" }.dropFirst()
        return query.split(separator: "&").first { $0.hasPrefix(name + "=") }.map {
            String($0.dropFirst(name.count + 1))
        }
    }
}

extension TestHouse {
    fileprivate func merchant() async throws -> ConnectedAccount {
        try await database.write { [worker] tx in
            try worker.accounts.create(
                NewAccount(name: "Ada's AI", email: "ada@example.com", currency: "usd", stripe: "connect"),
                by: .commandLine, in: tx)
        }
    }

    func current(_ account: ConnectedAccount) async throws -> ConnectedAccount {
        try #require(try await database.read { tx in try tx.accounts.find(account.id) })
    }

    /// What a browser does on one of Stripe's pages: opens it, or sends its form; and where it is sent from there.
    fileprivate func go(_ url: String, _ form: [String: String]) async throws -> Redirection {
        let body = form.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: "&")
        let outcome = await sandbox.handle(
            SandboxRequest(
                method: form.isEmpty ? "GET" : "POST", target: String(url.dropFirst(Wire.base.count)),
                headers: ["content-type": "application/x-www-form-urlencoded"], body: Array(body.utf8)))
        guard case .answer(let answer) = outcome else { throw WorkerError.notFound("page") }
        return Redirection(url: try #require(answer.header("Location")))
    }

    fileprivate func control(_ path: String, _ body: String) async throws {
        let outcome = await sandbox.handle(
            SandboxRequest(method: "POST", target: "/_sandbox/\(path)", body: Array(body.utf8)))
        guard case .answer(let answer) = outcome else { throw WorkerError.notFound("control") }
        try #require(answer.status == 200)
    }

    /// The merchant says yes on Stripe's page.
    fileprivate func approve(_ account: ConnectedAccount) async throws -> Redirection {
        let link = try await database.write { [worker] tx in try worker.onboarding.oauthLink(account.id, in: tx) }
        return try await go(
            link.url, ["decision": "approve", "account": try await current(account).stripeAccount ?? ""])
    }

    fileprivate func come(back: Redirection) async throws -> ConnectedAccount {
        try await worker.onboarding.oauthCallback(
            code: back.value("code"), state: back.value("state"), error: back.value("error"))
    }

    fileprivate func authorize(_ account: ConnectedAccount) async throws -> ConnectedAccount {
        try await come(back: try await approve(account))
    }

    func connectedByOAuth() async throws -> ConnectedAccount {
        let account = try await authorize(try await merchant())
        #expect(account.canCharge)
        return account
    }
}
