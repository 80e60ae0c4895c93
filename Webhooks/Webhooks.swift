import Foundation

/// The contract with Stripe, as `endpoints.json` writes it down: the API version that every payload is pinned to, and
/// which events each endpoint must be sent. The folders beside it say what each event means.
public struct WebhookContract: Decodable, Hashable, Sendable {
    /// One webhook endpoint, as it is registered at Stripe.
    public struct Endpoint: Decodable, Hashable, Sendable {
        /// `platform` or `connect`.
        public let name: String
        /// Below `BURSAR_PUBLIC_URL`.
        public let path: String
        /// Whether Stripe sends it the events of connected accounts instead of the platform's own.
        public let connect: Bool
        /// Stripe's names, each with a folder here and a handler in `Worker`.
        public let events: [String]
    }

    /// What `Stripe-Version` says and what the endpoints are registered with.
    public let apiVersion: String
    public let endpoints: [Endpoint]

    /// The contract that is compiled in.
    public static let current: WebhookContract = {
        // The file is compiled in and read by a test, so a fault in it cannot reach a user.
        let contract = try? WebhookContract(json: Data(PackageResources.endpoints_json))
        return contract ?? WebhookContract(apiVersion: "", endpoints: [])
    }()

    /// Every event that some endpoint is sent, in order of name.
    public var events: [String] { Set(endpoints.flatMap(\.events)).sorted() }

    init(apiVersion: String, endpoints: [Endpoint]) {
        self.apiVersion = apiVersion
        self.endpoints = endpoints
    }

    init(json: Data) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(Self.self, from: json)
    }
}
