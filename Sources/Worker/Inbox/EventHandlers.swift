import Billing
import Storage
import Stripe

/// One event on its way through its handler, with the merchant it concerns.
struct EventDelivery: Sendable {
    let event: Event
    let account: ConnectedAccount
    let context: WorkerContext
}

/// What came of an event, for people who read the inbox; `nil` where the books say it.
struct EventOutcome: Sendable {
    let reason: String?

    static let done = EventOutcome(reason: nil)
    /// It concerns a payment that Bursar has no part in.
    static let notOurs = EventOutcome(reason: "not_ours")
    static let nothingToDo = EventOutcome(reason: "nothing_to_do")
}

/// Asks Stripe what has to be asked, and returns what is to be written: one commit settles the event and posts its
/// entry.
typealias EventHandler = @Sendable (EventDelivery) async throws -> @Sendable (Transaction) throws -> EventOutcome

/// The events that Bursar understands, by Stripe's names. `Webhooks/` says the same to people, and a test compares.
public enum EventHandlers {
    public static var types: [String] { all.keys.sorted() }

    static let all: [String: EventHandler] = [
        "account.updated": { try await $0.accountUpdated() },
        "account.application.authorized": { try await $0.accountUpdated() },
        "account.application.deauthorized": { try await $0.accountDeauthorized() },
        "charge.dispute.closed": { try await $0.disputeChanged() },
        "charge.dispute.created": { try await $0.disputeChanged() },
        "charge.dispute.funds_reinstated": { try await $0.disputeChanged() },
        "charge.dispute.funds_withdrawn": { try await $0.disputeChanged() },
        "charge.dispute.updated": { try await $0.disputeChanged() },
        "charge.refunded": { try await $0.chargeRefunded() },
        "checkout.session.completed": { try await $0.checkoutSessionCompleted() },
        "checkout.session.async_payment_succeeded": { try await $0.checkoutSessionCompleted() },
        "checkout.session.async_payment_failed": { try $0.checkoutSessionAsyncPaymentFailed() },
        "checkout.session.expired": { try await $0.checkoutSessionExpired() },
        "payment_intent.created": { _ in { _ in .nothingToDo } },
        "payment_intent.processing": { try await $0.paymentIntentChanged() },
        "payment_intent.requires_action": { try await $0.paymentIntentChanged() },
        "payment_intent.payment_failed": { try await $0.paymentIntentChanged() },
        "payment_intent.succeeded": { try $0.paymentIntentEnded() },
        "payment_intent.canceled": { try $0.paymentIntentEnded() },
        "refund.created": { try await $0.refundChanged() },
        "refund.failed": { try await $0.refundChanged() },
        "refund.updated": { try await $0.refundChanged() },
    ]
}
