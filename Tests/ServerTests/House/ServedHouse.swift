import Billing
import Ledger
import Logging
import ServiceLifecycle
import Storage
import Stripe
import StripeSandbox
import Synchronization
import Worker

@testable import Server

/// A whole Bursar behind a real socket, on a database in memory, with a Stripe of its own and a clock that the test
/// moves.
struct ServedHouse: Sendable {
    static let platformKey = "bursar_the_platform_key_of_the_server_tests"
    static let platformSecret = "whsec_platform_of_the_test"
    static let connectSecret = "whsec_connect_of_the_test"

    let port: Int
    let worker: BillingWorker
    let sandbox: StripeSandbox
    let clock: StoppedClock
    let metrics: PrometheusMetrics
    let settings: BursarServer.Settings
    let services: ServiceGroup

    /// Starts a server, lets `body` use it, and stops it.
    static func open(
        limits: ServerLimits = ServerLimits(), metricsNeedKey: Bool = false, database: Database? = nil,
        _ body: (ServedHouse) async throws -> Void
    ) async throws {
        let clock = StoppedClock()
        let sandbox = StripeSandbox(settings: listening()) { clock.now.millisecondsSince1970 }
        let store = try database ?? Database.open(.memory)
        try await store.migrate(Schema.migrations)
        let worker = worker(on: store, clock: clock, sandbox: sandbox)
        try await store.write { tx in _ = try worker.keys.adopt(platformSecret: platformKey, in: tx) }
        var settings = BursarServer.Settings(host: "127.0.0.1", port: 0)
        settings.limits = limits
        settings.metricsNeedKey = metricsNeedKey
        let metrics = PrometheusMetrics()
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        let server = try BursarServer(
            worker: worker, settings: settings, metrics: metrics, logger: quiet, onRunning: { listening.yield($0) })
        let services = ServiceGroup(services: [server], logger: quiet)
        try await withThrowingTaskGroup { group in
            group.addTask {
                defer { listening.finish() }
                try await services.run()
            }
            var iterator = ports.makeAsyncIterator()
            guard let port = await iterator.next() else { throw CancellationError() }
            let house = ServedHouse(
                port: port, worker: worker, sandbox: sandbox, clock: clock, metrics: metrics, settings: settings,
                services: services)
            defer { group.cancelAll() }
            try await body(house)
            await services.triggerGracefulShutdown()
        }
    }

    /// The same table that the server answers by.
    var routes: [Route] {
        get throws {
            let pages = try Pages(isSecure: true)
            return Routes(worker: worker, pages: pages, metrics: metrics, settings: settings).all
        }
    }

    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private static func worker(on store: Database, clock: StoppedClock, sandbox: StripeSandbox) -> BillingWorker {
        let client = StripeClient(
            secretKey: SecretKey("sk_test_sandbox"), apiVersion: "2026-10-28.endive", apiBase: "http://stripe.test",
            connectBase: "http://stripe.test",
            transport: { request throws(TransportError) in try await carry(request, to: sandbox) })
        return BillingWorker(
            WorkerContext(
                database: store,
                seams: Seams(
                    now: { clock.now },
                    randomBytes: { count in (0..<count).map { _ in UInt8.random(in: .min ... .max) } }),
                pause: { _ in },
                stripe: StripeAccess(
                    client: client, clientID: "ca_sandbox", livemode: false,
                    platformSecrets: [WebhookSecret(platformSecret)], connectSecrets: [WebhookSecret(connectSecret)]),
                policy: WorkerPolicy(publicURL: "https://bill.example"), logger: quiet))
    }

    private static func listening() -> SandboxSettings {
        var settings = SandboxSettings()
        settings.baseURL = "http://stripe.test"
        settings.settlementDelay = nil
        return settings
    }

    private static func carry(
        _ request: HTTPRequest, to sandbox: StripeSandbox
    ) async throws(TransportError) -> HTTPResponse {
        let headers = Dictionary(
            request.headers.fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        let outcome = await sandbox.handle(
            SandboxRequest(
                method: request.method.rawValue, target: String(request.url.dropFirst("http://stripe.test".count)),
                headers: headers, body: request.body ?? []))
        guard case .answer(let answer) = outcome else { throw TransportError(.indeterminate, .timedOut) }
        var response = HTTPResponse(status: answer.status, body: answer.body)
        for header in answer.headers { response.headers.append(header.name, header.value) }
        return response
    }
}

/// A clock that stands still until it is told to move.
final class StoppedClock: Sendable {
    private let milliseconds = Mutex<Int64>(1_793_610_000_000)

    var now: Instant { Instant(millisecondsSince1970: milliseconds.withLock { $0 }) }

    func advance(seconds: Int64) { milliseconds.withLock { $0 += seconds * 1_000 } }
}
