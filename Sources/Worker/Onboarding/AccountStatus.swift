public import Billing
import Ledger
import Logging
import Storage
import Stripe

// Answers may overtake each other, and so do webhooks. So every question is numbered before it is put, an answer counts
// only if no later one is known, and an account that was disconnected in the meantime stays so.
extension Onboarding {
    /// Asks Stripe how the account stands, and keeps the answer. No call is made for an account that is disconnected or has
    /// no Stripe account of its own: it is given as it is known.
    /// - Throws: `not_found`, `stripe_unavailable`, `stripe_indeterminate`, `stripe_refused`.
    public func refreshStatus(_ id: ConnectedAccount.ID) async throws -> ConnectedAccount {
        let question = try await context.database.write { tx -> (account: ConnectedAccount, number: Int)? in
            guard let account = try tx.accounts.find(id) else { throw WorkerError.notFound("account") }
            guard account.stripeMode == .connect, account.stripeAccount != nil, account.status != .disconnected else {
                return nil
            }
            return (account, try tx.onboardings.ask(id, at: context.now))
        }
        guard let question, let stripeAccount = question.account.stripeAccount else { return try await stored(id) }
        let standing = try await standing(of: stripeAccount)
        return try await context.database.write { tx in
            try keep(standing, question.number, of: stripeAccount, id, in: tx)
        }
    }

    /// For the webhook `account.updated`, whose payload may be out of date: it only says that it is time to ask.
    /// - Returns: `nil` when no account has that Stripe account.
    public func refreshStatus(stripeAccount: String) async throws -> ConnectedAccount? {
        let account = try await context.database.read { tx in try tx.accounts.find(stripeAccount: stripeAccount) }
        guard let account else { return nil }
        return try await refreshStatus(account.id)
    }

    /// Follows one account whose turn it is: an unsettled one every ten minutes, a connected one every day, lest a webhook
    /// was lost; and finishes one disconnecting that Stripe has yet to be told.
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

    private func standing(of stripeAccount: String) async throws -> AccountStanding {
        let stripe = try context.requireStripe()
        do {
            return AccountStanding(try await stripe.send(Account.retrieve(stripeAccount), context))
        } catch let error as StripeError where error.isAccessLost {
            return .accessLost
        } catch let error as StripeError {
            throw error.asWorkerError()
        }
    }

    private func keep(
        _ standing: AccountStanding, _ question: Int, of stripeAccount: String, _ id: ConnectedAccount.ID,
        in tx: Transaction
    ) throws -> ConnectedAccount {
        var account = try connectAccount(id, in: tx)
        guard account.stripeAccount == stripeAccount, account.status != .disconnected,
            try tx.onboardings.accept(answerTo: question, id)
        else { return account }
        try tx.accounts.setStanding(id, standing.status, reason: standing.reason, due: standing.due)
        account.status = standing.status
        account.statusReason = standing.reason
        account.requirementsDue = standing.due
        return account
    }
}

// MARK: The merchant withdraws

extension Onboarding {
    /// For the webhook `account.application.deauthorized`. The event may be older than a new connection, so Stripe is asked:
    /// only when the access is gone is the account disconnected.
    /// - Returns: `nil` when no account has that Stripe account.
    /// - Throws: what Stripe's absence brings; the event must then be tried again.
    public func deauthorized(stripeAccount: String) async throws -> ConnectedAccount? {
        guard let account = try await refreshStatus(stripeAccount: stripeAccount) else { return nil }
        guard account.statusReason == ConnectedAccount.Reason.accessLost.rawValue else { return account }
        return try await context.database.write { tx in try disconnected(account.id, .disconnectedByMerchant, in: tx) }
    }

    /// From here on nothing is sent for the account, no link that was handed out works, and no answer that is under way
    /// connects it again. What has accrued stays.
    func disconnected(
        _ id: ConnectedAccount.ID, _ reason: ConnectedAccount.Reason, in tx: Transaction
    ) throws -> ConnectedAccount {
        try tx.accounts.setStanding(id, .disconnected, reason: reason.rawValue)
        try tx.onboardings.outdateQuestions(id)
        try tx.onboardingLinks.deleteAll(account: id)
        try tx.oauthStates.deleteAll(account: id)
        return try connectAccount(id, in: tx)
    }
}
