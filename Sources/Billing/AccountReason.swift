extension ConnectedAccount {
    /// Bursar's own words for why an account stands as it does. Beside them `statusReason` holds Stripe's
    /// `disabled_reason` as it came.
    public enum Reason: String, CaseIterable, Sendable {
        /// No onboarding has begun.
        case notStarted = "not_started"
        /// The platform's own account, while no Stripe key is configured.
        case noStripeKey = "no_stripe_key"
        /// Stripe no longer knows the account as one of the platform's, and nobody has said why.
        case accessLost = "access_lost"
        /// The OAuth code was sent, and no clear answer came; it is never sent again.
        case oauthIndeterminate = "oauth_indeterminate"
        /// The merchant is on the way back.
        case reconnecting
        /// Disconnected here; Stripe has yet to be told.
        case withdrawalPending = "withdrawal_pending"
        case disconnectedByPlatform = "disconnected_by_platform"
        case disconnectedByMerchant = "disconnected_by_merchant"
        /// Disconnected here; Stripe lets only the merchant take the platform's access away.
        case accessRemains = "access_remains"
    }

    /// What somebody must do next, as a sentence; `nil` when there is nothing to do.
    public var nextStep: String? {
        if let reason = statusReason.flatMap(Reason.init(rawValue:)) { return nextStep(after: reason) }
        return switch status {
        case .connected, .unbilled: nil
        case .incomplete: "The merchant must finish the onboarding: \(newLink)."
        case .restricted:
            "The merchant must settle with Stripe what is due, in the Stripe Dashboard or through a link: \(newLink)."
        case .disconnected: "To connect again: \(newOAuthLink)."
        }
    }

    private func nextStep(after reason: Reason) -> String {
        switch reason {
        case .notStarted:
            "The merchant must onboard: \(newLink), or \(newOAuthLink) for an account they have at Stripe."
        case .noStripeKey: "Set BURSAR_STRIPE_SECRET_KEY, then start Bursar again."
        case .accessLost: "Check that the Stripe key is the right one. If the merchant has withdrawn: \(newOAuthLink)."
        case .oauthIndeterminate:
            "Stripe did not answer clearly. The merchant must start again: \(newOAuthLink)."
        case .reconnecting: "The merchant is on the way back; the status follows within minutes."
        case .withdrawalPending: "Nothing is sent for this account. Stripe is yet to be told, which is tried again."
        case .disconnectedByPlatform, .disconnectedByMerchant: "To connect again: \(newOAuthLink)."
        case .accessRemains:
            "Nothing is sent for this account. To take the platform's access away, the merchant must remove it under "
                + "Settings, Installed apps, in the Stripe Dashboard. To connect again: \(newLink)."
        }
    }

    private var newLink: String { "POST /v1/accounts/\(id)/onboarding_links" }
    private var newOAuthLink: String { "POST /v1/accounts/\(id)/oauth_links" }
}
