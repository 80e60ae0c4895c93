public import Billing
import Ledger
public import Storage
import Stripe

public import struct Billing.Charge
public import struct Billing.Customer

/// Where a customer's browser goes next.
public enum PaymentStep: Hashable, Sendable {
    /// To Stripe's page, to authenticate the payment.
    case redirect(String)
    /// Nowhere: the charge stands as it stands.
    case settled(Charge)
}

/// A customer comes back and finishes the same PaymentIntent on session.
public struct PaymentFinishing: Sendable {
    let context: WorkerContext

    /// The charge that a payment link opens; a wrong token looks like an unknown charge.
    public func charge(_ id: Charge.ID, token: String, in tx: Transaction) throws -> Charge {
        guard let charge = try tx.charges.find(id), Self.isSame(charge.payToken, token) else {
            throw WorkerError.notFound("payment")
        }
        return charge
    }

    /// Confirms the payment with the customer present.
    public func begin(_ id: Charge.ID, token: String) async throws -> PaymentStep {
        let stripe = try context.requireStripe()
        let charge = try await refresh(id, token: token)
        guard charge.status == .requiresAction || charge.status == .failed, let intent = charge.paymentIntent else {
            return .settled(charge)
        }
        let (account, customer) = try await parties(of: charge)
        // Nothing is asked for a merchant who has disconnected.
        guard account.canCharge else { return .settled(charge) }
        let scope = try account.scope()
        do {
            let current = try await stripe.send(Stripe.PaymentIntent.retrieve(intent, in: scope), context)
            if let url = current.nextAction?.redirectToURL?.url { return .redirect(url) }
            // More tries than the card networks allow are not made for the customer either.
            guard let attempt = try await countAttempt(charge) else { return .settled(charge) }
            let confirmed = try await stripe.send(
                Stripe.PaymentIntent.confirm(
                    intent, paymentMethod: customer.paymentMethod, returnURL: returnURL(of: charge),
                    expand: PaymentOutcome.expansion, in: scope, idempotencyKey: "\(charge.id):finish:\(attempt)"),
                context)
            let after = try await apply(confirmed, to: charge.id)
            return confirmed.nextAction?.redirectToURL?.url.map(PaymentStep.redirect) ?? .settled(after)
        } catch let error as StripeError {
            if let intent = error.details.paymentIntent { return .settled(try await apply(intent, to: charge.id)) }
            throw error.asWorkerError()
        }
    }

    /// The charge after asking Stripe how its payment stands; what a returning browser is shown.
    public func refresh(_ id: Charge.ID, token: String) async throws -> Charge {
        let charge = try await context.database.read { tx in try self.charge(id, token: token, in: tx) }
        guard let stripe = context.stripe, !charge.status.isFinal, let intent = charge.paymentIntent else {
            return charge
        }
        let (account, _) = try await parties(of: charge)
        guard account.canCharge else { return charge }
        do {
            let current = try await stripe.send(
                Stripe.PaymentIntent.retrieve(intent, expand: PaymentOutcome.expansion, in: try account.scope()),
                context)
            return try await apply(current, to: charge.id)
        } catch is StripeError {
            return charge
        }
    }

    private func returnURL(of charge: Charge) -> String {
        context.policy.pageAfterPayment(of: charge)
    }

    private func parties(of charge: Charge) async throws -> (ConnectedAccount, Customer) {
        try await context.database.read { tx in
            guard let account = try tx.accounts.find(charge.account),
                let customer = try tx.customers.find(charge.customer)
            else { throw WorkerError.notFound("payment") }
            return (account, customer)
        }
    }

    /// - Returns: `nil` when another try must not be made now.
    private func countAttempt(_ charge: Charge) async throws -> Int? {
        try await context.database.write { [context] tx in
            guard var current = try tx.charges.find(charge.id), let customer = try tx.customers.find(charge.customer)
            else { throw WorkerError.notFound("payment") }
            let dunning = Dunning(context: context)
            guard try dunning.earliestTry(of: current, in: tx) <= context.now else { return nil }
            current.attempt += 1
            try tx.charges.update(current)
            try dunning.begin(current, .customer, method: customer.paymentMethod, in: tx)
            return current.attempt
        }
    }

    private func apply(_ intent: Stripe.PaymentIntent, to id: Charge.ID) async throws -> Charge {
        try await context.database.write { [context] tx in
            guard let charge = try tx.charges.find(id) else { throw WorkerError.notFound("payment") }
            return try PaymentOutcome(context: context, tx: tx).apply(intent, to: charge)
        }
    }

    /// Takes the same time wherever two tokens differ.
    static func isSame(_ left: String, _ right: String) -> Bool {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
