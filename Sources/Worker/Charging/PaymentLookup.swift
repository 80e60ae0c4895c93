import Billing
import struct Billing.Charge
import Ledger
import Storage
import Stripe

/// Finds the PaymentIntent of a command at Stripe by what Bursar wrote on it. The list of a customer's PaymentIntents is
/// used and not the search, which lags.
struct PaymentLookup {
    let context: WorkerContext
    let stripe: StripeAccess

    /// - Returns: `nil` when Stripe has no payment of that charge.
    func find(_ command: OutboxCommand) async throws -> Stripe.PaymentIntent? {
        let known = try await context.database.read { tx in
            (
                charge: try tx.charges.find(command.charge), account: try tx.accounts.find(command.account),
                customer: try tx.charges.find(command.charge).flatMap { try tx.customers.find($0.customer) }
            )
        }
        guard let charge = known.charge, let account = known.account else { return nil }
        let scope = try account.scope()
        if let intent = charge.paymentIntent {
            return try await stripe.client.send(Stripe.PaymentIntent.retrieve(intent, expand: PaymentOutcome.expansion, in: scope))
        }
        guard let customer = known.customer?.stripeCustomer else { return nil }
        return try await find(charge, customer: customer, scope)
    }

    private func find(_ charge: Charge, customer: String, _ scope: AccountScope) async throws -> Stripe.PaymentIntent? {
        // An hour for clocks that differ.
        let range = CreatedRange(from: charge.createdAt.secondsSince1970 - 3_600)
        var cursor: ListCursor? = .start
        while let page = cursor {
            let list = try await stripe.client.send(
                Stripe.PaymentIntent.list(customer: customer, created: range, cursor: page, limit: 100, in: scope))
            if let found = list.data.first(where: { $0.metadata?[StripeMetadata.charge] == charge.id.text }) { return found }
            cursor = list.next
        }
        return nil
    }
}
