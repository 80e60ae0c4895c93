import Billing
import Ledger
import Storage
import Worker

import struct Billing.Charge

/// What a merchant does, by the API or at Stripe.
extension Simulation {
    func charge(_ person: Market.Person) async throws -> String {
        let charge = try await house.database.write { [worker = house.worker] tx in
            let account = try worker.accounts.get(person.merchant.account, in: tx)
            let customer = try worker.customers.get(person.name, account: account, in: tx)
            return try worker.charging.open(customer, account: account, in: tx)
        }
        return "\(charge.amount) \(charge.status.rawValue)"
    }

    func cancelCharge(_ pick: UInt64) async throws -> String {
        guard let charge = try await openCharge(pick, { !$0.status.isFinal }) else { return "no charge is open" }
        let after = try await house.database.write { [worker = house.worker] tx in
            let account = try worker.accounts.get(charge.account, in: tx)
            return try worker.charging.cancel(charge, account: account, in: tx)
        }
        return after.status.rawValue
    }

    func openCharge(_ pick: UInt64, _ fits: @Sendable (Charge) -> Bool) async throws -> Charge? {
        let merchants = market.merchants.map(\.account)
        let charges = try await house.database.read { [worker = house.worker] tx in
            try merchants.flatMap { id in
                let account = try worker.accounts.get(id, in: tx)
                return try worker.charging.list(account: account, after: nil, limit: 20, in: tx)
            }
        }.filter(fits)
        return charges.isEmpty ? nil : charges[Int(pick % UInt64(charges.count))]
    }

    func grant(
        _ act: Act, _ person: Market.Person, _ micros: Int64, _ kind: WalletLot.Kind, _ days: Int64?
    ) async throws -> String {
        let reason = "grant \(act.number)"
        if options.isStory, try await isGiven(reason, person) {
            oracle.noteGranted(reason, micros, person, isAcknowledged: true)
            return "was granted"
        }
        oracle.noteGranted(reason, micros, person, isAcknowledged: false)
        let expiresAt = days.map { house.clock.workers.adding(seconds: $0 * 86_400) }
        try await house.database.write { [worker = house.worker] tx in
            let account = try worker.accounts.get(person.merchant.account, in: tx)
            let customer = try worker.customers.get(person.name, account: account, in: tx)
            let new = NewGrant(amountMicros: micros, kind: kind, expiresAt: expiresAt, reason: reason)
            _ = try worker.grants.give(new, to: customer, account: account, by: .commandLine, in: tx)
        }
        oracle.noteGranted(reason, micros, person, isAcknowledged: true)
        return "granted"
    }

    /// Whoever has had no answer looks before giving twice; over HTTP an `Idempotency-Key` does that.
    private func isGiven(_ reason: String, _ person: Market.Person) async throws -> Bool {
        try await house.database.read { [worker = house.worker] tx in
            let account = try worker.accounts.get(person.merchant.account, in: tx)
            let customer = try worker.customers.get(person.name, account: account, in: tx)
            return try worker.grants.list(customer: customer, after: nil, limit: 100, in: tx).contains {
                $0.reason == reason
            }
        }
    }

    func changePlan(_ person: Market.Person, _ pick: UInt64) async throws -> String {
        let plan = Self.plans[Int(pick % UInt64(Self.plans.count))]
        var details = CustomerDetails()
        details.plan = .set(plan)
        try await house.database.write { [worker = house.worker, details] tx in
            let account = try worker.accounts.get(person.merchant.account, in: tx)
            _ = try worker.customers.update(person.name, details, account: account, by: .commandLine, in: tx)
        }
        return plan
    }

    func setBlocked(_ person: Market.Person, _ isBlocked: Bool) async throws -> String {
        try await house.database.write { [worker = house.worker] tx in
            let account = try worker.accounts.get(person.merchant.account, in: tx)
            if isBlocked {
                _ = try worker.customers.block(
                    person.name, reason: "a rehearsal", account: account, by: .commandLine, in: tx)
            } else {
                _ = try worker.customers.unblock(person.name, account: account, by: .commandLine, in: tx)
            }
        }
        return isBlocked ? "blocked" : "active"
    }

    /// A sale of another shop on the same Stripe account.
    func sellOutside(_ merchant: Market.Merchant, _ amount: Int64) async throws -> String {
        let account = try await current(merchant.account)
        let form = [
            "amount": "\(amount)", "currency": merchant.currency.code, "payment_method": Card.good.rawValue,
            "confirm": "true", "return_url": "https://shop.rehearsal",
        ]
        let answer = await house.call("/v1/payment_intents", form, as: account.stripeAccount)
        return id(of: answer) ?? "refused"
    }

    func payOut(_ merchant: Market.Merchant) async throws -> String {
        guard let stripeAccount = try await current(merchant.account).stripeAccount else { return "not connected" }
        return id(of: await house.call("/_sandbox/accounts/\(stripeAccount)/payout")) ?? "nothing to pay out"
    }

    func disconnect(_ merchant: Market.Merchant, atStripe: Bool) async throws -> String {
        let account = try await current(merchant.account)
        guard let stripeAccount = account.stripeAccount else { return "not connected" }
        if atStripe {
            await house.call("/_sandbox/accounts/\(stripeAccount)/deauthorize")
            return "gone at Stripe"
        }
        return try await house.worker.onboarding.disconnect(account.id, by: .commandLine).status.rawValue
    }

    func restrict(_ merchant: Market.Merchant) async throws -> String {
        guard let stripeAccount = try await current(merchant.account).stripeAccount else { return "not connected" }
        await house.call("/_sandbox/accounts/\(stripeAccount)/restrict")
        return "restricted"
    }

    /// Back, whatever had taken them away.
    func reconnect(_ merchant: Market.Merchant) async throws -> String {
        let account = try await house.worker.onboarding.refreshStatus(merchant.account)
        guard let stripeAccount = account.stripeAccount else { return "nothing to connect" }
        await house.call("/_sandbox/accounts/\(stripeAccount)/onboard")
        let isGone =
            account.status == .disconnected
            || account.statusReason == ConnectedAccount.Reason.accessLost.rawValue
        if isGone { try await connectByOAuth(account.id, ["account": stripeAccount]) }
        return try await house.worker.onboarding.refreshStatus(account.id).status.rawValue
    }
}
