public import Billing
import Ledger
import Logging
import Storage
import Stripe

extension Onboarding {
    /// Asks Stripe how the account stands, and keeps the answer. No call is made for an account that is
    /// disconnected or has no Stripe account of its own: it is given as it is known.
    /// - Throws: `not_found`, `stripe_not_configured`, `stripe_unavailable`, `stripe_indeterminate`,
    ///   `stripe_refused`.
    public func refreshStatus(_ id: ConnectedAccount.ID) async throws -> ConnectedAccount {
        do {
            guard let answer = try await ask(id) else { return try await stored(id) }
            return try await context.database.write { tx in try keep(answer, in: tx) }
        } catch let error as StripeError {
            throw error.asWorkerError()
        }
    }

    /// Follows one account whose turn it is: an unsettled one every ten minutes, a connected one every day, lest a
    /// webhook was lost; and finishes one disconnecting that Stripe has yet to be told.
    /// - Returns: `false` when none is due.
    public func pollStep() async throws -> Bool {
        guard context.stripe != nil else { return false }
        let now = context.now
        let account = try await context.database.write { tx -> ConnectedAccount? in
            let next = try tx.onboardings.nextToAsk(
                unsettledBefore: now.adding(seconds: -Self.unsettledIntervalSeconds),
                connectedBefore: now.adding(seconds: -Self.connectedIntervalSeconds))
            // Its turn is over now, however the call ends.
            if let next { _ = try tx.onboardings.ask(next.id, at: now) }
            return next
        }
        guard let account else { return false }
        if account.status == .disconnected {
            _ = try await withdraw(account)
        } else {
            _ = try await refreshedIfPossible(account.id)
        }
        return true
    }

    static let unsettledIntervalSeconds: Int64 = 10 * 60
    static let connectedIntervalSeconds: Int64 = 24 * 3600

    /// The account after asking Stripe, or as it is known when Stripe does not answer.
    func refreshedIfPossible(_ id: ConnectedAccount.ID) async throws -> ConnectedAccount {
        do {
            return try await refreshStatus(id)
        } catch let error as WorkerError where error.kind != .notFound {
            context.logger.notice("an account's status could not be asked for", metadata: ["code": "\(error.code)"])
            return try await stored(id)
        }
    }

    func stored(_ id: ConnectedAccount.ID) async throws -> ConnectedAccount {
        try await context.database.read { tx in
            guard let account = try tx.accounts.find(id) else { throw WorkerError.notFound("account") }
            return account
        }
    }
}
