import Billing
import Storage
import Stripe

import struct Billing.Charge

extension EventDelivery {
    /// `succeeded` and `canceled` are final: the payload is the truth, whenever it comes.
    func paymentIntentEnded() throws -> @Sendable (Transaction) throws -> EventOutcome {
        applying(try event.object(as: Stripe.PaymentIntent.self))
    }

    /// Anything else may be out of date when it comes, so Stripe is asked how the payment stands now. For a merchant
    /// who has disconnected nothing is asked, and nothing that is not final matters.
    func paymentIntentChanged() async throws -> @Sendable (Transaction) throws -> EventOutcome {
        let told = try event.object(as: Stripe.PaymentIntent.self)
        guard isOurs(told) else { return { _ in .notOurs } }
        guard account.status != .disconnected else { return { _ in .nothingToDo } }
        let now = try await context.requireStripe().client.send(
            Stripe.PaymentIntent.retrieve(told.id, expand: PaymentOutcome.expansion, in: try account.scope()))
        return applying(now)
    }

    private func applying(_ intent: Stripe.PaymentIntent) -> @Sendable (Transaction) throws -> EventOutcome {
        guard isOurs(intent) else { return { _ in .notOurs } }
        return { [context, account] tx in
            try PaymentNews(context: context, account: account, tx: tx).apply(intent)
            return .done
        }
    }

    private func isOurs(_ intent: Stripe.PaymentIntent) -> Bool {
        intent.metadata?[StripeMetadata.charge] != nil || intent.metadata?[StripeMetadata.topUp] != nil
    }
}

/// Finds what a PaymentIntent was made for and brings it up to date.
struct PaymentNews {
    let context: WorkerContext
    let account: ConnectedAccount
    let tx: Transaction

    /// - Throws: `not_found` when the PaymentIntent says that it is ours and we know nothing of it.
    func apply(_ intent: Stripe.PaymentIntent) throws {
        if let name = intent.metadata?[StripeMetadata.charge] {
            guard let charge = try tx.charges.find(Charge.ID(stored: name)), charge.account == account.id else {
                throw WorkerError(
                    .notFound, "unknown_charge", "\(intent.id) names charge \(name), which is not in the books")
            }
            try PaymentOutcome(context: context, tx: tx).apply(intent, to: charge)
        } else if let name = intent.metadata?[StripeMetadata.topUp] {
            guard let topUp = try tx.topUps.find(TopUp.ID(stored: name)), topUp.account == account.id else {
                throw WorkerError(
                    .notFound, "unknown_top_up", "\(intent.id) names top-up \(name), which is not in the books")
            }
            try TopUpOutcome(context: context, tx: tx).apply(intent, to: topUp.id)
        }
    }
}
