import Billing
import Foundation
import Logging
import Storage
import Stripe
import Webhooks
import Worker

/// The worker with the world wired in: database, Stripe over libcurl, clock and randomness.
struct Workplace: Sendable {
    let settings: Settings
    let database: Database
    let transport: CurlTransport
    let worker: BillingWorker

    /// Opens the database, brings its tables up to date, runs `body`, and closes what was opened.
    /// - Parameter creating: whether a database that is not there may be made.
    static func open(
        _ settings: Settings, creating: Bool, logger: Logger = .silent, _ body: (Workplace) async throws -> Void
    ) async throws {
        let path = databasePath(settings.database)
        guard creating || FileManager.default.fileExists(atPath: path) else {
            throw Failure(
                status: .settings, code: "no_database",
                detail: "there is no database at \(path); go to the folder where bursar.env is, or `bursar init` makes "
                    + "one here, or BURSAR_DATABASE names another")
        }
        let database = try openDatabase(settings)
        let outcome: Result<Void, any Error>
        do {
            try await database.migrate(Schema.migrations)
            let workplace = try Workplace(settings, database: database, logger: logger)
            try await body(workplace)
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        await database.close()
        try outcome.get()
    }

    private static func openDatabase(_ settings: Settings) throws -> Database {
        do {
            return try Database.open(DatabaseLocation(settings.database))
        } catch {
            guard error.code == .cannotOpen else { throw error }
            throw Failure(
                status: .unavailable, code: "database_\(error.code)",
                detail: "BURSAR_DATABASE holds \"\(settings.database)\", and that cannot be opened"
                    + (error.detail.map { " (\($0))" } ?? "")
                    + "; it should hold sqlite:PATH, in a folder that Bursar may read and write")
        }
    }

    init(_ settings: Settings, database: Database, logger: Logger) throws {
        self.settings = settings
        self.database = database
        transport = try CurlTransport()
        worker = BillingWorker(
            WorkerContext(
                database: database, seams: .world,
                pause: { milliseconds in try? await Task.sleep(for: .milliseconds(milliseconds)) },
                stripe: settings.stripeAccess(transport.transport), policy: settings.policy, logger: logger))
    }
}

extension Settings {
    func stripeAccess(_ transport: @escaping Transport) -> StripeAccess? {
        stripe.map { stripe in
            StripeAccess(
                client: StripeClient(
                    secretKey: SecretKey(stripe.secretKey), apiVersion: WebhookContract.current.apiVersion,
                    apiBase: stripe.apiBase, connectBase: stripe.connectBase, transport: transport),
                clientID: stripe.clientID, livemode: stripe.livemode,
                platformSecrets: webhookSecrets.map(WebhookSecret.init),
                connectSecrets: connectWebhookSecrets.map(WebhookSecret.init))
        }
    }

    var policy: WorkerPolicy {
        var policy = WorkerPolicy(publicURL: publicURL, hasPublicURL: hasPublicURL)
        policy.eventSweepSeconds = Int64(intervals.sweepEventsSeconds)
        policy.openObjectSweepSeconds = Int64(intervals.sweepObjectsSeconds)
        policy.sweepOverlapSeconds = Int64(intervals.sweepOverlapSeconds)
        policy.reconciliationHour = Int64(intervals.reconcileHour)
        return policy
    }
}

extension Logger {
    /// For commands, which tell a person what happened themselves.
    static let silent = Logger(label: "bursar", factory: { _ in SwiftLogNoOpLogHandler() })
}

extension Workplace {
    /// What every start of the server does: takes the configured platform key in, looks whose the Stripe key is,
    /// and sees that customers can be given links.
    func prepare() async throws {
        try await database.write { [settings, worker] tx in
            if let key = settings.platformKey { try worker.keys.adopt(platformSecret: key, in: tx) }
            try worker.accounts.settlePlatform(in: tx)
            try worker.topUpLinks.prepare(in: tx)
        }
    }
}
