import Foundation
import Ledger
import Logging
import ServiceLifecycle
import Worker

/// All loops of `serve`, in one service, so that a shutdown reaches them together.
struct Loops: Service {
    let workplace: Workplace
    let bell: Bell
    let logger: Logger

    /// How many events are worked off, and how many commands sent, side by side.
    private static let inboxLanes = 2
    private static let outboxLanes = 8
    /// Work of other processes, and retries that come due, are noticed within this time.
    private static let pollMilliseconds: Int64 = 500

    func run() async throws {
        try await withThrowingDiscardingTaskGroup { tasks in
            for service in services { tasks.addTask { try await service.run() } }
        }
    }

    private var services: [any Service] {
        let worker = workplace.worker
        let intervals = workplace.settings.intervals
        let clock = LoopClock(random: { UInt64.random(in: .min ... .max) })
        func lane(_ name: String, _ step: @escaping @Sendable () async throws -> Bool) -> Lane {
            Lane(name: name, bell: bell, clock: clock, logger: logger, step: step)
        }
        func errand(_ name: String, every seconds: Int, _ run: @escaping @Sendable () async throws -> Void) -> Errand {
            Errand(name: name, everySeconds: seconds, clock: clock, logger: logger, errand: run)
        }
        var services: [any Service] = []
        services += (0..<Self.inboxLanes).map { _ in lane("inbox") { try await worker.inbox.step() } }
        services += (0..<Self.outboxLanes).map { _ in lane("outbox") { try await worker.outbox.step() } }
        services += [
            lane("charge_runs") { try await worker.chargeRuns.step() },
            lane("accounts") { try await worker.onboarding.pollStep() },
            lane("sweeps") { try await worker.reconciliation.dueStep() },
            errand("books_check", every: intervals.booksCheckSeconds) { try await checkBooks() },
            errand("idempotency_purge", every: 3_600) { try await forgetAnswers() },
            Metronome(bell: bell, milliseconds: Self.pollMilliseconds, clock: clock),
        ]
        return services
    }
}
