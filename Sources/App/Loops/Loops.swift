import Foundation
import Ledger
import Logging
import ServiceLifecycle
import Worker

/// All loops of `serve`, in one service, so that a shutdown reaches them together.
struct Loops: Service {
    let workplace: Workplace
    /// Rung by the server when it has taken something in.
    let doors: Bell
    let logger: Logger

    /// How many events are worked off, and how many commands sent, side by side.
    private static let inboxLanes = 2
    private static let outboxLanes = 8
    /// Work of other processes, and retries that come due, are noticed within this time.
    private static let pollMilliseconds: Int64 = 500
    /// The same for what is measured in minutes and hours.
    private static let slowPollMilliseconds: Int64 = 5_000
    private static let relayPauseMilliseconds: Int64 = 20

    func run() async throws {
        try await withThrowingDiscardingTaskGroup { tasks in
            for service in services { tasks.addTask { try await service.run() } }
        }
    }

    private var services: [any Service] {
        let worker = workplace.worker
        let clock = LoopClock.world
        let bell = Bell()
        let slowBell = Bell()
        func lane(_ name: String, _ bell: Bell, _ step: @escaping @Sendable () async throws -> Bool) -> Lane {
            Lane(name: name, bell: bell, clock: clock, logger: logger, step: step)
        }
        let inbox = (0..<Self.inboxLanes).map { _ in lane("inbox", bell) { try await worker.inbox.step() } }
        let outbox = (0..<Self.outboxLanes).map { _ in lane("outbox", bell) { try await worker.outbox.step() } }
        return inbox + outbox + [
            lane("charge_runs", bell) { try await worker.chargeRuns.step() },
            lane("dunning", slowBell) { try await worker.dunning.step() },
            lane("auto_top_ups", bell) { try await worker.autoTopUps.step() },
            lane("wallet_expiry", slowBell) { try await worker.walletExpiry.step() },
            lane("hold_expiry", bell) { try await worker.authorizations.step() },
            lane("sweeps", bell) { try await worker.reconciliation.dueStep() },
            lane("accounts", slowBell) { try await worker.onboarding.pollStep() },
            lane("remembered_answers", slowBell) { try await worker.idempotency.step() },
            lane("settled_events", slowBell) { try await worker.inbox.forgetStep() },
            Errand(
                name: "books_check", everySeconds: workplace.settings.intervals.booksCheckSeconds, clock: clock,
                logger: logger, errand: checkBooks),
            Relay(doors: doors, bell: bell, pauseMilliseconds: Self.relayPauseMilliseconds, clock: clock),
            Metronome(bell: bell, milliseconds: Self.pollMilliseconds, clock: clock),
            Metronome(bell: slowBell, milliseconds: Self.slowPollMilliseconds, clock: clock),
        ]
    }

    /// What the check finds is told as loudly as can be, and nothing is stopped: the books are evidence.
    @Sendable private func checkBooks() async throws {
        let report = try await workplace.worker.books.watch()
        guard let first = report.findings.first else {
            return logger.debug("the books are sound", metadata: ["rows": "\(report.rowsRead)"])
        }
        logger.critical(
            "the books contradict themselves; see `bursar ledger check`",
            metadata: [
                "findings": "\(report.findingsCounted)", "rule": "\(first.rule.rawValue)", "row": "\(first.row)",
            ])
    }
}
