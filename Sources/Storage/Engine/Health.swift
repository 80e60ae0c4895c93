internal import Synchronization

/// Whether the database can still be trusted, for the writer to ask and for the process to wait on.
final class Health: Sendable {
    private struct State {
        var failure: StorageError?
        var isClosed = false
        var waiting: [Int: CheckedContinuation<StorageError?, Never>] = [:]
        var nextWaiter = 0
    }

    private let state = Mutex(State())

    var failure: StorageError? { state.withLock { $0.failure } }

    func fail(_ failure: StorageError) {
        settle { state in state.failure = state.failure ?? failure }
    }

    func close() {
        settle { state in state.isClosed = true }
    }

    /// - Returns: the failure, or nil when the database was closed, or the waiting task cancelled, before there was
    ///   one.
    nonisolated(nonsending) func waitForFailure() async -> StorageError? {
        let number = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard state.failure == nil, !state.isClosed, !Task.isCancelled else { return true }
                    state.waiting[number] = continuation
                    return false
                }
                if isOver { continuation.resume(returning: failure) }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: number) }?.resume(returning: nil)
        }
    }

    private func settle(_ change: (inout State) -> Void) {
        let (waiting, failure) = state.withLock { state in
            change(&state)
            defer { state.waiting = [:] }
            return (state.waiting, state.failure)
        }
        for continuation in waiting.values { continuation.resume(returning: failure) }
    }
}
