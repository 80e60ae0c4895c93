public import Billing
import Ledger
public import Storage
import Stripe

/// A customer comes back and finishes an automatic top-up on session, because their bank wants them there.
public struct TopUpFinishing: Sendable {
    let context: WorkerContext

    /// Where the browser goes next.
    public enum Step: Hashable, Sendable {
        /// To Stripe's page, to authenticate the payment.
        case redirect(String)
        /// Nowhere: the top-up stands as it stands.
        case settled(TopUp)
    }

    /// The top-up that a link opens; a wrong token looks like an unknown payment.
    public func topUp(_ id: TopUp.ID, token: String, in tx: Transaction) throws -> TopUp {
        guard let topUp = try tx.topUps.find(id), let own = topUp.payToken, PaymentFinishing.isSame(own, token) else {
            throw WorkerError.notFound("payment")
        }
        return topUp
    }

    /// Confirms the payment with the customer present.
    public func begin(_ id: TopUp.ID, token: String) async throws -> Step {
        let stripe = try context.requireStripe()
        let topUp = try await refresh(id, token: token)
        let account = try await account(of: topUp)
        guard topUp.status == .open, let intent = topUp.paymentIntent, account.canCharge else {
            return .settled(topUp)
        }
        let scope = try account.scope()
        do {
            let current = try await stripe.send(Stripe.PaymentIntent.retrieve(intent, in: scope), context)
            if let url = current.nextAction?.redirectToURL?.url { return .redirect(url) }
            let method = current.lastPaymentError?.paymentMethod?.id ?? current.paymentMethod?.id
            let confirmed = try await stripe.send(
                Stripe.PaymentIntent.confirm(
                    intent, paymentMethod: try await card(of: topUp) ?? method,
                    returnURL: context.policy.pageAfterPayment(of: topUp), expand: PaymentOutcome.expansion,
                    in: scope, idempotencyKey: "\(topUp.id):finish:\(context.token())"), context)
            let after = try await apply(confirmed, to: id)
            return confirmed.nextAction?.redirectToURL?.url.map(Step.redirect) ?? .settled(after)
        } catch let error as StripeError {
            if let intent = error.details.paymentIntent { return .settled(try await apply(intent, to: id)) }
            throw error.asWorkerError()
        }
    }

    /// The top-up after asking Stripe how its payment stands; what a returning browser is shown.
    public func refresh(_ id: TopUp.ID, token: String) async throws -> TopUp {
        let topUp = try await context.database.read { tx in try self.topUp(id, token: token, in: tx) }
        guard let stripe = context.stripe, topUp.status == .open || topUp.status == .pending,
            let intent = topUp.paymentIntent
        else { return topUp }
        let account = try await account(of: topUp)
        guard account.canCharge else { return topUp }
        do {
            let current = try await stripe.send(
                Stripe.PaymentIntent.retrieve(intent, expand: PaymentOutcome.expansion, in: try account.scope()),
                context)
            return try await apply(current, to: id)
        } catch is StripeError {
            return topUp
        }
    }

    private func account(of topUp: TopUp) async throws -> ConnectedAccount {
        let account = try await context.database.read { tx in try tx.accounts.find(topUp.account) }
        guard let account else { throw WorkerError.notFound("payment") }
        return account
    }

    private func card(of topUp: TopUp) async throws -> String? {
        try await context.database.read { tx in try tx.customers.find(topUp.customer)?.paymentMethod }
    }

    private func apply(_ intent: Stripe.PaymentIntent, to id: TopUp.ID) async throws -> TopUp {
        try await context.database.write { [context] tx in
            try TopUpOutcome(context: context, tx: tx).apply(intent, to: id)
        }
    }
}
