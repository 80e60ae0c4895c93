import Billing
import Ledger
import Storage
import Stripe

/// Charges and top-ups that are not at their end: Stripe is asked for each, because a payment can succeed without any
/// event.
struct OpenObjectSweep {
    let context: WorkerContext
    let account: ConnectedAccount

    /// A session that nobody was shown cannot be paid for longer than this; Stripe's sessions live for 24 hours.
    static let unshownSeconds: Int64 = 25 * 3_600

    /// The next open charge.
    func charge(_ next: ReconciliationCursor, _ state: ReconciliationState) async throws -> ReconciliationUnit {
        let after = state.cursor.after.isEmpty ? nil : Billing.Charge.ID(stored: state.cursor.after)
        let open = try await context.database.read { [account] tx in
            try tx.charges.open(account: account.id, after: after, limit: 1).first
        }
        guard let charge = open, let intent = charge.paymentIntent else { return ReconciliationUnit(next) }
        let refusal = try await refusal(of: charge.id.text) {
            let now = try await context.requireStripe().send(
                Stripe.PaymentIntent.retrieve(intent, expand: PaymentOutcome.expansion, in: try account.scope()),
                context)
            try await context.database.write { [context] tx in
                guard let charge = try tx.charges.find(charge.id) else { return }
                try PaymentOutcome(context: context, tx: tx).apply(now, to: charge)
            }
        }
        return unit(PaymentOwner(charge), refusal, state)
    }

    /// The next open top-up.
    func topUp(_ next: ReconciliationCursor, _ state: ReconciliationState) async throws -> ReconciliationUnit {
        let after = state.cursor.after.isEmpty ? nil : TopUp.ID(stored: state.cursor.after)
        let open = try await context.database.read { [account] tx in
            try tx.topUps.open(account: account.id, after: after, limit: 1).first
        }
        guard let topUp = open else { return ReconciliationUnit(next) }
        let refusal = try await refusal(of: topUp.id.text) {
            if topUp.isAutomatic { return try await automatic(topUp) }
            guard let session = topUp.checkoutSession else { return try await expire(topUp) }
            let now = try await context.requireStripe().send(
                Checkout.Session.retrieve(session, expand: TopUpOutcome.expansion, in: try account.scope()), context)
            try await context.database.write { [context] tx in
                try TopUpOutcome(context: context, tx: tx).apply(now, to: topUp.id)
            }
        }
        return unit(PaymentOwner(topUp), refusal, state)
    }

    /// One without a payment is the outbox's affair. One that waits for its customer makes way after a day.
    private func automatic(_ topUp: TopUp) async throws {
        guard let intent = topUp.paymentIntent else { return }
        let now = try await context.requireStripe().send(
            Stripe.PaymentIntent.retrieve(intent, expand: PaymentOutcome.expansion, in: try account.scope()), context)
        try await context.database.write { [context] tx in
            let outcome = TopUpOutcome(context: context, tx: tx)
            let current = try outcome.apply(now, to: topUp.id)
            let isOld = current.createdAt.adding(seconds: Self.unshownSeconds) < context.now
            if current.status == .open, isOld { try outcome.expire(topUp.id) }
        }
    }

    /// A top-up whose session never became known, from a crash in between: once it cannot be paid any more, it has
    /// expired.
    private func expire(_ topUp: TopUp) async throws {
        guard topUp.createdAt.adding(seconds: Self.unshownSeconds) < context.now else { return }
        try await context.database.write { [context] tx in
            guard var current = try tx.topUps.find(topUp.id) else { return }
            current.status = current.status.after(.expired)
            current.updatedAt = context.now
            try tx.topUps.update(current)
        }
    }

    /// Runs `work`, and says why Stripe or the rules refuse this one object; anything else concerns the whole account.
    private func refusal(
        of object: String, _ work: () async throws -> Void
    ) async throws -> (kind: Discrepancy.Kind, detail: String)? {
        do {
            try await work()
            return nil
        } catch let error as StripeError where error.code == .resourceMissing {
            return (.missingAtStripe, "Stripe does not know what \(object) waits for")
        } catch let error as WorkerError {
            return (error.code == "amount_differs" ? .amountDiffers : .notPosted, error.detail)
        }
    }

    private func unit(
        _ object: PaymentOwner, _ refusal: (kind: Discrepancy.Kind, detail: String)?, _ state: ReconciliationState
    ) -> ReconciliationUnit {
        var following = state.cursor
        following.after = object.id
        guard let refusal else { return ReconciliationUnit(following) }
        let run = state.record.id
        return ReconciliationUnit(following) { [context, account] tx, summary in
            // Money that the rules refuse shows on its line in the Stripe balance, and is not counted twice.
            let isMissing = refusal.kind == .missingAtStripe
            let amount = try context.currencies.money(minor: isMissing ? object.amount : 0, object.currency)
            let discrepancy = Discrepancy(
                id: .make(context.seams), account: account.id, kind: refusal.kind, object: object.id,
                amount: try amount.negated(), detail: refusal.detail, foundAt: context.now)
            if try tx.discrepancies.insert(discrepancy, in: run) { summary.discrepancies += 1 }
        }
    }
}
