import Billing
import HTTPTypes
import Ledger
import Storage
import Testing
import Worker

import struct Billing.Charge
import struct Billing.Customer

@testable import Server

/// Things of every kind that one merchant has, for others to reach for.
struct Belongings {
    let account: String
    let key: String
    let keyID: String
    let customer: String
    /// The secret of a key of that customer's.
    let customerKey: String
    let customerKeyID: String
    let charge: String
    let topUp: String
    let refund: String
    let dispute: String
    let usageEvent: String
    let reconciliation: String
    let plan: String
    let organization: String
    let meter: String
    let product: String
    let hold: String

    init(in house: ServedHouse, _ name: String, stripe: String = "none") async throws {
        let merchant = try await house.addMerchant(name, stripe: stripe)
        (account, key) = merchant
        keyID = try #require(try await house.get("/v1/accounts/\(account)/keys").data.first?["id"] as? String)
        organization = account.replacing("bacc", with: "borg")
        customer = try #require(
            try await house.post(
                "/v1/customers", #"{"external_id": "of \#(name)", "organization": "\#(organization)"}"#, key: key
            ).string("id"))
        plan = try #require(try await house.post("/v1/plans", #"{"slug": "\#(name)"}"#, key: key).string("id"))
        let pages = #"{"slug": "\#(name)", "aggregation": "sum", "field": "pages"}"#
        meter = try #require(try await house.post("/v1/meters", pages, key: key).string("id"))
        let metrics = #"[{"meter": "\#(name)", "mode": "volume", "bands": [{"name": "all", "unit_rate": "0.02"}]}]"#
        product = try #require(
            try await house.post("/v1/products", #"{"slug": "\#(name)", "metrics": \#(metrics)}"#, key: key)
                .string("id"))
        let minted = try await Self.mint(house, account, customer)
        (customerKey, customerKeyID) = (minted.secret, minted.key.id.text)
        let use = #"{"id": "belongs", "customer": "user of \#(name)", "cost_micros": 5}"#
        usageEvent = try #require(
            try await house.post("/v1/usage", use, key: key).data.first?["usage_event"] as? String)
        reconciliation = try #require(try await house.post("/v1/reconciliations", key: key).string("id"))
        let seams = house.worker.context.seams
        let now = house.clock.now
        let (owner, buyer) = (ConnectedAccount.ID(stored: account), Customer.ID(stored: customer))
        let usd = try #require(Currency("usd"))
        let charge = Charge(
            id: .make(seams), account: owner, customer: buyer, amount: 500, currency: usd, applicationFee: 0,
            status: .failed, reason: "insufficient_funds", paymentIntent: "pi_\(name)", attempt: 1,
            payToken: "token of \(name)", createdAt: now, updatedAt: now)
        let topUp = TopUp(
            id: .make(seams), account: owner, customer: buyer, amount: 500, currency: usd, applicationFee: 0,
            status: .open, createdAt: now, updatedAt: now)
        let refund = Refund(
            id: .make(seams), account: owner, customer: buyer, payment: .charge(charge.id), amount: 100, currency: usd,
            origin: .stripe, status: .failed, stripeRefund: "re_\(name)", createdAt: now, updatedAt: now)
        let dispute = Dispute(
            id: .make(seams), account: owner, customer: buyer, payment: .charge(charge.id),
            stripeDispute: "du_\(name)", amount: 500, currency: usd, reason: "general", status: .needsResponse,
            createdAt: now, updatedAt: now)
        try await house.worker.context.database.write { tx in
            try tx.charges.insert(charge)
            try tx.topUps.insert(topUp)
            try tx.refunds.insert(refund)
            _ = try tx.disputes.insert(dispute)
        }
        (self.refund, self.dispute) = (refund.id.text, dispute.id.text)
        self.charge = charge.id.text
        self.topUp = topUp.id.text
        let asked = #"{"customer": "\#(customer)", "estimate": {"amount_micros": 5}}"#
        hold = try #require(try await house.post("/v1/authorizations", asked, key: key).string("id"))
    }

    /// A key of a customer's, as the merchant makes it.
    static func mint(
        _ house: ServedHouse, _ account: String, _ customer: String, _ terms: NewKey = NewKey(name: "end user")
    ) async throws -> MintedKey {
        var terms = terms
        terms.customer = customer
        return try await house.worker.context.database.write { [terms] tx in
            let account = try house.worker.accounts.get(.init(stored: account), in: tx)
            return try house.worker.keys.mint(terms, account: account, by: .commandLine, in: tx)
        }
    }

    /// The path of a route, with this merchant's things in the places of its parameters.
    func path(of route: Route) -> String {
        var path = route.path.replacing("{key}", with: keyID).replacing("{charge_id}", with: charge)
            .replacing("{customer_id}", with: customer)
        let thing =
            switch route.path.split(separator: "/").dropFirst().first {
            case "customers": customer
            case "charges": charge
            case "top_ups": topUp
            case "refunds": refund
            case "disputes": dispute
            case "reconciliations": reconciliation
            case "authorizations": hold
            case "webhook_events": "evt_1"
            case "plans": plan
            case "meters": meter
            case "products": product
            case "organizations": organization
            case "keys": customerKeyID
            case "usage", "explain": usageEvent
            default: account
            }
        path = path.replacing("{id}", with: thing)
        return path
    }

    /// The same path with ids that nothing has.
    func pathToNothing(of route: Route) -> String {
        let other = Belongings(unknownLike: self)
        return other.path(of: route)
    }

    private init(unknownLike known: Belongings) {
        func unknown(_ id: String) -> String { String(id.dropLast(6)) + "zzzzzz" }
        account = unknown(known.account)
        key = known.key
        keyID = unknown(known.keyID)
        customer = unknown(known.customer)
        customerKey = known.customerKey
        customerKeyID = unknown(known.customerKeyID)
        charge = unknown(known.charge)
        topUp = unknown(known.topUp)
        refund = unknown(known.refund)
        dispute = unknown(known.dispute)
        usageEvent = unknown(known.usageEvent)
        reconciliation = unknown(known.reconciliation)
        plan = unknown(known.plan)
        meter = unknown(known.meter)
        product = unknown(known.product)
        organization = unknown(known.organization)
        hold = unknown(known.hold)
    }
}

extension Route {
    /// A body that it would take, so that only the path can be wrong.
    var acceptableBody: String? {
        guard method == .post else { return nil }
        if path.hasSuffix("/auto_top_up") { return #"{"threshold_micros": 1, "amount_micros": 9000000}"# }
        if path.hasSuffix("/corrections") { return #"{"reason": "x"}"# }
        return path.hasSuffix("/grants") ? #"{"amount_micros": 1, "kind": "promotional", "reason": "x"}"# : "{}"
    }
}

extension Reply {
    /// The body without what differs between any two requests.
    var withoutIDs: String {
        text.replacing(/b[a-z]{3}_[0-9a-z]{26}/, with: "ID")
    }
}
