import Billing
import Foundation
import Ledger
import Storage
import StripeSandbox
import Worker

/// Before the year begins: merchants connect as merchants do, and each has a few customers with a card.
extension Simulation {
    static let plans = ["small", "large", "throttled"]

    func openShops() async throws {
        try await openPlatformShop()
        guard !options.isStory else { return }
        try await openShop(currency: "usd", country: "US", markup: "33.3333", byOAuth: false)
        try await openShop(currency: "jpy", country: "JP", markup: "20", byOAuth: true)
        try await openShop(currency: "eur", country: "DE", markup: "-12.5", byOAuth: false)
    }

    private func openPlatformShop() async throws {
        let new = NewAccount(
            name: "The platform itself", country: "US", currency: "usd", stripe: "platform", markupPercent: 50,
            cycle: "monthly")
        let account = try await create(new)
        try await house.database.write { [worker = house.worker] tx in try worker.accounts.settlePlatform(in: tx) }
        try await populate(account)
    }

    private func openShop(currency: String, country: String, markup: String, byOAuth: Bool) async throws {
        var terms: [String: JSONTree] = ["alert_percents": .list([.integer(50), .integer(100)])]
        terms["time_zone"] = .text(
            ["usd": "America/New_York", "jpy": "Pacific/Kiritimati"][currency] ?? "Europe/Berlin")
        let new = NewAccount(
            name: "Shop in \(currency)", country: country, currency: currency, stripe: "connect",
            markupPercent: Decimal(string: markup), applicationFeePercent: Decimal(string: "2.5"),
            cycle: currency == "eur" ? "daily" : "off", chargeThreshold: currency == "usd" ? 2_000 : nil,
            terms: .object(terms))
        let account = try await create(new)
        if byOAuth {
            try await connectByOAuth(account.id, ["country": country, "currency": currency])
        } else {
            _ = try await house.worker.onboarding.link(account.id)
            let made = try await current(account.id)
            await house.call("/_sandbox/accounts/\(made.stripeAccount ?? "")/onboard")
            _ = try await house.worker.onboarding.refreshStatus(account.id)
        }
        try await populate(account)
    }

    private func create(_ new: NewAccount) async throws -> ConnectedAccount {
        try await house.database.write { [worker = house.worker] tx in
            let account = try worker.accounts.create(new, by: .commandLine, in: tx)
            for (slug, terms) in try Self.planTerms() {
                let plan = NewPlan(slug: slug, isDefault: slug == "large", terms: terms)
                _ = try worker.plans.create(plan, account: account, by: .commandLine, in: tx)
            }
            return account
        }
    }

    private static func planTerms() throws -> [(String, JSONTree)] {
        try [
            ("small", #"{"limits": {"day": {"requests": 5}}, "overage": "block"}"#),
            ("large", #"{"limits": {"month": {"requests": 100000}}}"#),
            ("throttled", #"{"limits": {"month": {"requests": 20}}, "overage": "throttle"}"#),
        ].map { ($0.0, try JSONDecoder().decode(JSONTree.self, from: Data($0.1.utf8))) }
    }

    private func populate(_ account: ConnectedAccount) async throws {
        let account = try await current(account.id)
        guard account.canCharge else { throw Breach("shops open", "\(account.name) is \(account.status.rawValue)") }
        var merchant = Market.Merchant(account: account.id, currency: account.currency, markup: account.markup)
        for (place, card) in [Card.good, .good, .wantsAuthentication].enumerated() {
            let name = "customer-\(place)"
            try await house.database.write { [worker = house.worker] tx in
                _ = try worker.customers.create(
                    NewCustomer(externalID: name), account: account, by: .commandLine, in: tx)
            }
            try await putCard(card, of: name, at: account)
            merchant.customers.append(name)
        }
        market.merchants.append(merchant)
    }

    /// The merchant's own page saved a card at Stripe, and told the worker.
    func putCard(_ card: Card, of name: String, at account: ConnectedAccount) async throws {
        let known = try await house.database.read { [worker = house.worker] tx in
            try worker.customers.get(name, account: account, in: tx)
        }
        var stripeCustomer = known.stripeCustomer
        if stripeCustomer == nil {
            stripeCustomer = await id(of: house.call("/v1/customers", ["name": name], as: account.stripeAccount))
        }
        guard let stripeCustomer,
            let method = await id(
                of: house.call(
                    "/v1/payment_methods/\(card.rawValue)/attach", ["customer": stripeCustomer],
                    as: account.stripeAccount))
        else { throw WorkerError.conflict("card_refused", "the card could not be attached") }
        let details = CustomerDetails(stripeCustomer: stripeCustomer, paymentMethod: method)
        try await house.database.write { [worker = house.worker] tx in
            _ = try worker.customers.update(name, details, account: account, by: .commandLine, in: tx)
        }
    }

    /// Through Stripe's page, back by the merchant's browser.
    func connectByOAuth(_ account: ConnectedAccount.ID, _ choice: [String: String]) async throws {
        let worker = house.worker
        let link = try await house.database.write { tx in try worker.onboarding.oauthLink(account, in: tx) }
        let page = String(link.url.dropFirst(Wire.base.count))
        let answer = await house.call(page, choice.merging(["decision": "approve"]) { first, _ in first })
        let back = URLComponents(string: answer?.header("location") ?? "")?.queryItems ?? []
        func item(_ name: String) -> String? { back.first { $0.name == name }?.value }
        _ = try await worker.onboarding.oauthCallback(
            code: item("code"), state: item("state"), error: item("error"))
    }

    func current(_ account: ConnectedAccount.ID) async throws -> ConnectedAccount {
        try await house.database.read { [worker = house.worker] tx in try worker.accounts.get(account, in: tx) }
    }

    func id(of answer: SandboxAnswer?) -> String? { text("id", of: answer) }

    /// A member of an answer that is text.
    func text(_ member: String, of answer: SandboxAnswer?) -> String? {
        guard let answer, answer.status == 200,
            let tree = try? JSONDecoder().decode(JSONTree.self, from: Data(answer.body)),
            case .object(let members) = tree, case .text(let text) = members[member]
        else { return nil }
        return text
    }
}
