/// https://docs.stripe.com/api/account_links/object
public struct AccountLink: Decodable, Sendable, Undisclosed {
    /// Opens once, and for one person: never to be mailed or logged.
    public let url: String
    /// Seconds since 1970; a few minutes ahead.
    public let expiresAt: Int64

    enum CodingKeys: String, CodingKey {
        case url
        case expiresAt = "expires_at"
    }

    /// A link through which the merchant completes the account.
    /// - Parameters:
    ///   - refreshURL: where the merchant is sent when the link has been used or has expired; it makes a new one.
    ///   - returnURL: where the merchant comes back to, which does not mean that the account is complete.
    public static func createOnboarding(
        account: String, refreshURL: String, returnURL: String, collect: Collect? = nil, idempotencyKey: String
    ) -> StripeRequest<AccountLink> {
        var options = FormParameters()
        options.set("fields", collect?.rawValue)
        var form = FormParameters()
        form.set("account", account)
        form.set("type", "account_onboarding")
        form.set("refresh_url", refreshURL)
        form.set("return_url", returnURL)
        form.set("collection_options", options)
        return StripeRequest(post: "/v1/account_links", [], form, in: .platform, idempotencyKey: idempotencyKey)
    }

    public enum Collect: String, Sendable {
        case currentlyDue = "currently_due"
        case eventuallyDue = "eventually_due"
    }
}
