import Billing
import Ledger
import Logging
import Server
import Storage
import Stripe
import StripeSandbox
import Synchronization
import Worker

/// The whole worker and its server on a database in memory, with the sandbox for its Stripe, on a virtual clock and in
/// one process: the real routes, rooms and SQL, and only the four seams made of something else.
final class RehearsedHouse: Sendable {
    let clock: VirtualClock
    let trouble = Trouble()
    let sandbox: StripeSandbox
    private let bytes: ChanceBytes
    private let engine: FaultyEngine
    private let current: Mutex<Process>

    private struct Process: Sendable {
        let worker: BillingWorker
        let server: BursarServer

        init(_ worker: BillingWorker) throws {
            self.worker = worker
            server = try BursarServer(
                worker: worker, settings: BursarServer.Settings(host: "127.0.0.1", port: 0),
                metrics: PrometheusMetrics(), logger: worker.context.logger)
        }
    }

    static let publicURL = "https://bill.rehearsal"

    /// Of the process that is running.
    var worker: BillingWorker { current.withLock { $0.worker } }
    var database: Database { worker.context.database }

    /// The tables of an empty house, which take longer to make than to copy.
    private static let migrated = Mutex<SQLiteMemoryEngine?>(nil)

    init(seed: UInt64, start: Instant) async throws {
        let clock = VirtualClock(start)
        self.clock = clock
        bytes = ChanceBytes(seed: seed)
        sandbox = StripeSandbox(settings: Self.stripe(seed)) { clock.truth.millisecondsSince1970 }
        let memory = try Self.migrated.withLock { known in
            try known.map(SQLiteMemoryEngine.init(copying:)) ?? SQLiteMemoryEngine()
        }
        engine = FaultyEngine(memory) { [trouble] call, _ in trouble.atDatabase(call) }
        let database = try Database.open(engine, options: .inline)
        try await database.migrate(Schema.migrations)
        try Self.migrated.withLock { known in
            if known == nil { known = try SQLiteMemoryEngine(copying: memory) }
        }
        current = Mutex(
            try Process(
                Self.worker(
                    on: database, clock: clock, bytes: bytes,
                    wire: Wire(sandbox: sandbox, trouble: trouble, clock: clock))))
    }

    /// What the server answers, over its own routes but without a socket.
    func answer(_ request: InProcessRequest) async throws -> InProcessAnswer {
        try await current.withLock { $0.server }.answer(request)
    }

    /// A new process on the same database, with the same Stripe.
    func restart() async throws {
        trouble.revive()
        trouble.setPaused(true)
        defer { trouble.setPaused(false) }
        engine.restart()
        let database = try Database.open(engine, options: .inline)
        let next = Self.worker(
            on: database, clock: clock, bytes: bytes, wire: Wire(sandbox: sandbox, trouble: trouble, clock: clock))
        let process = try Process(next)
        current.withLock { $0 = process }
        try await database.migrate(Schema.migrations)
        try await database.write { tx in try next.accounts.settlePlatform(in: tx) }
    }

    private static func worker(
        on database: Database, clock: VirtualClock, bytes: ChanceBytes, wire: Wire
    ) -> BillingWorker {
        let client = StripeClient(
            secretKey: SecretKey("sk_test_sandbox"), apiVersion: "2026-10-28.endive", apiBase: Wire.base,
            connectBase: Wire.base, transport: { request throws(TransportError) in try await wire.send(request) })
        return BillingWorker(
            WorkerContext(
                database: database, seams: Seams(now: { clock.workers }, randomBytes: { bytes.bytes($0) }),
                pause: { clock.advance(milliseconds: $0) },
                stripe: StripeAccess(
                    client: client, clientID: "ca_sandbox", livemode: false,
                    platformSecrets: [WebhookSecret(Postman.platformSecret)],
                    connectSecrets: [WebhookSecret(Postman.connectSecret)]),
                policy: WorkerPolicy(publicURL: publicURL),
                logger: Logger(label: "rehearsal") { _ in SwiftLogNoOpLogHandler() }))
    }

    /// What Stripe has to send now, taken out of its hands.
    func deliveries() async -> [WebhookDelivery] {
        var taken: [WebhookDelivery] = []
        while let delivery = await sandbox.nextDelivery() {
            await sandbox.delivered(delivery.id, status: 200)
            taken.append(delivery)
        }
        return taken
    }

    /// A call of somebody else's at Stripe: the merchant in the Dashboard, a customer on a page, the sandbox's control.
    /// - Returns: the answer, which may be a refusal.
    @discardableResult
    func call(_ target: String, _ form: [String: String] = [:], as account: String? = nil) async -> SandboxAnswer? {
        var headers = ["authorization": "Bearer sk_test_sandbox", "content-type": "application/x-www-form-urlencoded"]
        headers["stripe-account"] = account
        let body = form.map { "\($0.key)=\(Self.encoded($0.value))" }.sorted().joined(separator: "&")
        let outcome = await sandbox.handle(
            SandboxRequest(method: "POST", target: target, headers: headers, body: Array(body.utf8)))
        guard case .answer(let answer) = outcome else { return nil }
        return answer
    }

    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            let hex = String(byte, radix: 16, uppercase: true)
            return isPlain || byte == 95 ? String(UnicodeScalar(byte)) : "%" + (hex.count < 2 ? "0" : "") + hex
        }.joined()
    }

    private static func stripe(_ seed: UInt64) -> SandboxSettings {
        var settings = SandboxSettings()
        settings.seed = seed
        settings.baseURL = Wire.base
        settings.settlementDelay = 4 * 86_400_000
        settings.refundDelay = 5 * 86_400_000
        settings.webhooks = [
            .init(url: publicURL + "/stripe/webhooks", secret: Postman.platformSecret, isConnect: false),
            .init(
                url: publicURL + "/stripe/webhooks/connect", secret: Postman.connectSecret, isConnect: true),
        ]
        return settings
    }
}
