import Billing
import Ledger
import Logging
import Storage
import Stripe
import StripeSandbox
import Synchronization
import Testing

import struct Billing.Charge
import struct Billing.Customer

@testable import Worker

/// A whole Bursar in one process, on a database in memory, with a Stripe of its own and a clock that the test moves.
struct TestHouse {
    let clock = TestClock()
    let random: SeededBytes
    let sandbox: StripeSandbox
    let wire: Wire
    let worker: BillingWorker

    static let platformSecret = "whsec_platform_of_the_test"
    static let connectSecret = "whsec_connect_of_the_test"

    init(seed: UInt64 = 1, settings: SandboxSettings = SandboxSettings(), database: Database? = nil) async throws {
        random = SeededBytes(seed: seed)
        sandbox = StripeSandbox(settings: Self.listening(settings)) { [clock] in clock.now.millisecondsSince1970 }
        wire = Wire(sandbox: sandbox)
        let store = try database ?? Database.open(.memory)
        try await store.migrate(Schema.migrations)
        worker = Self.worker(on: store, clock: clock, random: random, wire: wire)
    }

    /// Another process on the same database and the same Stripe, as after a crash.
    func restarted() -> BillingWorker {
        Self.worker(on: worker.context.database, clock: clock, random: random, wire: wire)
    }

    private static func worker(
        on database: Database, clock: TestClock, random: SeededBytes, wire: Wire
    ) -> BillingWorker {
        let client = StripeClient(
            secretKey: SecretKey("sk_test_sandbox"), apiVersion: "2026-10-28.endive", apiBase: Wire.base,
            connectBase: Wire.base, transport: { request throws(TransportError) in try await wire.send(request) })
        return BillingWorker(
            WorkerContext(
                database: database, seams: Seams(now: { clock.now }, randomBytes: { random.bytes($0) }),
                pause: { clock.advance(milliseconds: $0) },
                stripe: StripeAccess(
                    client: client, clientID: "ca_sandbox", livemode: false,
                    platformSecrets: [WebhookSecret(platformSecret)], connectSecrets: [WebhookSecret(connectSecret)]),
                policy: WorkerPolicy(publicURL: "https://bill.example"),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
    }

    private static func listening(_ settings: SandboxSettings) -> SandboxSettings {
        var settings = settings
        settings.baseURL = Wire.base
        settings.settlementDelay = nil
        settings.webhooks = [
            .init(url: "https://bill.example/stripe/webhooks", secret: platformSecret, isConnect: false),
            .init(url: "https://bill.example/stripe/webhooks/connect", secret: connectSecret, isConnect: true),
        ]
        return settings
    }
}

/// The wire between the worker and its Stripe; a test can break it.
final class Wire: Sendable {
    static let base = "http://stripe.test"
    private let sandbox: StripeSandbox
    private let breaks = Mutex<[Break]>([])
    private let log = Mutex<[String]>([])
    private let unknown = Mutex<Set<String>>([])

    private static let missing = #"{"error": {"type": "invalid_request_error", "code": "resource_missing"}}"#

    enum Break: Sendable {
        /// Nothing is sent.
        case before
        /// Stripe acts, and its answer is lost.
        case after
    }

    init(sandbox: StripeSandbox) { self.sandbox = sandbox }

    /// The next calls fail so, one after the other.
    func fail(_ next: Break...) { breaks.withLock { $0 += next } }

    /// From now on Stripe says that it has nothing there.
    func refuse(_ path: String) { _ = unknown.withLock { $0.insert(path) } }

    /// `POST /v1/payment_intents` and so on, in the order in which they were sent.
    var calls: [String] { log.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let target = String(request.url.dropFirst(Self.base.count))
        log.withLock { $0.append("\(request.method.rawValue) \(target.prefix { $0 != "?" })") }
        if unknown.withLock({ $0.contains(String(target.prefix { $0 != "?" })) }) {
            return HTTPResponse(status: 404, headers: [:], body: Array(Self.missing.utf8))
        }
        let fault = breaks.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        if fault == .before { throw TransportError(.unavailable, .connectionFailed) }
        let headers = Dictionary(
            request.headers.fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        let outcome = await sandbox.handle(
            SandboxRequest(
                method: request.method.rawValue, target: target, headers: headers, body: request.body ?? []))
        if fault == .after { throw TransportError(.indeterminate, .timedOut) }
        switch outcome {
        case .answer(let answer), .slow(let answer, _):
            var response = HTTPResponse(status: answer.status, body: answer.body)
            for header in answer.headers { response.headers.append(header.name, header.value) }
            return response
        case .cut, .reset: throw TransportError(.indeterminate, .connectionCut)
        case .silence: throw TransportError(.indeterminate, .timedOut)
        }
    }
}
