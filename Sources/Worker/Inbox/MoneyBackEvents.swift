import Billing
import Storage
import Stripe

extension EventDelivery {
    typealias Work = @Sendable (Transaction) throws -> EventOutcome

    /// A refund can change whatever it was, even from succeeded to failed, so Stripe is asked how it stands now. A
    /// merchant who has disconnected is not asked; then the payload must do.
    func refundChanged() async throws -> Work {
        let told = try event.object(as: Stripe.Refund.self)
        guard let payment = try await PaymentBehind.find(told.paymentIntent?.id, of: account, context) else {
            return nobodyKnows
        }
        guard account.status != .disconnected else { return applying([told], to: payment) }
        let now = try await context.requireStripe().client.send(
            Stripe.Refund.retrieve(told.id, expand: RefundOutcome.expansion, in: try account.scope()))
        return applying([now], to: payment)
    }

    /// The payload has only the sum of a charge's refunds, so they are asked for.
    func chargeRefunded() async throws -> Work {
        let told = try event.object(as: Stripe.Charge.self)
        guard let intent = told.paymentIntent?.id,
            let payment = try await PaymentBehind.find(intent, of: account, context)
        else { return nobodyKnows }
        guard account.status != .disconnected else { return { _ in .nothingToDo } }
        var refunds: [Stripe.Refund] = []
        var cursor: ListCursor? = .start
        while let page = cursor {
            let list = try await context.requireStripe().client.send(
                Stripe.Refund.list(
                    paymentIntent: intent, cursor: page, limit: 100, expand: RefundOutcome.listExpansion,
                    in: try account.scope()))
            refunds += list.data
            cursor = list.next
        }
        return applying(refunds, to: payment)
    }

    /// What a dispute moved is only ever added to, but its status can go to and fro, so Stripe is asked for it.
    func disputeChanged() async throws -> Work {
        let told = try event.object(as: Stripe.Dispute.self)
        guard let payment = try await PaymentBehind.find(told.paymentIntent?.id, of: account, context) else {
            return nobodyKnows
        }
        let isAsked = account.status != .disconnected
        let now =
            isAsked
            ? try await context.requireStripe().client.send(
                Stripe.Dispute.retrieve(told.id, in: try account.scope())) : told
        return { [context] tx in
            try DisputeOutcome(context: context, tx: tx).apply(now, to: try payment.owner(in: tx))
            return .done
        }
    }

    /// Of a merchant who is away it cannot be told whose payment it is. Once they are back, the sweeps find what moved.
    private var nobodyKnows: Work {
        let outcome: EventOutcome = account.status == .disconnected ? .nothingToDo : .notOurs
        return { _ in outcome }
    }

    private func applying(_ refunds: [Stripe.Refund], to payment: PaymentBehind) -> Work {
        { [context] tx in
            let owner = try payment.owner(in: tx)
            for refund in refunds.reversed() { try RefundOutcome(context: context, tx: tx).apply(refund, to: owner) }
            return .done
        }
    }
}
