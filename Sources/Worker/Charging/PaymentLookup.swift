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

    /// By so much our clock may have been ahead of Stripe's when the charge was written.
    static let clockErrorSeconds: Int64 = 7 * 86_400

    /// - Returns: `nil` when Stripe has no payment of that charge or top-up.
    func find(_ command: OutboxCommand) async throws -> Stripe.PaymentIntent? {
        let known = try await context.database.read { tx -> Wanted? in
            switch command.subject {
            case .charge(let id): try tx.charges.find(id).map(Wanted.init)
            case .topUp(let id): try tx.topUps.find(id).map(Wanted.init)
            case .refund: nil
            }
        }
        guard let wanted = known else { return nil }
        let request = try FrozenRequest.request(command.request)
        let scope = request.scope
        if let intent = wanted.paymentIntent {
            return try await stripe.client.send(
                Stripe.PaymentIntent.retrieve(intent, expand: PaymentOutcome.expansion, in: scope))
        }
        return try await find(wanted, customer: request.parameter("customer"), scope)
    }

    private func find(
        _ wanted: Wanted, customer: String?, _ scope: AccountScope
    ) async throws -> Stripe.PaymentIntent? {
        // A week for clocks that differ: what is overlooked is paid twice.
        let range = CreatedRange(from: wanted.createdAt.secondsSince1970 - Self.clockErrorSeconds)
        var cursor: ListCursor? = .start
        while let page = cursor {
            let list = try await stripe.client.send(
                Stripe.PaymentIntent.list(customer: customer, created: range, cursor: page, limit: 100, in: scope))
            if let found = list.data.first(where: { $0.metadata?[wanted.label] == wanted.id }) {
                return found
            }
            cursor = list.next
        }
        return nil
    }

    /// What the payment is of, and how it says so.
    private struct Wanted {
        let id: String
        let label: String
        let paymentIntent: String?
        let createdAt: Instant

        init(_ charge: Charge) {
            (id, label) = (charge.id.text, StripeMetadata.charge)
            (paymentIntent, createdAt) = (charge.paymentIntent, charge.createdAt)
        }

        init(_ topUp: TopUp) {
            (id, label) = (topUp.id.text, StripeMetadata.topUp)
            (paymentIntent, createdAt) = (topUp.paymentIntent, topUp.createdAt)
        }
    }
}
