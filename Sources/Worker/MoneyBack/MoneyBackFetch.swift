import Billing
import Storage
import Stripe

/// Asks Stripe for a refund or a dispute and brings the books to what it says, for sweeps. Where Stripe does not have
/// it or the rules refuse it, nothing happens, and a line of the Stripe balance is judged by what the books hold.
struct MoneyBackFetch: Sendable {
    let context: WorkerContext
    let account: ConnectedAccount

    /// What moved a line of the Stripe balance.
    func fetch(behind line: BalanceLine) async throws {
        guard let source = line.transaction.source else { return }
        let kind = source.object?.object
        switch line.transaction.nature {
        case .refund where kind == "refund" || kind == nil: try await fetch(refund: source.id, of: line.paymentIntent)
        case .dispute where kind == "dispute": try await fetch(dispute: source.id, of: line.paymentIntent)
        default: return
        }
    }

    func fetch(refund id: String, of paymentIntent: String?) async throws {
        try await forgiving {
            guard let payment = try await PaymentBehind.find(paymentIntent, of: account, context) else { return }
            let told = try await context.requireStripe().send(
                Stripe.Refund.retrieve(id, expand: RefundOutcome.expansion, in: try account.scope()), context)
            try await context.database.write { [context] tx in
                _ = try RefundOutcome(context: context, tx: tx).apply(told, to: try payment.owner(in: tx))
            }
        }
    }

    func fetch(dispute id: String, of paymentIntent: String?) async throws {
        try await forgiving {
            guard let payment = try await PaymentBehind.find(paymentIntent, of: account, context) else { return }
            let told = try await context.requireStripe().send(
                Stripe.Dispute.retrieve(id, in: try account.scope()), context)
            try await context.database.write { [context] tx in
                _ = try DisputeOutcome(context: context, tx: tx).apply(told, to: try payment.owner(in: tx))
            }
        }
    }

    private func forgiving(_ work: () async throws -> Void) async throws {
        do {
            try await work()
        } catch is WorkerError {
            return
        } catch let error as StripeError where error.code == .resourceMissing {
            return
        }
    }
}
