/// The real network: libcurl on one thread, with connections kept open between requests.
///
/// TLS 1.2 or later with certificates checked, redirects not followed, answers bounded, no proxy but the one it is
/// told, and nothing read from the environment. A request that is cancelled before it was sent ends `unavailable`,
/// after that `indeterminate`. Safe to use from any task.
public final class CurlTransport: Sendable {
    public struct Settings: Sendable {
        public var connectTimeoutMilliseconds = 10_000
        /// To one host; further requests wait for one of them, within their own timeout.
        public var maximumConnections = 64
        public var maximumBodyBytes = 8 << 20
        public var maximumHeaderBytes = 64 << 10
        public var userAgent = "Bursar"
        /// Such as `http://proxy.example:3128`.
        public var proxy: String?

        public init() {}
    }

    private let settings: Settings
    private let loop: CurlLoop

    /// - Throws: `TransportError`, unavailable, when libcurl cannot be started.
    public init(_ settings: Settings = Settings()) throws(TransportError) {
        guard let loop = CurlLoop(maximumConnections: settings.maximumConnections) else {
            throw TransportError(.unavailable, .other)
        }
        self.settings = settings
        self.loop = loop
    }

    deinit {
        loop.end(.abort)
    }

    /// To be given to a `StripeClient`, which thereby keeps this object.
    public var transport: Transport {
        { (request) async throws(TransportError) -> HTTPResponse in try await self.send(request) }
    }

    public func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let exchange = CurlExchange(request, settings: settings)
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                exchange.completion = { continuation.resume(returning: $0) }
                if !loop.submit(exchange) {
                    exchange.complete(.failure(TransportError(.unavailable, .shutDown)))
                }
            }
        } onCancel: {
            loop.cancel(exchange)
        }
        return try outcome.get()
    }

    /// Takes no more requests, and returns when those under way have ended: each has its own timeout.
    public func drain() async {
        await withCheckedContinuation { continuation in
            loop.end(.drain) { continuation.resume() }
        }
    }

    /// Takes no more requests, ends those under way, and returns.
    public func abort() async {
        await withCheckedContinuation { continuation in
            loop.end(.abort) { continuation.resume() }
        }
    }
}
