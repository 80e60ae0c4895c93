import Stripe
public import Webhooks

/// How one endpoint of the contract stands at Stripe.
public struct EndpointStanding: Hashable, Sendable {
    public let wanted: WebhookContract.Endpoint
    public let url: String
    /// The one that was made last; `nil` when there is none.
    public let newest: Known?
    /// Those at the same address that were made before it.
    public let older: [Known]
    public let secret: Secret

    /// Whether the settings hold the secret that the newest one signs with.
    public enum Secret: String, Sendable {
        case inSettings = "in_settings"
        /// What it delivers is refused.
        case missing
        /// It was not made by Bursar, or by an older one, and keeps no fingerprint.
        case unknown
    }

    public struct Known: Hashable, Sendable {
        public let id: String
        public let apiVersion: String?
        public let events: Set<String>
        public let isEnabled: Bool

        init(_ endpoint: WebhookEndpoint) {
            id = endpoint.id
            apiVersion = endpoint.apiVersion
            events = Set(endpoint.enabledEvents)
            isEnabled = endpoint.status == "enabled"
        }
    }

    /// - Parameters:
    ///   - known: what Stripe has at that address, the newest first, as Stripe lists it.
    ///   - configured: the secrets that deliveries to that address are checked with.
    init(
        _ wanted: WebhookContract.Endpoint, url: String, among known: [WebhookEndpoint], configured: [WebhookSecret]
    ) {
        self.wanted = wanted
        self.url = url
        newest = known.first.map(Known.init)
        older = known.dropFirst().map(Known.init)
        secret = Self.secret(of: known.first, among: configured)
    }

    private static func secret(of endpoint: WebhookEndpoint?, among configured: [WebhookSecret]) -> Secret {
        guard let endpoint, !configured.isEmpty else { return .missing }
        guard let fingerprint = endpoint.metadata?[SecretFingerprint.name] else { return .unknown }
        return configured.contains { SecretFingerprint.of($0) == fingerprint } ? .inSettings : .missing
    }

    /// Its secret was shown once and is nowhere now: nothing that it delivers can be taken in.
    public var hasLostSecret: Bool { newest != nil && secret == .missing }

    /// Events that are needed and not sent.
    public var missing: [String] {
        guard let newest, !newest.events.contains("*") else { return newest == nil ? wanted.events : [] }
        return wanted.events.filter { !newest.events.contains($0) }
    }

    /// Events that are sent for nothing.
    public var needless: [String] { newest.map { $0.events.subtracting(wanted.events).sorted() } ?? [] }

    public var hasOtherVersion: Bool {
        newest.map { $0.apiVersion != WebhookContract.current.apiVersion } ?? false
    }

    public var isDisabled: Bool { newest.map { !$0.isEnabled } ?? false }

    var mustChange: Bool { !missing.isEmpty || !needless.isEmpty || isDisabled }
}

/// What was done to one endpoint.
public struct EndpointChange: Sendable {
    public enum What: String, Sendable {
        case kept, made, changed
        /// A new one stands beside the old one.
        case rolled
    }

    public let endpoint: WebhookContract.Endpoint
    /// `we_…`
    public let id: String
    public let what: What
    /// Of one that is new: Stripe shows it this once.
    public let secret: String?
    /// Of one that stood there before: nobody has its secret, and `roll` makes a new one.
    public let hasLostSecret: Bool

    init(
        _ endpoint: WebhookContract.Endpoint, _ id: String, _ what: What, secret: String? = nil,
        hasLostSecret: Bool = false
    ) {
        self.endpoint = endpoint
        self.id = id
        self.what = what
        self.secret = secret
        self.hasLostSecret = hasLostSecret
    }
}
