import Logging
import Metrics
import ServiceLifecycle

/// One loop of `serve`: calls `step` until it has nothing left to do, then waits for the bell.
///
/// What fails is tried again after a pause that grows and is never twice the same; a graceful shutdown lets the step
/// that is under way come to its end and starts no other.
struct Lane: Service {
    let name: String
    let bell: Bell
    let clock: LoopClock
    let logger: Logger
    let step: @Sendable () async throws -> Bool

    func run() async throws {
        for await _ in bell.rings().cancelOnGracefulShutdown() { await drain() }
    }

    private func drain() async {
        var backoff = Backoff()
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            do {
                guard try await step() else { return }
                backoff = Backoff()
            } catch is CancellationError {
                return
            } catch {
                let failure = Failure(error)
                Counter(label: "bursar_loop_failures_total", dimensions: [("loop", name), ("code", failure.code)])
                    .increment()
                let pause = backoff.next(random: clock.random())
                logger.warning(
                    "a loop will try again",
                    metadata: ["loop": "\(name)", "code": "\(failure.code)", "pause_ms": "\(pause)"])
                await clock.rest(milliseconds: pause)
            }
        }
    }
}

/// Something that is done at fixed intervals, the first time soon after the start.
struct Errand: Service {
    let name: String
    let everySeconds: Int
    let clock: LoopClock
    let logger: Logger
    let errand: @Sendable () async throws -> Void

    func run() async throws {
        await clock.rest(milliseconds: Int64(clock.random() % 1_000))
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            do {
                try await errand()
            } catch is CancellationError {
                return
            } catch {
                let failure = Failure(error)
                logger.warning("an errand failed", metadata: ["errand": "\(name)", "code": "\(failure.code)"])
            }
            // Up to a tenth later, so that many workers do not come at once.
            let interval = Int64(everySeconds) * 1_000
            await clock.rest(milliseconds: interval + Int64(clock.random() % UInt64(max(1, interval / 10))))
        }
    }
}

/// Pauses that double from 250 ms to 30 s, each shortened by up to a half at random.
struct Backoff: Sendable {
    private var ceilingMilliseconds: Int64 = 250

    mutating func next(random: UInt64) -> Int64 {
        defer { ceilingMilliseconds = min(ceilingMilliseconds * 2, 30_000) }
        return ceilingMilliseconds - Int64(random % UInt64(ceilingMilliseconds / 2))
    }
}

/// The loops' own time and chance. A graceful shutdown ends every rest.
struct LoopClock: Sendable {
    let random: @Sendable () -> UInt64
    let pause: @Sendable (_ milliseconds: Int64) async throws -> Void

    func rest(milliseconds: Int64) async {
        try? await cancelWhenGracefulShutdown { [pause] in try await pause(milliseconds) }
    }
}
