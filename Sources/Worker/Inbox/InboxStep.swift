import Billing
import Ledger
import Logging
import Storage
import Stripe

extension Inbox {
    /// Works off one event.
    /// - Returns: `false` when none is due.
    /// - Throws: only what the database says; what is wrong with the event itself is written to it.
    public func step() async throws -> Bool {
        // Without a key nothing can be judged; what has come waits for it.
        guard context.stripe != nil else { return false }
        let now = context.now
        let leaseEnd = now.adding(seconds: context.policy.leaseSeconds)
        let claimed = try await context.database.write { tx in try tx.inbox.claim(at: now, leaseEnd: leaseEnd) }
        guard let event = claimed else { return false }
        do {
            try await handle(event)
        } catch let error as StorageError where error.kind != .rejected {
            throw error
        } catch {
            try await putAside(event, error)
        }
        return true
    }

    private func handle(_ event: InboxEvent) async throws {
        guard let handler = EventHandlers.all[event.type] else {
            return try await close(event, as: .settled, "unhandled")
        }
        guard let stripe = context.stripe, event.livemode == stripe.livemode else {
            return try await close(event, as: .parked, "livemode_mismatch")
        }
        guard isAtItsDoor(event) else { return try await close(event, as: .parked, "wrong_door") }
        guard let account = try await account(of: event) else {
            return try await close(event, as: .parked, Self.unknownAccount)
        }
        let stripeEvent = try Event(json: event.body)
        let work = try await handler(EventDelivery(event: stripeEvent, account: account, context: context))
        try await context.database.write { tx in
            let outcome = try work(tx)
            try tx.inbox.close(event.id, as: .settled, reason: outcome.reason)
        }
    }

    /// A Connect endpoint hears of connected accounts only, and another of none.
    private func isAtItsDoor(_ event: InboxEvent) -> Bool {
        switch Endpoint(rawValue: event.endpoint) {
        case .platform: event.stripeAccount == nil
        case .connect: event.stripeAccount != nil
        case nil: true
        }
    }

    /// An event without an account is about the platform's own.
    private func account(of event: InboxEvent) async throws -> ConnectedAccount? {
        try await context.database.read { tx in
            if let stripeAccount = event.stripeAccount { return try tx.accounts.find(stripeAccount: stripeAccount) }
            return try tx.accounts.platform()
        }
    }

    private func putAside(_ event: InboxEvent, _ error: any Error) async throws {
        switch error {
        case let error as StripeError where error.kind != .rejected || error.code == .apiKeyInvalid:
            let wait = Backoff.milliseconds(attempts: event.attempts, context.seams)
            try await context.database.write { [context] tx in
                try tx.inbox.retry(
                    event.id, at: context.now.adding(milliseconds: wait), reason: "stripe_\(error.code.rawValue)")
            }
        case let error as StripeError: try await close(event, as: .parked, "stripe_\(error.code.rawValue)")
        case is EventError: try await close(event, as: .parked, "undecodable_object")
        case let error as WorkerError: try await close(event, as: .parked, error.code)
        case let error as LedgerError: try await close(event, as: .parked, error.code)
        case let error as BillingError: try await close(event, as: .parked, error.code)
        case let error as StorageError: try await close(event, as: .parked, "\(error.code)")
        default: try await close(event, as: .parked, "internal_error")
        }
    }

    private func close(_ event: InboxEvent, as state: InboxEvent.State, _ reason: String) async throws {
        if state == .parked {
            context.logger.warning("Event parked", metadata: ["event": "\(event.id)", "reason": "\(reason)"])
        }
        try await context.database.write { tx in try tx.inbox.close(event.id, as: state, reason: reason) }
    }
}
