import Worker

/// How something that is followed stands.
enum Following<Thing: Sendable>: Sendable {
    case going(_ standing: String, Thing)
    case over(Thing)
}

extension Desk {
    /// Looks twice a second until it is over or the time is, works off what this database holds for the outbox and the
    /// inbox meanwhile (so the server need not run), and shows the standing on a terminal.
    func follow<Thing>(seconds: Int, _ look: () async throws -> Following<Thing>) async throws -> Thing {
        let progress = Progress(on: terminal)
        defer { progress.finish() }
        let started = ContinuousClock.now
        while true {
            _ = try await worker.outbox.step()
            _ = try await worker.inbox.step()
            let elapsed = started.duration(to: .now)
            switch try await look() {
            case .over(let thing): return thing
            case .going(_, let thing) where elapsed >= .seconds(seconds): return thing
            case .going(let standing, _): progress.update("\(standing) (\(elapsed.components.seconds) s)")
            }
            try await Task.sleep(for: .milliseconds(500))
        }
    }
}
