import Billing
import Ledger
import Logging
import Storage
import Stripe

// The request is written down before it is sent, and sent again as it was under the same key until Stripe has
// answered it. When the key is too old to be trusted, or Stripe replays a failure of its own, the account is looked
// for by our id in its metadata before another is made.
extension Onboarding {
    private enum Step: Sendable {
        case exists(String)
        case send(OnboardingStore.Creation)
        case lookFor(OnboardingStore.Creation)
    }

    /// The merchant's Stripe account, made now when there is none.
    func stripeAccount(of id: ConnectedAccount.ID, _ stripe: StripeAccess) async throws -> String {
        var step = try await context.database.write { tx in try nextStep(id, stripe, in: tx) }
        for _ in 0..<Self.stepLimit {
            switch step {
            case .exists(let account): return account
            case .send(let creation):
                if let made = try await send(creation, id, stripe) { return try await keep(made, creation, id) }
                step = .lookFor(creation)
            case .lookFor(let creation):
                if let made = try await find(creation, id, stripe) { return try await keep(made, creation, id) }
                step = try await context.database.write { tx in
                    try tx.onboardings.settle(id, attempt: creation.attempt)
                    return try nextStep(id, stripe, in: tx)
                }
            }
        }
        throw WorkerError(.unavailable, "stripe_unavailable", "Stripe fails to make the account; try again later")
    }

    /// Looking, sending, looking and sending again.
    private static let stepLimit = 4

    private func nextStep(_ id: ConnectedAccount.ID, _ stripe: StripeAccess, in tx: Transaction) throws -> Step {
        let account = try connectAccount(id, in: tx)
        try refuseUnlinkable(account)
        if let stripeAccount = account.stripeAccount { return .exists(stripeAccount) }
        guard let creation = try tx.onboardings.creation(id) else {
            return .send(try write(account, stripe, in: tx))
        }
        let isTrusted = context.now < creation.writtenAt.adding(seconds: context.policy.keyTrustSeconds)
        return isTrusted ? .send(creation) : .lookFor(creation)
    }

    private func write(
        _ account: ConnectedAccount, _ stripe: StripeAccess, in tx: Transaction
    ) throws -> OnboardingStore.Creation {
        let attempt = try tx.onboardings.attempt(account.id)
        let request = Account.createStandard(
            email: account.email, country: account.country, businessName: account.name,
            metadata: [StripeMetadata.account: account.id.text], idempotencyKey: "\(account.id):account:\(attempt)")
        let creation = OnboardingStore.Creation(
            attempt: attempt, request: try FrozenRequest.text(stripe.client.prepare(request)), writtenAt: context.now)
        try tx.onboardings.write(creation, account: account.id)
        return creation
    }

    /// - Returns: `nil` when Stripe only repeats a failure of its own, which it does as long as it keeps the key.
    private func send(
        _ creation: OnboardingStore.Creation, _ id: ConnectedAccount.ID, _ stripe: StripeAccess
    ) async throws -> Account? {
        let request = try FrozenRequest.request(creation.request)
        do {
            return try await stripe.client.send(request).decoded(as: Account.self)
        } catch {
            if error.kind == .indeterminate && error.isReplayed { return nil }
            guard error.kind == .rejected else { throw error.asWorkerError() }
            try await context.database.write { tx in try tx.onboardings.settle(id, attempt: creation.attempt) }
            throw WorkerError.creationRefused(error)
        }
    }

    /// Stores what Stripe has made. An account that the merchant connected in the meantime stays.
    private func keep(
        _ made: Account, _ creation: OnboardingStore.Creation, _ id: ConnectedAccount.ID
    ) async throws -> String {
        try await context.database.write { tx in
            try tx.onboardings.settle(id, attempt: creation.attempt)
            if let present = try connectAccount(id, in: tx).stripeAccount {
                if present != made.id {
                    context.logger.warning("a Stripe account was made and is not used: \(made.id)")
                }
                return present
            }
            guard try tx.accounts.setStripeAccount(id, to: made.id) else { throw WorkerError.stripeAccountTaken }
            let change = AuditChange(field: "stripe_account", from: nil, to: made.id)
            try context.audit(.connected, .account, id.text, of: id, [change], by: .stripe, in: tx)
            try Inbox(context: context).welcome(stripeAccount: made.id, in: tx)
            let standing = AccountStanding(made)
            try tx.accounts.setStanding(id, standing.status, reason: standing.reason, due: standing.due)
            return made.id
        }
    }

    /// Looks through the accounts made since the request was written, with an hour for clocks that differ.
    private func find(
        _ creation: OnboardingStore.Creation, _ id: ConnectedAccount.ID, _ stripe: StripeAccess
    ) async throws -> Account? {
        let since = CreatedRange(from: creation.writtenAt.secondsSince1970 - 3600)
        var cursor: ListCursor? = .start
        while let here = cursor {
            let page: StripeList<Account>
            do {
                page = try await stripe.send(Account.list(created: since, cursor: here, limit: 100), context)
            } catch let error as StripeError {
                throw error.asWorkerError()
            }
            if let made = page.data.first(where: { $0.metadata?[StripeMetadata.account] == id.text }) { return made }
            cursor = page.next
        }
        return nil
    }
}

extension WorkerError {
    /// Stripe steers new platforms to Accounts v2 and may refuse accounts of v1, which OAuth needs.
    static func creationRefused(_ error: StripeError) -> WorkerError {
        let words = error.details.message ?? error.details.code ?? error.code.rawValue
        return WorkerError(
            .conflict, "account_creation_refused",
            "Stripe refused to make an account: \(words). Check that Connect is set up for this platform and allows "
                + "accounts of API v1; a merchant who has a Stripe account can connect by POST …/oauth_links instead")
    }
}
