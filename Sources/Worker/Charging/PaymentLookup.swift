import Billing
import Ledger
import Storage
import Stripe

import struct Billing.Charge

/// Finds the PaymentIntent of a command at Stripe by what Bursar wrote on it. The list of a customer's PaymentIntents
/// is used and not the search, which lags. It is looked for where the command was sent, whatever the customer and the
/// account have become since: overlooking a payment would make a second one.
struct PaymentLookup {
    let context: WorkerContext
    let stripe: StripeAccess

    /// - Returns: `nil` when Stripe has no payment of that charge.
    func find(_ command: OutboxCommand) async throws -> Stripe.PaymentIntent? {
        let known = try await context.database.read { tx in try tx.charges.find(command.charge) }
        guard let charge = known else { return nil }
        let request = try FrozenRequest.request(command.request)
        let scope = request.scope
        if let intent = charge.paymentIntent {
            return try await stripe.client.send(
                Stripe.PaymentIntent.retrieve(intent, expand: PaymentOutcome.expansion, in: scope))
        }
        return try await find(charge, customer: request.parameter("customer"), scope)
    }

    private func find(
        _ charge: Charge, customer: String?, _ scope: AccountScope
    ) async throws -> Stripe.PaymentIntent? {
        // An hour for clocks that differ.
        let range = CreatedRange(from: charge.createdAt.secondsSince1970 - 3_600)
        var cursor: ListCursor? = .start
        while let page = cursor {
            let list = try await stripe.client.send(
                Stripe.PaymentIntent.list(customer: customer, created: range, cursor: page, limit: 100, in: scope))
            if let found = list.data.first(where: { $0.metadata?[StripeMetadata.charge] == charge.id.text }) {
                return found
            }
            cursor = list.next
        }
        return nil
    }
}
