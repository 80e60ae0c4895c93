internal import Foundation

/// A bounded queue between callers and the threads that own the connections.
///
/// Sendable because every access to its state is under `condition`.
final class JobQueue: @unchecked Sendable {
    private let condition = NSCondition()
    private let limit: Int
    private var jobs: [Job] = []
    private var idleThreads = 0
    private var isClosed = false

    init(limit: Int) { self.limit = limit }

    /// Never waits: what has no room is refused with `.queueFull`.
    func enqueue(_ job: Job) {
        if let refusal = accept(job) { job.refuse(refusal) }
    }

    private func accept(_ job: Job) -> StorageError? {
        condition.lock()
        defer { condition.unlock() }
        guard !isClosed else { return StorageError(.closed) }
        guard jobs.count < limit else { return StorageError(.queueFull) }
        jobs.append(job)
        if idleThreads > 0 { condition.signal() }
        return nil
    }

    /// Waits for work. Empty once the queue is closed and everything accepted has been taken.
    func take(upTo count: Int) -> [Job] {
        condition.lock()
        defer { condition.unlock() }
        while jobs.isEmpty && !isClosed {
            idleThreads += 1
            condition.wait()
            idleThreads -= 1
        }
        guard jobs.count > count else {
            defer { jobs = [] }
            return jobs
        }
        defer { jobs.removeFirst(count) }
        return Array(jobs.prefix(count))
    }

    /// Nothing more is accepted; what was accepted is still worked off.
    func close() {
        condition.lock()
        isClosed = true
        condition.broadcast()
        condition.unlock()
    }
}
