import Foundation
import Rehearsal

/// Every secret of the castle, with where it may be found and nowhere else; and all the ways to make Bursar say it.
struct Canaries {
    struct Canary {
        let name: String
        let secret: String
        /// Where it is by design.
        var restsIn: [Rest] = []

        func mayRest(in place: WrittenPlace) -> Bool { restsIn.contains { $0.covers(place) } }
    }

    enum Rest {
        /// Stated where it is made: it works without it no more than a link works without its token.
        case database
        /// In the answers to calls that begin so: `POST /v1/keys`.
        case answers(String)
        /// In what a command says.
        case command(String)

        func covers(_ place: WrittenPlace) -> Bool {
            switch self {
            case .database: place.kind == .database
            case .command(let name): place.kind == .command && place.name.hasPrefix("bursar \(name)")
            case .answers(let asked): place.kind == .answer && place.asked.contains(asked)
            }
        }
    }

    private let castle: Castle
    private let merchants: [Settler]
    private(set) var all: [Canary]

    init(_ castle: Castle, _ merchants: [Settler]) {
        self.castle = castle
        self.merchants = merchants
        all = [
            Canary(name: "the platform's key", secret: Castle.platformKey),
            Canary(name: "the Stripe key", secret: Castle.stripeKey),
            Canary(name: "the platform's signing secret", secret: Castle.platformSecret),
            Canary(name: "the Connect signing secret", secret: Castle.connectSecret),
            Canary(
                name: "a secret in a webhook's body", secret: AttackForge.secretInBody,
                // The platform may look at what came.
                restsIn: [.database, .answers("GET /v1/webhook_events/evt")]),
        ]
        for (place, merchant) in merchants.enumerated() {
            // A key is shown by the answer that mints it, and by its replay to who asked.
            let minting: [Rest] = [.answers("POST /v1/keys")]
            all += [
                Canary(
                    name: "key of merchant \(place)", secret: merchant.key,
                    restsIn: [.answers("POST /v1/accounts/\(merchant.account)/keys")]),
                Canary(name: "customer's key of merchant \(place)", secret: merchant.customerKey, restsIn: minting),
                Canary(name: "other customer's key of \(place)", secret: merchant.otherCustomerKey, restsIn: minting),
            ]
            // The page of a charge is found by its token, which is kept; the merchant is told it to pass it on.
            if let token = Self.token(merchant.payLink) {
                all.append(
                    Canary(
                        name: "pay link of merchant \(place)", secret: token,
                        restsIn: [
                            .database, .answers("/v1/charges"), .answers("/pay/"), .answers("GET /v1/alerts"),
                            .command("alerts"),
                        ]))
            }
            // That of a wallet is made anew from a secret each time. Stripe is told it, to lead back to the page.
            if let token = Self.token(merchant.topUpLink) {
                all.append(
                    Canary(
                        name: "top-up link of merchant \(place)", secret: token,
                        restsIn: [
                            .answers("/v1/authorizations"), .answers("/v1/quota_checks"), .answers("/top-up/"),
                        ]))
            }
        }
    }

    private static func token(_ link: String?) -> String? {
        link.flatMap { $0.split(separator: "token=").last.map(String.init) }
    }

