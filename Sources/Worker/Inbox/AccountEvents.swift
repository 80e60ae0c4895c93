import Billing
import Storage
import Stripe

extension EventDelivery {
    /// The payload may be out of date when it comes, so Stripe is asked how the account stands now.
    func accountUpdated() async throws -> @Sendable (Transaction) throws -> EventOutcome {
        let onboarding = Onboarding(context: context)
        guard let answer = try await onboarding.ask(account.id) else { return { _ in .nothingToDo } }
        return { tx in
            try onboarding.keep(answer, in: tx)
            return .done
        }
    }

    func accountDeauthorized() async throws -> @Sendable (Transaction) throws -> EventOutcome {
        let onboarding = Onboarding(context: context)
        guard let answer = try await onboarding.ask(account.id) else { return { _ in .nothingToDo } }
        return { tx in
            try onboarding.deauthorize(answer, in: tx)
            return .done
        }
    }
}
