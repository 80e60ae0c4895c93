import Billing
import HTTPTypes
import Hummingbird
import HummingbirdCore
public import Logging
import Metrics
import NIOCore
public import ServiceLifecycle
public import Worker

/// Bursar's HTTP server: a service that runs until it is asked to stop, and then answers what it has begun.
public struct BursarServer: Service {
    public struct Settings: Sendable {
        public var host: String
        /// 0: any free one; `onRunning` is told which.
        public var port: Int
        public var limits = ServerLimits()
        /// Whether `/metrics` asks for the platform's key of everybody. Otherwise clients on this machine need none.
        public var metricsNeedKey = false
        /// How much memory the process holds, for `/metrics`.
        public var residentBytes: @Sendable () -> Int64? = { nil }
        /// Called after each POST that was accepted: there may be something to work off. It must not block.
        public var onWork: @Sendable () -> Void = {}

        public init(host: String, port: Int) {
            self.host = host
            self.port = port
        }
    }

    let front: Front
    private let settings: Settings
    let logger: Logger
    private let onRunning: @Sendable (_ port: Int) async -> Void

    /// - Parameters:
    ///   - metrics: what `/metrics` shows; `App` has bootstrapped swift-metrics with it.
    ///   - onRunning: called once, with the port that is listened on.
    public init(
        worker: BillingWorker, settings: Settings, metrics: PrometheusMetrics, logger: Logger,
        onRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) throws {
        let pages = try Pages(isSecure: !worker.context.policy.publicURL.hasPrefix("http://"))
        let table = RouteTable(Routes(worker: worker, pages: pages, metrics: metrics, settings: settings).all)
        front = Front(
            table: table, worker: worker, limits: settings.limits, pages: pages,
            metrics: RequestMetrics(table.routes, factory: metrics), onWork: settings.onWork)
        self.settings = settings
        self.logger = logger
        self.onRunning = onRunning
    }

    public func run() async throws {
        let limits = settings.limits
        let application = Application(
            responder: front, server: connections(limits),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port), serverName: nil, backlog: limits.backlog,
                reuseAddress: true, availableConnectionsDelegate: .maximum(limits.connections, logger: logger)),
            onServerRunning: { [onRunning] channel in await onRunning(channel.localAddress?.port ?? 0) },
            logger: logger)
        try await application.run()
    }

    private func connections(_ limits: ServerLimits) -> HTTPServerBuilder {
        let seams = front.worker.context.seams
        let configuration = HTTP1Channel.Configuration(
            // The guard keeps all times.
            idleTimeout: nil,
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: limits.headerFieldBytes, maxHeaderListSize: limits.headerBytes,
                maxHeaderFieldCount: limits.headerCount))
        return HTTPServerBuilder { responder in
            GuardedHTTP1(http: HTTP1Channel(responder: responder, configuration: configuration), limits: limits) {
                problem in
                let requestID = Identifier<APIRequest>.make(seams).text
                return problem.answer(requestID: requestID, path: "/").with(.requestID, requestID)
            }
        }
    }
}
