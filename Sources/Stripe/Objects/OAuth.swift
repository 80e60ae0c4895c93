/// Connecting an account that exists already. https://docs.stripe.com/connect/oauth-reference
public enum OAuth {
    /// Where the merchant's browser is sent. Scope `read_write` is asked for: the default cannot charge.
    /// - Parameters:
    ///   - redirectURI: exactly as registered with Stripe.
    ///   - state: what the callback must bring back.
    public static func authorizeURL(
        connectBase: String = StripeClient.defaultConnectBase, clientID: String, redirectURI: String, state: String
    ) -> String {
        var query = FormParameters()
        query.set("response_type", "code")
        query.set("client_id", clientID)
        query.set("scope", "read_write")
        query.set("redirect_uri", redirectURI)
        query.set("state", state)
        return "\(connectBase)/oauth/authorize?\(query.encoded)"
    }

    /// What the code was exchanged for. The tokens that Stripe sends along are deprecated and not read: requests name
    /// the account instead.
    public struct Token: Decodable, Sendable {
        /// `acct_…`.
        public let stripeUserID: String
        public let scope: String
        public let livemode: Bool

        enum CodingKeys: String, CodingKey {
            case scope, livemode
            case stripeUserID = "stripe_user_id"
        }

        /// Exchanges the callback's code. **Never to be repeated**: Stripe revokes the connection when it sees a code
        /// twice. It has no idempotency key, and the transport puts it on a connection of its own for the same reason.
        public static func create(code: String) -> StripeRequest<Token> {
            var form = FormParameters()
            form.set("grant_type", "authorization_code")
            form.set("code", code)
            return StripeRequest(oauth: "/oauth/token", form)
        }
    }

    public struct Deauthorization: Decodable, Sendable {
        public let stripeUserID: String

        enum CodingKeys: String, CodingKey {
            case stripeUserID = "stripe_user_id"
        }

        /// Gives up the platform's access to an account; rejected with the code `invalid_client` when there is none.
        public static func create(clientID: String, account: String) -> StripeRequest<Deauthorization> {
            var form = FormParameters()
            form.set("client_id", clientID)
            form.set("stripe_user_id", account)
            return StripeRequest(oauth: "/oauth/deauthorize", form)
        }
    }
}
