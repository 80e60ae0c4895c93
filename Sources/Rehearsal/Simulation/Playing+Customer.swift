import Billing
import Ledger
import Storage
import Worker

import struct Billing.Charge

/// What a customer does: cards, pages of banks, Checkout.
extension Simulation {
    func changeCard(_ person: Market.Person, _ card: Card) async throws -> String {
        let account = try await current(person.merchant.account)
        try await putCard(card, of: person.name, at: account)
        return card.rawValue
    }

    /// Follows the link to the bank's page, and passes there or not.
    func authenticate(_ pick: UInt64, passes: Bool) async throws -> String {
        guard let charge = try await openCharge(pick, { $0.status == .requiresAction }),
            let intent = charge.paymentIntent
        else { return "nobody has to" }
        let step = try await house.worker.finishing.begin(charge.id, token: charge.payToken)
        guard case .redirect = step else { return "no page" }
        await house.call(
            "/_sandbox/payment_intents/\(intent)/authenticate", ["outcome": passes ? "complete" : "fail"])
        return try await house.worker.finishing.refresh(charge.id, token: charge.payToken).status.rawValue
    }

    func openTopUp(_ person: Market.Person, _ amount: Int64, _ card: Card?) async throws -> String {
        let account = try await current(person.merchant.account)
        let new = NewTopUp(
            customer: person.name, amount: amount, successURL: "https://shop.rehearsal/thanks", cancelURL: nil)
        let topUp = try await house.worker.topUps.open(new, account: account)
        guard let card, let session = topUp.checkoutSession else { return topUp.status.rawValue }
        return await pay(session, card)
    }

    func payTopUp(_ pick: UInt64, _ card: Card) async throws -> String {
        let merchants = market.merchants.map(\.account)
        let topUps = try await house.database.read { [worker = house.worker] tx -> [TopUp] in
            try merchants.flatMap { id -> [TopUp] in
                let account = try worker.accounts.get(id, in: tx)
                return try worker.topUps.list(account: account, after: nil, limit: 20, in: tx)
            }
        }
        let open = topUps.filter { $0.status == .open && $0.checkoutSession != nil }
        guard !open.isEmpty, let session = open[Int(pick % UInt64(open.count))].checkoutSession else {
            return "no top-up is open"
        }
        return await pay(session, card)
    }

    private func pay(_ session: String, _ card: Card) async -> String {
        let answer = await house.call(
            "/_sandbox/checkout_sessions/\(session)/pay",
            ["payment_method": card.rawValue, "email": "customer@shop.rehearsal"])
        let result = text("result", of: answer) ?? "refused"
        guard result == "authenticate", let url = text("url", of: answer) else { return result }
        await house.call(String(url.dropFirst(Wire.base.count)), ["decision": "complete"])
        return "authenticated"
    }

    func fillItself(_ person: Market.Person, _ threshold: Int64, _ amount: Int64) async throws -> String {
        let policy = AutoTopUpPolicy(
            thresholdMicros: threshold * person.merchant.scale, amountMicros: amount * person.merchant.scale,
            monthlyLimitMicros: amount * person.merchant.scale * 4,
            coolDownSeconds: chance.number(300...86_400))
        try await house.database.write { [worker = house.worker] tx in
            let account = try worker.accounts.get(person.merchant.account, in: tx)
            let customer = try worker.customers.get(person.name, account: account, in: tx)
            _ = try worker.autoTopUps.set(policy, for: customer, account: account, by: .commandLine, in: tx)
        }
        return "set"
    }
}
