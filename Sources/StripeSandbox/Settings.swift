/// How a sandbox is set up. Everything has a default that works offline.
public struct SandboxSettings: Sendable {
    /// Where the sandbox's own pages are reached; part of every link it hands out.
    public var baseURL = "http://127.0.0.1:12111"
    /// The platform's secret key. `sk_live_…` makes every object a live one, `sk_test_…` a test one.
    public var secretKey = "sk_test_sandbox"
    public var clientID = "ca_sandbox"
    /// The redirect URIs registered for OAuth, compared exactly. With none, every one is taken.
    public var redirectURIs: [String] = []
    public var platformCountry = "US"
    public var platformCurrency = "usd"
    /// Endpoints registered from the start, besides those made through the API.
    public var webhooks: [Webhook] = []
    /// Milliseconds until a bank debit settles by itself; nil: only on command.
    public var settlementDelay: Int64? = 3_000
    /// Milliseconds until a refund that is not final at once becomes so.
    public var refundDelay: Int64 = 3_000
    /// By how much the time between two tries of a webhook is divided: 1 is Stripe's own pace.
    public var retrySpeed: Int64 = 1
    public var seed: UInt64 = 1

    public init() {}

    public struct Webhook: Sendable {
        public var url: String
        public var secret: String
        /// Whether it hears of connected accounts instead of the platform's own.
        public var isConnect: Bool

        public init(url: String, secret: String, isConnect: Bool) {
            self.url = url
            self.secret = secret
            self.isConnect = isConnect
        }
    }

    var isLive: Bool { secretKey.hasPrefix("sk_live_") || secretKey.hasPrefix("rk_live_") }
}
