import Billing
import Ledger
import Storage
import StripeSandbox
import Worker

/// What must hold when the year is over and everything has come to rest.
extension Simulation {
    func judgeTheYear() async throws {
        try await judgeReconciliation()
        try await checkBooks()
        let longAgo = house.clock.workers.adding(seconds: -6 * 86_400)
        let rest = try await house.database.read { tx in try Rest(startedBefore: longAgo, in: tx) }
        try rest.judge(at: house.clock.workers)
        let stripe = await StripeFacts(of: house.sandbox)
        try await judgePayments(stripe)
        try await judgeMoneyBack(stripe)
        try await judgeDunning()
        try await judgeBills(stripe)
    }

    private func judgeReconciliation() async throws {
        let result = try await reconcile()
        let worker = house.worker
        let found = try await house.database.read { tx in
            try worker.reconciliation.discrepancies(of: result.record.id, limit: 5, in: tx)
        }
        figures.invariants += Int(result.summary.accounts)
        if let first = found.first {
            throw Breach(
                "unexplained micros: 0", "\(found.count) discrepancies; \(first.kind) \(first.object): \(first.detail)")
        }
        guard result.unexplained.isEmpty else { throw Breach("unexplained micros: 0", "\(result.unexplained)") }
        if let unchecked = result.notChecked.first {
            throw Breach("every account is compared", "\(unchecked.account): \(unchecked.reason)")
        }
    }

    // MARK: Stripe's payments and our entries

    private func judgePayments(_ stripe: StripeFacts) async throws {
        let ours = stripe.payments
        var names: Set<String> = []
        for fact in ours {
            let name = fact.purpose ?? ""
            guard names.insert(name).inserted else {
                throw Breach(
                    "one charge, one payment", "\(name) was paid twice, the second time by \(fact.paymentIntent)")
            }
        }
        let entries = try await house.database.read { tx in try PaymentEntry.all(in: tx) }
        let posted = Dictionary(grouping: entries, by: \.paymentIntent)
        for fact in ours {
            guard let found = posted[fact.paymentIntent], found.count == 1 else {
                throw Breach(
                    "every payment at Stripe is one entry",
                    "\(fact.paymentIntent) has \(posted[fact.paymentIntent]?.count ?? 0)")
            }
        }
        let known = Set(ours.map(\.paymentIntent))
        if let invented = posted.keys.filter({ !known.contains($0) }).sorted().first {
            throw Breach("every entry of a payment is at Stripe", "\(invented) is not")
        }
        for payment in ours { figures.payments[payment.currency, default: 0] += 1 }
        figures.invariants += ours.count * 2
    }
}

/// The entry that a payment was posted by.
private struct PaymentEntry: Sendable {
    let paymentIntent: String

    static func all(in tx: Transaction) throws -> [PaymentEntry] {
        try tx.query("SELECT reference FROM journal_entries WHERE reference LIKE 'stripe:%:succeeded'").map { row in
            let parts = try row.text("reference").split(separator: ":")
            return PaymentEntry(paymentIntent: parts.count > 1 ? String(parts[1]) : "")
        }
    }
}
