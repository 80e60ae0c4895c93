import Stripe

/// Why a merchant was not connected by OAuth, said to the merchant.
extension WorkerError {
    static let oauthNotConfigured = WorkerError(
        .conflict, "oauth_not_configured",
        "set BURSAR_STRIPE_CLIENT_ID to the platform's ca_… of the Stripe Dashboard, then start Bursar again")

    static let oauthAccessDenied = WorkerError(
        .forbidden, "oauth_access_denied", "the connection was not allowed at Stripe; nothing was changed")

    static let oauthRefused = WorkerError(
        .conflict, "oauth_refused", "Stripe ended the connection with an error; start again with a new link")

    static let oauthStateUnknown = WorkerError(
        .invalid, "oauth_state_unknown", "this link is unknown, was used, or has expired; start again with a new link",
        field: "state")

    static let oauthCodeMissing = WorkerError(
        .invalid, "oauth_code_missing", "Stripe sent no code; start again with a new link", field: "code")

    static func oauthCodeRefused(_ error: StripeError) -> WorkerError {
        error.details.code == "invalid_grant"
            ? WorkerError(
                .invalid, "oauth_code_refused", "Stripe did not accept the code; start again with a new link",
                field: "code")
            : WorkerError(
                .conflict, "oauth_refused",
                "Stripe did not accept the platform's request; check the client id and the Stripe key by bursar doctor")
    }

    static let oauthNotSent = WorkerError(
        .unavailable, "oauth_not_sent", "Stripe could not be reached; start again with a new link")

    static let oauthIndeterminate = WorkerError(
        .indeterminate, "oauth_indeterminate",
        "Stripe did not answer clearly, and the code is never sent twice; start again with a new link")

    static func oauthWrongMode(_ livemode: Bool) -> WorkerError {
        let (ours, theirs) = livemode ? ("live", "test") : ("test", "live")
        return WorkerError(
            .conflict, "oauth_wrong_mode",
            "the account was connected in \(theirs) mode, and Bursar works in \(ours) mode; start again with a new link"
        )
    }

    static let oauthReadOnly = WorkerError(
        .conflict, "oauth_read_only",
        "the platform was let in to read only, which cannot charge; start again with a new link and allow both")

    static let otherStripeAccount = WorkerError(
        .conflict, "other_stripe_account",
        "this merchant was connected with another Stripe account, where customers and cards are kept; choose that one, "
            + "or make another account here")

    static let stripeAccountTaken = WorkerError(
        .conflict, "stripe_account_taken", "this Stripe account cannot be connected here")
}
