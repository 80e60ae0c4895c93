/// On whose behalf a request is made. There is no default: a call that means a merchant's account cannot fall back to
/// the platform's by leaving something out.
public enum AccountScope: Sendable, Hashable {
    /// The account that the API key belongs to: no `Stripe-Account` header.
    case platform
    /// A connected account, `acct_…`, sent as `Stripe-Account`.
    case connected(String)
}
