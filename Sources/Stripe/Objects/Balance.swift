/// https://docs.stripe.com/api/balance/balance_object
public struct Balance: Decodable, Sendable {
    /// The mode of the API key that asked.
    public let livemode: Bool
    public let available: [Amount]
    public let pending: [Amount]

    public struct Amount: Decodable, Sendable, Hashable {
        /// Minor units of `currency`.
        public let amount: Int64
        public let currency: String
    }

    public static func retrieve(in scope: AccountScope) -> StripeRequest<Balance> {
        StripeRequest(get: "/v1/balance", in: scope)
    }
}
