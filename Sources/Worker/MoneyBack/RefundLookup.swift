import Billing
import Ledger
import Storage
import Stripe

/// Finds the refund of a command at Stripe by what Bursar wrote on it, where the command was sent.
struct RefundLookup {
    let context: WorkerContext
    let stripe: StripeAccess

    /// - Returns: `nil` when Stripe has no such refund.
    func find(_ command: OutboxCommand, _ id: Billing.Refund.ID) async throws -> Stripe.Refund? {
        let request = try FrozenRequest.request(command.request)
        guard let payment = request.parameter("payment_intent") else { return nil }
        var cursor: ListCursor? = .start
        while let page = cursor {
            let list = try await stripe.client.send(
                Stripe.Refund.list(
                    paymentIntent: payment, cursor: page, limit: 100, expand: RefundOutcome.listExpansion,
                    in: request.scope))
            if let found = list.data.first(where: { $0.metadata?[StripeMetadata.refund] == id.text }) { return found }
            cursor = list.next
        }
        return nil
    }
}
