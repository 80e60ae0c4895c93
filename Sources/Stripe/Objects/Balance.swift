/// Asked for its mode alone, so nothing else of it is read. https://docs.stripe.com/api/balance/balance_object
public struct Balance: Decodable, Sendable {
    /// The mode of the API key that asked.
    public let livemode: Bool

    public static func retrieve(in scope: AccountScope) -> StripeRequest<Balance> {
        StripeRequest(get: "/v1/balance", in: scope)
    }
}