    /// Puts the secrets where people put them by mistake, and asks for everything that might say one.
    mutating func spill() throws {
        let merchant = merchants[0]
        let caller = castle.caller()
        try spillOAuth(caller)
        try spillOnboarding(caller)
        for canary in all where !canary.name.hasPrefix("a secret in") {
            for key in [canary.secret + "x", String(canary.secret.dropLast()), "Bearer \(canary.secret)"] {
                _ = try caller.call("GET", "/v1/customers", key: key)
            }
            _ = try caller.call("GET", "/v1/customers?api_key=\(canary.secret)", key: merchant.key)
            _ = try caller.call("POST", "/v1/customers", #"{"\#(canary.secret)": 1}"#, key: merchant.key)
            _ = try caller.call("GET", "/v1/accounts", headers: ["Authorization": "Basic \(canary.secret)"])
            _ = try caller.call("POST", "/stripe/webhooks", "{}", headers: ["Stripe-Signature": canary.secret])
            _ = try caller.call(
                "POST", "/stripe/webhooks", "{}", headers: ["Stripe-Signature": "t=1,v1=\(canary.secret)"])
            let asked = #"{"customer": "user-1", "key": "\#(canary.secret)x", "estimate": {"amount_micros": 1}}"#
            _ = try caller.call("POST", "/v1/authorizations", asked, key: merchant.key)
        }
        let used = #"{"id": "by-key", "key": "\#(merchant.customerKey)", "cost_micros": 1}"#
        _ = try caller.call("POST", "/v1/usage", used, key: merchant.key, headers: ["Idempotency-Key": "spill-1"])
        let asked = #"{"key": "\#(merchant.customerKey)", "estimate": {"amount_micros": 1}}"#
        for path in ["/v1/authorizations", "/v1/quota_checks"] {
            _ = try caller.call("POST", path, asked, key: merchant.key, headers: ["Idempotency-Key": "spill\(path)"])
        }
        for _ in 0..<2 {
            let name = #"{"name": "again"}"#
            _ = try caller.call("POST", "/v1/keys", name, key: merchant.key, headers: ["Idempotency-Key": "spill-key"])
        }
        for link in [merchant.payLink, merchant.topUpLink].compactMap({ $0 }) { try spill(link, caller) }
        try failAtStripe(caller, merchant)
    }

    private func spill(_ link: String, _ caller: Caller) throws {
        let target = "/" + link.split(separator: "/", maxSplits: 2).dropFirst(2).joined(separator: "/")
        guard let query = target.split(separator: "?").last, let path = target.split(separator: "?").first else {
            return
        }
        let form = ["Content-Type": "application/x-www-form-urlencoded"]
        for path in [String(path), "\(path)/done", "\(path)x"] {
            _ = try caller.call("GET", "\(path)?\(query)")
            _ = try caller.call("GET", "\(path)?\(query)x")
            _ = try caller.call("POST", path, "\(query)&amount=20", headers: form)
            _ = try caller.call("POST", path, "\(query)&amount=-1&amount=2", headers: form)
        }
    }

    /// A merchant who is not connected asks for an OAuth link, and comes back with codes.
    private mutating func spillOAuth(_ caller: Caller) throws {
        let terms = #"{"name": "Ivy", "currency": "usd", "country": "US", "stripe": "connect"}"#
        let made = try caller.call("POST", "/v1/accounts", terms, key: Castle.platformKey)
        let path = "/v1/accounts/\(made?.string("id") ?? "")/oauth_links"
        let link = try caller.call("POST", path, "{}", key: Castle.platformKey)
        guard let url = link?.string("url"), let state = url.firstMatch(of: #/[?&]state=([^&]+)/#)?.output.1 else {
            throw AttackTrouble("there is no OAuth link in \(link?.text ?? "")")
        }
        let code = "ac_canary_of_an_oauth_code"
        all.append(Canary(name: "an OAuth code", secret: code))
        all.append(Canary(name: "an OAuth state", secret: String(state), restsIn: [.answers("oauth_links")]))
        for query in [
            "code=\(code)&state=\(state)", "code=\(code)&state=\(state)", "code=\(code)&state=x", "error=\(code)",
        ] {
            _ = try caller.call("GET", "/connect/oauth/callback?\(query)")
        }
    }

    /// The token that Stripe was told to lead the merchant back with.
    private mutating func spillOnboarding(_ caller: Caller) throws {
        let asked = try castle.stripe.call(
            "GET", "/_sandbox/requests?operation=POST%20/v1/account_links&limit=100", key: Castle.stripeKey)
        guard let match = asked?.text.firstMatch(of: #/connect/(bacc_[0-9a-z]+)/return\?token=([^"&]+)/#) else {
            throw AttackTrouble("Stripe was told of no link: \(asked?.text.prefix(500) ?? "")")
        }
        let (account, token) = (String(match.output.1), String(match.output.2))
        all.append(Canary(name: "an onboarding link", secret: token))
        for page in ["return", "refresh"] {
            for query in ["token=\(token)", "token=\(token)x", "token=\(token)&token=\(token)"] {
                _ = try caller.call("GET", "/connect/\(account)/\(page)?\(query)")
            }
        }
    }

    /// Errors are where secrets leak.
    private func failAtStripe(_ caller: Caller, _ merchant: Settler) throws {
        let form = ["Content-Type": "application/x-www-form-urlencoded"]
        for fault in ["500-before", "html-200-before", "reset-before"] {
            _ = try castle.stripe.call(
                "POST", "/_sandbox/faults", "fault=\(fault)&count=3", key: Castle.stripeKey, headers: form)
            _ = try caller.call("POST", "/v1/accounts/\(merchant.account)/refresh", "{}", key: merchant.key)
        }
        _ = try castle.stripe.call("DELETE", "/_sandbox/faults", key: Castle.stripeKey)
    }
}
