import ServiceLifecycle

/// Rings the bell at a steady pace, for work that another process has written down and for retries that have come due.
struct Metronome: Service {
    let bell: Bell
    let milliseconds: Int64
    let clock: LoopClock

    func run() async throws {
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            bell.ring()
            await clock.rest(milliseconds: milliseconds)
        }
    }
}

/// Rings the bell when the doors say that work has come, at once, and then no more often than the pause allows: under
/// load one round serves many callers.
struct Relay: Service {
    let doors: Bell
    let bell: Bell
    let pauseMilliseconds: Int64
    let clock: LoopClock

    func run() async throws {
        for await _ in doors.rings().cancelOnGracefulShutdown() {
            bell.ring()
            await clock.rest(milliseconds: pauseMilliseconds)
        }
    }
}
