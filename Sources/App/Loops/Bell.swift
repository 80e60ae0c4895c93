import Synchronization

/// Wakes the lanes when work may have come. A ring that comes while a lane is at work is kept, so none is missed, and
/// many rings are one.
final class Bell: Sendable {
    private struct Listeners {
        var next = 0
        var streams: [Int: AsyncStream<Void>.Continuation] = [:]
    }

    private let listeners = Mutex(Listeners())

    func ring() {
        listeners.withLock { for stream in $0.streams.values { stream.yield() } }
    }

    /// The rings from now on; ends when the task that listens is cancelled.
    func rings() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let place = listeners.withLock { listeners in
            listeners.next += 1
            listeners.streams[listeners.next] = continuation
            return listeners.next
        }
        continuation.onTermination = { [weak self] _ in
            self?.listeners.withLock { _ = $0.streams.removeValue(forKey: place) }
        }
        return stream
    }
}
