import Billing
import Ledger
import Storage
import Stripe

/// The payment that money goes back from. When the books do not have it yet, Stripe is asked for it first: a refund can
/// be heard of before its payment is.
struct PaymentBehind: Sendable {
    private let context: WorkerContext
    private let account: ConnectedAccount
    private let id: String
    /// What Stripe says of it, where the books had to be brought up to date.
    private let told: Stripe.PaymentIntent?

    /// - Returns: `nil` for a payment that Bursar has no part in, or that came in while its merchant was away and
    ///   nobody could ask.
    static func find(
        _ paymentIntent: String?, of account: ConnectedAccount, _ context: WorkerContext
    ) async throws -> PaymentBehind? {
        guard let id = paymentIntent else { return nil }
        let (owner, isPosted) = try await context.database.read { tx in
            (
                try PaymentOwner.find(paymentIntent: id, in: tx),
                try tx.journal.isPosted(.payment(id), book: account.book)
            )
        }
        if isPosted || account.status == .disconnected {
            guard isPosted, owner?.account == account.id else { return nil }
            return PaymentBehind(context: context, account: account, id: id, told: nil)
        }
        let told: Stripe.PaymentIntent
        do {
            told = try await context.requireStripe().send(
                Stripe.PaymentIntent.retrieve(id, expand: PaymentOutcome.expansion, in: try account.scope()), context)
        } catch let error as StripeError where error.code == .resourceMissing && owner == nil {
            return nil
        }
        guard owner != nil || BalanceLine.Claim(told.metadata) != nil else { return nil }
        return PaymentBehind(context: context, account: account, id: id, told: told)
    }

    /// The payment as the books have it, brought up to date where that was needed.
    /// - Throws: `payment_not_posted` when the books cannot take it.
    func owner(in tx: Transaction) throws -> PaymentOwner {
        if let told { try PaymentNews(context: context, account: account, tx: tx).apply(told) }
        guard let owner = try PaymentOwner.find(paymentIntent: id, in: tx), owner.account == account.id,
            try tx.journal.isPosted(.payment(id), book: account.book)
        else {
            throw WorkerError.conflict("payment_not_posted", "money goes back of \(id), which the books have not taken")
        }
        return owner
    }
}

extension PaymentOwner {
    static func find(_ payment: PaymentID, in tx: Transaction) throws -> PaymentOwner? {
        switch payment {
        case .charge(let id): try tx.charges.find(id).map(PaymentOwner.init)
        case .topUp(let id): try tx.topUps.find(id).map(PaymentOwner.init)
        }
    }
}
