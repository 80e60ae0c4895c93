internal import Foundation
internal import Synchronization

/// A way for jobs to reach a connection. Every job that is submitted is answered, whatever happens.
protocol Lane: Sendable {
    func submit(_ job: Job)
    /// Accepts nothing more, works off what was accepted, and closes the connections.
    nonisolated(nonsending) func close() async
    /// The same, without waiting.
    func beginClosing()
}

/// Threads of our own, each with a session, that share one bounded queue.
final class ThreadLane: Lane {
    private let queue: JobQueue
    private let ended: Countdown

    /// - Parameters:
    ///   - sessions: one for each thread, each of them used by nobody else from now on.
    ///   - batchLimit: how many jobs a thread takes at once.
    init(name: String, sessions: [Session], queueLimit: Int, batchLimit: Int) {
        queue = JobQueue(limit: queueLimit)
        ended = Countdown(sessions.count)
        for session in sessions {
            let owned = Owned(session)
            let thread = Thread { [queue, ended] in
                Thread.current.name = name
                let session = owned.session
                while case let jobs = queue.take(upTo: batchLimit), !jobs.isEmpty { session.run(jobs) }
                session.close()
                ended.signal()
            }
            thread.start()
        }
    }

    func submit(_ job: Job) { queue.enqueue(job) }

    func beginClosing() { queue.close() }

    nonisolated(nonsending) func close() async {
        queue.close()
        await ended.wait()
    }

    /// Carries a session to the one thread that uses it.
    private struct Owned: @unchecked Sendable {
        let session: Session
        init(_ session: Session) { self.session = session }
    }
}

/// No thread: a job runs where it is submitted, so that whoever decides the order of the calls decides everything.
///
/// Sendable because the session is only touched under the lock.
final class InlineLane: Lane, @unchecked Sendable {
    private let lock = NSLock()
    private let session: Session
    private var isClosed = false

    init(_ session: Session) { self.session = session }

    func submit(_ job: Job) {
        lock.withLock { isClosed ? job.refuse(StorageError(.closed)) : session.run([job]) }
    }

    func beginClosing() {
        lock.withLock {
            isClosed = true
            session.close()
        }
    }

    nonisolated(nonsending) func close() async { beginClosing() }
}

/// Tells those who wait that a number of threads have ended.
private final class Countdown: Sendable {
    private struct State {
        var left: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(_ count: Int) { state = Mutex(State(left: count)) }

    func signal() {
        let waiting = state.withLock { state in
            state.left -= 1
            return state.left == 0 ? state.waiting : []
        }
        for continuation in waiting { continuation.resume() }
    }

    nonisolated(nonsending) func wait() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.left > 0 { state.waiting.append(continuation) }
                return state.left == 0
            }
            if isOver { continuation.resume() }
        }
    }
}
