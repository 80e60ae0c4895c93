import Foundation
import Logging
import Metrics
import Server
import ServiceLifecycle
import Storage
import Stripe
import UnixSignals

/// The server and the loops, from ready to the end.
///
/// The first signal stops them in order: the server answers what it has begun, then each loop ends its step. Requests
/// to Stripe that take longer than `patienceSeconds` are broken off, which makes them indeterminate: they are cleared
/// up after the next start. After `deadlineSeconds` the process ends whatever is left; what was acknowledged is
/// durable.
struct Serving: Sendable {
    let workplace: Workplace
    let terminal: Terminal
    let metrics: PrometheusMetrics
    let logger: Logger

    static let patienceSeconds = 5
    static let deadlineSeconds = 8

    func run() async throws {
        let doors = Bell()
        let isReady = ReadyFlag()
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: Loops(workplace: workplace, doors: doors, logger: logger)),
                    .init(service: try server(doors, isReady)),
                ], logger: .silent))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await running(group, isReady) }
            tasks.addTask { try await stopOnSignal(group) }
            tasks.addTask { try await stopOnBrokenDatabase() }
            try await tasks.next()
            tasks.cancelAll()
        }
        logger.info("stopped")
    }

    private func server(_ doors: Bell, _ isReady: ReadyFlag) throws -> BursarServer {
        let listen = workplace.settings.listen
        var settings = BursarServer.Settings(host: listen.host, port: listen.port)
        settings.metricsNeedKey = workplace.settings.metricsNeedKey
        settings.onWork = doors.ring
        settings.residentBytes = residentBytes
        return try BursarServer(
            worker: workplace.worker, settings: settings, metrics: metrics, logger: logger
        ) { _ in
            isReady.set()
            announce()
        }
    }

    private func announce() {
        let settings = workplace.settings
        let mode = settings.stripe.map { "\($0.mode.rawValue) mode" } ?? "no Stripe key, so nothing is charged"
        let ready = Ready(
            ready: true, listen: settings.listen.description, publicURL: settings.publicURL,
            stripeMode: settings.stripe?.mode.rawValue, database: settings.database)
        try? terminal.show(ready) { "bursar is ready on http://\(settings.listen) (\(mode); \(settings.database))" }
        for missing in workplace.settings.gaps { logger.warning("\(missing)") }
    }

    /// A server that fails before it was ready could not listen.
    private func running(_ group: ServiceGroup, _ isReady: ReadyFlag) async throws {
        do {
            try await group.run()
        } catch  where !isReady.isSet {
            throw Failure(
                status: .unavailable, code: "cannot_listen",
                detail:
                    "cannot listen on \(workplace.settings.listen); is another program there? See BURSAR_LISTEN"
            )
        }
    }

    private func stopOnSignal(_ group: ServiceGroup) async throws {
        var signals = await UnixSignalsSequence(trapping: .sigterm, .sigint).makeAsyncIterator()
        guard let signal = await signals.next() else { return try await forever() }
        logger.info("stopping: no new work, what has begun is answered", metadata: ["signal": "\(signal)"])
        await group.triggerGracefulShutdown()
        try await withThrowingDiscardingTaskGroup { tasks in
            tasks.addTask {
                try await Task.sleep(for: .seconds(Self.patienceSeconds))
                await workplace.transport.abort()
                try await Task.sleep(for: .seconds(Self.deadlineSeconds - Self.patienceSeconds))
                logger.warning("stopped before everything was at its end; it goes on after the next start")
                exit(ExitStatus.done.rawValue)
            }
            if await signals.next() != nil {
                logger.warning("stopped at once")
                exit(ExitStatus.done.rawValue)
            }
        }
    }

    /// After a failed sync nothing that this process believes to be on disk can be trusted, so it ends and reads anew.
    func stopOnBrokenDatabase() async throws {
        guard let failure = await workplace.database.waitUntilBroken() else { return try await forever() }
        logger.critical(
            "the database can no longer be trusted; the process ends", metadata: ["code": "\(failure.code)"])
        throw Failure(failure)
    }

    /// Until the task is cancelled.
    private func forever() async throws {
        while true { try await Task.sleep(for: .seconds(3_600)) }
    }

    private struct Ready: Encodable {
        let ready: Bool
        let listen: String
        let publicURL: String
        let stripeMode: String?
        let database: String

        enum CodingKeys: String, CodingKey {
            case ready, listen, database
            case publicURL = "public_url"
            case stripeMode = "stripe_mode"
        }
    }
}
