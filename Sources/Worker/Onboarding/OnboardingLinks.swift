public import Billing
public import Ledger
import Storage
import Stripe

/// A page at Stripe that opens once, for a few minutes. Not to be mailed: a preview would use it up.
public struct OnboardingLink: Hashable, Sendable {
    public let url: String
    public let expiresAt: Instant
}

/// What to tell a merchant who comes back from Stripe.
public struct OnboardingReturn: Hashable, Sendable {
    public let account: ConnectedAccount
    /// Where the merchant goes on to, as the caller who made the link said.
    public let returnURL: String?
}

// The pages `/connect/{id}/return` and `/connect/{id}/refresh` are open to any browser, so their URLs carry a
// token: 256 random bits, made for each link, known to Stripe and the merchant's browser, and kept as a digest. It
// works for a week and for `visitLimit` calls at Stripe. Where a merchant is sent on to is stored with it, never
// taken from the URL.
extension Onboarding {
    static let linkLifetimeSeconds: Int64 = 7 * 24 * 3600
    static let visitLimit = 50

    /// A link through which the merchant completes a Standard account, which is made now when there is none. Each
    /// call makes a new link.
    /// - Parameters:
    ///   - returnURL: where the merchant is sent on to after Stripe; the page of Bursar's own when there is none.
    ///   - refreshURL: where the merchant is sent for another link; Bursar makes it when there is none.
    /// - Throws: `not_found`, `invalid_field`, `account_not_connect`, `account_already_connected`,
    ///   `reconnect_by_oauth`, `account_disconnecting`, `stripe_not_configured`, `account_creation_refused`, and
    ///   what Stripe's absence brings.
    public func link(
        _ id: ConnectedAccount.ID, returnURL: String? = nil, refreshURL: String? = nil
    ) async throws -> OnboardingLink {
        if let returnURL { try FieldCheck.webAddress("return_url", returnURL) }
        if let refreshURL { try FieldCheck.webAddress("refresh_url", refreshURL) }
        let stripe = try context.requireStripe()
        let stripeAccount = try await stripeAccount(of: id, stripe)
        let now = context.now
        let token = context.token()
        let record = OnboardingLinkRecord(
            account: id, returnURL: returnURL, refreshURL: refreshURL,
            expiresAt: now.adding(seconds: Self.linkLifetimeSeconds))
        try await context.database.write { tx in
            try tx.onboardingLinks.deleteExpired(at: now)
            try tx.onboardingLinks.insert(record, tokenHash: SecretDigest.of(token))
        }
        return try await accountLink(id, stripeAccount, token: token, stripe)
    }

    /// The merchant is back from Stripe, which says nothing by itself: the account is retrieved. When Stripe cannot
    /// be asked, the account is given as it is known, and the poll will follow it.
    /// - Throws: `onboarding_link_unknown`.
    public func returned(_ id: ConnectedAccount.ID, token: String) async throws -> OnboardingReturn {
        let (link, mayAsk) = try await context.database.write { tx in
            let link = try knownLink(id, token, in: tx)
            let mayAsk = try tx.onboardingLinks.countVisit(tokenHash: SecretDigest.of(token), limit: Self.visitLimit)
            if mayAsk { try reopen(id, in: tx) }
            return (link, mayAsk)
        }
        let account = try await mayAsk ? refreshedIfPossible(id) : stored(id)
        return OnboardingReturn(account: account, returnURL: link.returnURL)
    }

    /// Where to send the merchant whose link was used or has expired: to a new link, or to the page that makes one.
    /// - Throws: `onboarding_link_unknown`, `too_many_visits`, `account_already_connected`, and what `link` throws.
    public func freshLink(_ id: ConnectedAccount.ID, token: String) async throws -> String {
        let step = try await context.database.write { tx -> (account: ConnectedAccount, refreshURL: String?) in
            let link = try knownLink(id, token, in: tx)
            let account = try connectAccount(id, in: tx)
            guard link.refreshURL == nil else { return (account, link.refreshURL) }
            try refuseUnlinkable(account)
            guard try tx.onboardingLinks.countVisit(tokenHash: SecretDigest.of(token), limit: Self.visitLimit) else {
                throw WorkerError.tooManyVisits
            }
            return (account, nil)
        }
        if let refreshURL = step.refreshURL { return refreshURL }
        guard let stripeAccount = step.account.stripeAccount else { throw WorkerError.linkUnknown }
        return try await accountLink(id, stripeAccount, token: token, try context.requireStripe()).url
    }

    /// A link leads a merchant through onboarding; it neither changes what is connected nor gives back what was
    /// withdrawn.
    func refuseUnlinkable(_ account: ConnectedAccount) throws(WorkerError) {
        switch (account.status, account.statusReason.flatMap(ConnectedAccount.Reason.init(rawValue:))) {
        case (.connected, _): throw .alreadyConnected
        case (.disconnected, .withdrawalPending): throw .disconnecting
        case (.disconnected, .accessRemains): return
        case (.disconnected, _): throw .reconnectByOAuth
        default: return
        }
    }

    private func knownLink(
        _ id: ConnectedAccount.ID, _ token: String, in tx: Transaction
    ) throws -> OnboardingLinkRecord {
        guard let link = try tx.onboardingLinks.find(tokenHash: SecretDigest.of(token), account: id, at: context.now)
        else { throw WorkerError.linkUnknown }
        return link
    }

    /// A disconnected merchant who comes back through a link that was made since then is let in again.
    private func reopen(_ id: ConnectedAccount.ID, in tx: Transaction) throws {
        guard try connectAccount(id, in: tx).status == .disconnected else { return }
        try tx.accounts.setStanding(id, .incomplete, reason: ConnectedAccount.Reason.reconnecting.rawValue)
    }

    private func accountLink(
        _ id: ConnectedAccount.ID, _ stripeAccount: String, token: String, _ stripe: StripeAccess
    ) async throws -> OnboardingLink {
        let request = AccountLink.createOnboarding(
            account: stripeAccount, refreshURL: page("/connect/\(id)/refresh?token=\(token)"),
            returnURL: page("/connect/\(id)/return?token=\(token)"), idempotencyKey: "\(id):link:\(context.token())")
        do {
            let link = try await stripe.send(request, context)
            return OnboardingLink(url: link.url, expiresAt: Instant(secondsSince1970: link.expiresAt))
        } catch let error as StripeError where error.isAccessLost {
            throw WorkerError.reconnectByOAuth
        } catch let error as StripeError {
            throw error.asWorkerError()
        }
    }
}

extension WorkerError {
    static let linkUnknown = WorkerError(
        .notFound, "onboarding_link_unknown", "this onboarding link is unknown or has expired; ask for a new one")

    static let disconnecting = WorkerError(
        .conflict, "account_disconnecting", "Stripe is yet to be told of the disconnecting; try again in some minutes")

    static let tooManyVisits = WorkerError(
        .conflict, "too_many_visits", "this onboarding link was opened too often; ask for a new one")
}
