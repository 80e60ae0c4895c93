import Billing
import Foundation
import Ledger
import Storage
import StripeSandbox
import Worker

/// Before the year begins: merchants connect as merchants do, and each has a product and a few customers with a card.
extension Simulation {
    static let plans = ["small", "large", "throttled"]

    func openShops() async throws {
        // What `bursar init` prints.
        platformKey = try await house.database.write { [worker = house.worker] tx in
            try worker.keys.mint(account: nil, name: "init", by: .commandLine, in: tx).secret
        }
        try await openPlatformShop()
        guard !options.isStory else { return }
        let stepped = #"{"retry_days": [1, 2], "give_up_days": 7, "at_end": "block"}"#
        let once = #"{"retry_days": [2], "give_up_days": 5, "at_end": "cancel"}"#
        try await openShop("usd", "US", markup: "33.3333", zone: "America/New_York", dunning: stepped, byOAuth: false)
        try await openShop("jpy", "JP", markup: "20", zone: "Pacific/Kiritimati", dunning: once, byOAuth: true)
        try await openShop("eur", "DE", markup: "-12.5", zone: "Europe/Berlin", dunning: "{}", byOAuth: false)
        try await openShop(
            "gbp", "GB", settlesIn: "usd", markup: "10", zone: "Europe/London", dunning: "{}", byOAuth: true)
        try await openShop("kwd", "AE", markup: "5", zone: "Asia/Kuwait", dunning: stepped, byOAuth: true)
    }

    private func openPlatformShop() async throws {
        let body = """
            {"name": "The platform itself", "country": "US", "currency": "usd", "stripe": "platform",
             "markup_percent": 50, "cycle": "monthly"}
            """
        var merchant = try await open(try Self.tree(body), "usd", "50", zone: "UTC")
        // What `bursar serve` does when it starts.
        try await house.database.write { [worker = house.worker] tx in try worker.accounts.settlePlatform(in: tx) }
        try await populate(&merchant)
    }

    /// - Parameter settlesIn: what Stripe keeps the merchant's balance in, where it is not the shop's own currency.
    private func openShop(
        _ currency: String, _ country: String, settlesIn: String? = nil, markup: String, zone: String,
        dunning: String, byOAuth: Bool
    ) async throws {
        let body = """
            {"name": "Shop in \(currency)", "country": "\(country)", "currency": "\(currency)", "stripe": "connect",
             "markup_percent": \(markup), "application_fee_percent": 2.5,
             "cycle": "\(currency == "eur" ? "daily" : "off")",
             "charge_threshold": \(currency == "usd" ? "2000" : "null"),
             "terms": {"alert_percents": [50, 100], "time_zone": "\(zone)", "dunning": \(dunning),
                       "on_clawback": "\(currency == "usd" ? "block" : "keep")"}}
            """
        var merchant = try await open(try Self.tree(body), currency, markup, zone: zone)
        if byOAuth {
            try await connectByOAuth(
                merchant.account, ["country": country, "currency": settlesIn ?? currency], with: platformKey)
        } else {
            _ = try await ask("/v1/accounts/\(merchant.account)/onboarding_links", with: platformKey)
            let made = try await standing(of: merchant).text("stripe_account") ?? ""
            await house.call("/_sandbox/accounts/\(made)/onboard")
            _ = try await ask("/v1/accounts/\(merchant.account)/refresh", with: platformKey)
        }
        try await populate(&merchant)
    }

    /// An account with its key, its plans, and its product.
    private func open(
        _ body: JSONTree, _ currency: String, _ markup: String, zone: String
    ) async throws -> Market.Merchant {
        let credits = JSONTree.object(["terms": .object(["credit_values": SoldProduct.creditValues])])
        let id = try await ask("/v1/accounts", body.merged(with: credits), with: platformKey) { _, heard in
            heard.members.text("id") ?? ""
        }
        let key = try await ask("/v1/accounts/\(id)/keys", with: platformKey) { _, heard in
            heard.members.text("secret") ?? ""
        }
        guard let account = ConnectedAccount.ID(id), let currency = Currency(currency), !key.isEmpty,
            let percent = Decimal(string: markup).flatMap(Percent.init)
        else { throw Breach("shops open", "an account was answered with \(id)") }
        for (slug, terms) in Self.planTerms {
            let plan: [String: JSONTree] = [
                "slug": .text(slug), "is_default": .bool(slug == "large"), "terms": try Self.tree(terms),
            ]
            try await require("/v1/plans", .object(plan), with: key)
        }
        for metric in SoldProduct.metrics { try await require("/v1/meters", SoldProduct.meter(metric), with: key) }
        try await require("/v1/products", SoldProduct.product, with: key)
        return Market.Merchant(account: account, key: key, currency: currency, markup: percent, zone: zone)
    }

    /// Before the year begins nothing goes wrong.
    private func require(_ target: String, _ body: JSONTree, with key: String) async throws {
        let outcome = try await ask(target, body, with: key) { _, _ in "done" }
        guard outcome == "done" else { throw Breach("shops open", "\(target) was answered with \(outcome)") }
    }

    private static let planTerms = [
        ("small", #"{"limits": {"day": {"requests": 5}}, "overage": "block"}"#),
        ("large", #"{"limits": {"month": {"requests": 100000}}}"#),
        ("throttled", #"{"limits": {"month": {"requests": 20}}, "overage": "throttle"}"#),
    ]

    private static func tree(_ text: String) throws -> JSONTree {
        try JSONDecoder().decode(JSONTree.self, from: Data(text.utf8))
    }

    private func populate(_ merchant: inout Market.Merchant) async throws {
        let status = try await standing(of: merchant).text("status") ?? ""
        guard status == ConnectedAccount.Status.connected.rawValue else {
            throw Breach("shops open", "\(merchant.account) is \(status)")
        }
        for (place, card) in [Card.good, .good, .wantsAuthentication].enumerated() {
            let name = "customer-\(place)"
            try await require("/v1/customers", .object(["external_id": .text(name)]), with: merchant.key)
            _ = try await putCard(card, of: name, at: merchant)
            merchant.customers.append(name)
        }
        market.merchants.append(merchant)
    }

    /// Through Stripe's page, back by the merchant's browser.
    func connectByOAuth(_ account: ConnectedAccount.ID, _ choice: [String: String], with key: String) async throws {
        let link = try await ask("/v1/accounts/\(account)/oauth_links", with: key) { _, heard in
            heard.members.text("url") ?? ""
        }
        guard link.hasPrefix(Wire.base) else { return }
        let page = String(link.dropFirst(Wire.base.count))
        let answer = await house.call(page, choice.merging(["decision": "approve"]) { first, _ in first })
        guard let back = answer?.header("location"), back.hasPrefix(RehearsedHouse.publicURL) else { return }
        _ = try await visit(String(back.dropFirst(RehearsedHouse.publicURL.count)))
    }
}
