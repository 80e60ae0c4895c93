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
