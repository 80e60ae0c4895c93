import Logging
import Server
import Storage
import Synchronization
import Testing

@testable import App

struct ServingTests {
    @Test func `a failed sync ends the server with what happened and what to do`() async throws {
        let isBroken = Switch()
        let engine = FaultyEngine(try SQLiteMemoryEngine()) { call, _ in
            isBroken.isOn && call == .commit ? .fails(StorageError(.syncFailed)) : nil
        }
        let database = try Database.open(engine)
        try await database.migrate(Schema.migrations)
        let settings = try Settings(SettingsLayers(commandLine: [:], environment: [:], file: nil))
        let terminal = Terminal(
            out: { _ in }, err: { _ in }, isInteractive: false, showsProgress: false, json: false)
        let serving = Serving(
            workplace: try Workplace(settings, database: database, logger: .silent), terminal: terminal,
            metrics: PrometheusMetrics(), logger: .silent)
        isBroken.turnOn()
        await #expect(throws: StorageError.self) {
            try await database.write { tx in _ = try tx.execute("DELETE FROM oauth_states") }
        }
        let failure = try #require(await #expect(throws: Failure.self) { try await serving.stopOnBrokenDatabase() })
        #expect(failure.status == .unavailable)
        #expect(failure.code == "database_sync_failed")
        #expect(failure.detail.contains("what was acknowledged is safe"))
    }
}

/// Off at first.
private final class Switch: Sendable {
    private let state = Mutex(false)

    var isOn: Bool { state.withLock { $0 } }

    func turnOn() { state.withLock { $0 = true } }
}
