import Billing
import Storage
import Stripe

extension EventDelivery {
    func accountUpdated() async throws -> @Sendable (Transaction) throws -> EventOutcome { { _ in .done } }
    func accountDeauthorized() -> @Sendable (Transaction) throws -> EventOutcome { { _ in .done } }
}
