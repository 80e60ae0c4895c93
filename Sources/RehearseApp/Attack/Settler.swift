import Foundation
import Rehearsal

/// A merchant in the castle, with one thing of every kind that a path can name; all made as merchants make them.
struct Settler {
    let account: String
    /// The account at Stripe.
    let stripeAccount: String
    let holdings: Holdings
    /// Secrets.
    let key: String
    let customerKey: String
    let otherCustomerKey: String
    /// A link of each kind, each with a token in it.
    let payLink: String?
    let topUpLink: String?

    /// Makes one.
    static func settle(_ name: String, in castle: Castle) async throws -> Settler {
        var moving = Moving(castle: castle, name: name)
        return try await moving.settle()
    }
}

/// Moving in, step by step.
private struct Moving {
    let castle: Castle
    let name: String
    private var key = ""
    private var things: [String: String] = [:]

    init(castle: Castle, name: String) {
        self.castle = castle
        self.name = name
    }

    mutating func settle() async throws -> Settler {
        let terms = #"{"name": "\#(name)", "currency": "usd", "country": "US", "stripe": "connect"}"#
        let account = try id(post("/v1/accounts", terms, key: Castle.platformKey))
        let minted = try post("/v1/accounts/\(account)/keys", "{}", key: Castle.platformKey)
        key = try text("secret", minted)
        things["accounts"] = account
        let stripeAccount = try await connect(account)
        try makeTerms()
        let customer = try await makeCustomer("user-1", at: stripeAccount)
        things["customers"] = customer
        let other = try id(post("/v1/customers", #"{"external_id": "user-2"}"#))
        let keys = try [customer, other].map { try post("/v1/keys", #"{"name": "laptop", "customer": "\#($0)"}"#) }
        things["keys"] = try id(keys[0])
        let links = try await makeMoney(customer, at: stripeAccount)
        things["reconciliations"] = try id(post("/v1/reconciliations", #"{"scope": "events"}"#))
        let asked = #"{"customer": "\#(customer)", "estimate": {"amount_micros": 5}}"#
        things["authorizations"] = try id(post("/v1/authorizations", asked))
        return Settler(
            account: account, stripeAccount: stripeAccount,
            holdings: Holdings(things: things, keyID: try id(minted)), key: key,
            customerKey: try text("secret", keys[0]), otherCustomerKey: try text("secret", keys[1]),
            payLink: links.pay, topUpLink: links.topUp)
    }

    private func connect(_ account: String) async throws -> String {
        try post("/v1/accounts/\(account)/onboarding_links", "{}")
        let stripeAccount = try text("stripe_account", get("/v1/accounts/\(account)"))
        try stripe("/_sandbox/accounts/\(stripeAccount)/onboard", ["outcome": "complete"])
        return try await castle.eventually("\(name) is connected") {
            try get("/v1/accounts/\(account)").string("status") == "connected" ? stripeAccount : nil
        }
    }

    /// What usage is priced and counted by.
    private mutating func makeTerms() throws {
        things["plans"] = try id(post("/v1/plans", #"{"slug": "pro"}"#))
        let pages = #"{"slug": "pages", "aggregation": "sum", "field": "pages"}"#
        things["meters"] = try id(post("/v1/meters", pages))
        let bands = #"[{"name": "all", "unit_rate": "0.02"}]"#
        let metrics = #"[{"meter": "pages", "mode": "volume", "bands": \#(bands)}]"#
        things["products"] = try id(post("/v1/products", #"{"slug": "reader", "metrics": \#(metrics)}"#))
    }

    /// With a card at Stripe.
    private mutating func makeCustomer(
        _ externalID: String, card: String = "pm_card_visa", at stripeAccount: String
    ) async throws -> String {
        let organization = "organization-of-\(name)-000001"
        things["organizations"] = organization
        let atStripe = try id(stripe("/v1/customers", ["name": externalID], as: stripeAccount))
        let method = try id(
            stripe("/v1/payment_methods/\(card)/attach", ["customer": atStripe], as: stripeAccount))
        if externalID == "user-1" { (things["stripe_customers"], things["payment_methods"]) = (atStripe, method) }
        let terms = """
            {"external_id": "\(externalID)", "organization": "\(things["organizations"] ?? "")",
            "stripe_customer": "\(atStripe)", "payment_method": "\(method)"}
            """
        return try id(post("/v1/customers", terms))
    }

    /// A charge that was paid, one that needs its customer, a top-up, a refund and a dispute.
    private mutating func makeMoney(
        _ customer: String, at stripeAccount: String
    ) async throws -> (pay: String?, topUp: String?) {
        let used = try post("/v1/usage", #"{"id": "first", "customer": "user-1", "cost_micros": 7000000}"#)
        things["usage"] = try text("data.0.usage_event", used)
        things["explain"] = things["usage"]
        let charge = try id(post("/v1/charges", #"{"customer": "user-1"}"#))
        things["charges"] = charge
        try await castle.eventually("the charge is paid") {
            try get("/v1/charges/\(charge)").string("status") == "paid" ? true : nil
        }
        things["refunds"] = try id(post("/v1/charges/\(charge)/refunds", #"{"amount": 100}"#))
        let intents = try stripe("/v1/payment_intents?limit=1", nil, as: stripeAccount)
        let atStripe = try text("data.0.latest_charge", intents)
        try stripe("/_sandbox/charges/\(atStripe)/dispute", [:])
        things["disputes"] = try await castle.eventually("the dispute is known") {
            try get("/v1/disputes").string("data.0.id")
        }
        let topUp = #"{"customer": "user-1", "amount": 900, "success_url": "https://shop.example/ok"}"#
        things["top_ups"] = try id(post("/v1/top_ups", topUp))
        things["webhook_events"] = try await castle.eventually("an event has come") {
            try get("/v1/webhook_events", key: Castle.platformKey).string("data.0.id")
        }
        let unfinished = try await makeUnfinishedCharge(at: stripeAccount)
        return (unfinished, try shortWallet())
    }

    /// The customer's bank wants to see them.
    /// - Returns: the link to finish it by.
    private mutating func makeUnfinishedCharge(at stripeAccount: String) async throws -> String {
        _ = try await makeCustomer("user-4", card: "pm_card_authenticationRequired", at: stripeAccount)
        try post("/v1/usage", #"{"id": "second", "customer": "user-4", "cost_micros": 7000000}"#)
        let charge = try id(post("/v1/charges", #"{"customer": "user-4"}"#))
        return try await castle.eventually("the charge waits for its customer") {
            try get("/v1/charges/\(charge)").string("payment_url")
        }
    }

    /// Who pays ahead and has nothing is told where to pay.
    private func shortWallet() throws -> String? {
        try post("/v1/customers", #"{"external_id": "user-3", "prepaid": true}"#)
        let ask = #"{"customer": "user-3", "estimate": {"amount_micros": 5}}"#
        return try castle.platform.call("POST", "/v1/authorizations", ask, key: key)?.string("top_up_url")
    }

    // MARK: Calls

    @discardableResult
    private func post(_ path: String, _ body: String, key other: String? = nil) throws -> RawAnswer {
        try accepted(castle.platform.call("POST", path, body, key: other ?? key), "POST \(path) \(body)")
    }

    private func get(_ path: String, key other: String? = nil) throws -> RawAnswer {
        try accepted(castle.platform.call("GET", path, key: other ?? key), "GET \(path)")
    }

    /// A call at Stripe: the platform's, or the hand that plays the world. Without a form it is a GET.
    @discardableResult
    private func stripe(_ path: String, _ form: [String: String]?, as account: String? = nil) throws -> RawAnswer {
        var headers = ["Content-Type": "application/x-www-form-urlencoded"]
        headers["Stripe-Account"] = account
        let body = form.map { $0.map { "\($0.key)=\($0.value)" }.joined(separator: "&") }
        return try accepted(
            castle.stripe.call(
                form == nil ? "GET" : "POST", path, body, key: Castle.stripeKey, headers: headers), path)
    }

    private func accepted(_ answer: RawAnswer?, _ asked: String) throws -> RawAnswer {
        guard let answer else { throw AttackTrouble("\(asked) is not answered") }
        guard (200..<300).contains(answer.status) else {
            throw AttackTrouble("\(asked) is answered \(answer.status): \(answer.text)")
        }
        return answer
    }

    private func id(_ answer: RawAnswer) throws -> String { try text("id", answer) }

    private func text(_ path: String, _ answer: RawAnswer) throws -> String {
        guard let text = answer.string(path) else { throw AttackTrouble("there is no \(path) in \(answer.text)") }
        return text
    }
}
