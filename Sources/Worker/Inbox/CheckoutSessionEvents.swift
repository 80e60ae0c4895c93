import Billing
import Storage
import Stripe

extension EventDelivery {
    /// The session is fetched with its payment, which alone knows the card and the fee. A merchant who has disconnected
    /// is not asked; then the payload must do.
    func checkoutSessionCompleted() async throws -> @Sendable (Transaction) throws -> EventOutcome {
        let told = try event.object(as: Checkout.Session.self)
        guard told.metadata?[StripeMetadata.topUp] != nil else { return { _ in .notOurs } }
        guard account.status != .disconnected else { return applying(told) }
        let now = try await context.requireStripe().client.send(
            Checkout.Session.retrieve(told.id, expand: TopUpOutcome.expansion, in: try account.scope()))
        return applying(now)
    }

    func checkoutSessionExpired() async throws -> @Sendable (Transaction) throws -> EventOutcome {
        applying(try event.object(as: Checkout.Session.self))
    }

    func checkoutSessionAsyncPaymentFailed() throws -> @Sendable (Transaction) throws -> EventOutcome {
        let session = try event.object(as: Checkout.Session.self)
        guard session.metadata?[StripeMetadata.topUp] != nil else { return { _ in .notOurs } }
        return { [self] tx in
            try TopUpOutcome(context: context, tx: tx).fail(session, try topUp(of: session, in: tx).id)
            return .done
        }
    }

    private func applying(_ session: Checkout.Session) -> @Sendable (Transaction) throws -> EventOutcome {
        guard session.metadata?[StripeMetadata.topUp] != nil else { return { _ in .notOurs } }
        return { [self] tx in
            try TopUpOutcome(context: context, tx: tx).apply(session, to: try topUp(of: session, in: tx).id)
            return .done
        }
    }

    private func topUp(of session: Checkout.Session, in tx: Transaction) throws -> TopUp {
        let name = session.metadata?[StripeMetadata.topUp] ?? ""
        guard let topUp = try tx.topUps.find(TopUp.ID(stored: name)), topUp.account == account.id else {
            throw WorkerError(
                .notFound, "unknown_top_up", "\(session.id) names top-up \(name), which is not in the books")
        }
        return topUp
    }
}
