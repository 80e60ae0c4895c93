public import Billing
public import Ledger
import Logging
public import Storage
import Stripe

/// A page at Stripe on which a merchant lets the platform into the account they have.
public struct OAuthLink: Hashable, Sendable {
    public let url: String
    public let expiresAt: Instant
}

// The state is 256 random bits that belong to one account. Of any number of callbacks one uses it up, in a commit
// of its own before the code is sent, so that no code is ever sent twice: Stripe would revoke the connection.
extension Onboarding {
    static let stateLifetimeSeconds: Int64 = 3600

    /// - Throws: `not_found`, `account_not_connect`, `account_already_connected`, `stripe_not_configured`,
    ///   `oauth_not_configured`.
    public func oauthLink(_ id: ConnectedAccount.ID, in tx: Transaction) throws -> OAuthLink {
        let stripe = try context.requireStripe()
        guard let clientID = stripe.clientID else { throw WorkerError.oauthNotConfigured }
        guard try connectAccount(id, in: tx).status != .connected else { throw WorkerError.alreadyConnected }
        let now = context.now
        let state = context.token()
        let expiresAt = now.adding(seconds: Self.stateLifetimeSeconds)
        try tx.oauthStates.deleteExpired(at: now)
        try tx.oauthStates.insert(SecretDigest.of(state), account: id, expiresAt: expiresAt)
        let url = OAuth.authorizeURL(
            connectBase: stripe.client.connectBase, clientID: clientID, redirectURI: page("/connect/oauth/callback"),
            state: state)
        return OAuthLink(url: url, expiresAt: expiresAt)
    }

    /// What Stripe's page brings back through the merchant's browser.
    /// - Throws: `oauth_access_denied`, `oauth_refused`, `oauth_state_unknown`, `oauth_code_missing`,
    ///   `oauth_code_refused`, `oauth_not_sent`, `oauth_indeterminate`, `oauth_wrong_mode`, `oauth_read_only`,
    ///   `other_stripe_account`, `stripe_account_taken`, `stripe_not_configured`. After each the merchant starts
    ///   again with a new link.
    public func oauthCallback(code: String?, state: String?, error: String?) async throws -> ConnectedAccount {
        let stripe = try context.requireStripe()
        let now = context.now
        // Denying may come without a state; a state that does come is used up by it.
        let account = try await context.database.write { tx -> ConnectedAccount? in
            guard let state, let id = try tx.oauthStates.consume(SecretDigest.of(state), at: now) else { return nil }
            return try connectAccount(id, in: tx)
        }
        if let error { throw error == "access_denied" ? WorkerError.oauthAccessDenied : .oauthRefused }
        guard let account else { throw WorkerError.oauthStateUnknown }
        guard let code, (1...500).contains(code.utf8.count) else { throw WorkerError.oauthCodeMissing }
        let token = try await exchange(code, for: account, stripe)
        guard token.livemode == stripe.livemode else { throw WorkerError.oauthWrongMode(stripe.livemode) }
        guard token.scope == "read_write" else { throw WorkerError.oauthReadOnly }
        try await context.database.write { tx in try bind(account.id, to: token.stripeUserID, in: tx) }
        return try await refreshedIfPossible(account.id)
    }

    /// Sends the code: once, whatever comes of it.
    private func exchange(
        _ code: String, for account: ConnectedAccount, _ stripe: StripeAccess
    ) async throws -> OAuth.Token {
        do {
            return try await stripe.client.send(OAuth.Token.create(code: code))
        } catch {
            context.logger.warning(
                "an OAuth code was not exchanged", metadata: ["account": "\(account.id)", "error": "\(error)"])
            switch error.kind {
            case .rejected: throw WorkerError.oauthCodeRefused(error)
            case .unavailable: throw WorkerError.oauthNotSent
            case .indeterminate:
                try await context.database.write { tx in
                    try tx.accounts.setReason(account.id, .oauthIndeterminate, while: account.status)
                }
                throw WorkerError.oauthIndeterminate
            }
        }
    }

    /// The merchant's customers and their cards lie in the Stripe account that they were saved in, so a merchant
    /// comes back with the same one; only one that has never been finished may be exchanged for another.
    private func bind(_ id: ConnectedAccount.ID, to stripeAccount: String, in tx: Transaction) throws {
        let account = try connectAccount(id, in: tx)
        let isUnused = try account.status == .incomplete && !tx.customers.isAnyAtStripe(account: id)
        let mayBeOther = account.stripeAccount == nil || isUnused
        guard mayBeOther || account.stripeAccount == stripeAccount else { throw WorkerError.otherStripeAccount }
        guard try tx.accounts.setStripeAccount(id, to: stripeAccount) else { throw WorkerError.stripeAccountTaken }
        let change = AuditChange(field: "stripe_account", from: account.stripeAccount, to: stripeAccount)
        try context.audit(.connected, .account, id.text, of: id, [change], by: .page, in: tx)
        try Inbox(context: context).welcome(stripeAccount: stripeAccount, in: tx)
        try tx.onboardings.outdateQuestions(id)
    }
}
