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

    /// - Parameter known: what Stripe has at that address, the newest first, as Stripe lists it.
    init(_ wanted: WebhookContract.Endpoint, url: String, among known: [WebhookEndpoint]) {
        self.wanted = wanted
        self.url = url
        newest = known.first.map(Known.init)
        older = known.dropFirst().map(Known.init)
    }

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

    init(_ endpoint: WebhookContract.Endpoint, _ id: String, _ what: What, secret: String? = nil) {
        self.endpoint = endpoint
        self.id = id
        self.what = what
        self.secret = secret
    }
}
