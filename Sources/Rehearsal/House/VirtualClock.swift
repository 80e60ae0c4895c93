import Ledger
import Synchronization

/// Two clocks that only a rehearsal moves: Stripe's, which is right, and the worker's, which can be wrong.
final class VirtualClock: Sendable {
    private struct Reading {
        var truth: Int64
        var error: Int64 = 0
    }

    private let reading: Mutex<Reading>

    init(_ start: Instant) { reading = Mutex(Reading(truth: start.millisecondsSince1970)) }

    /// What Stripe and everybody else reads.
    var truth: Instant { Instant(millisecondsSince1970: reading.withLock { $0.truth }) }

    /// What the worker reads.
    var workers: Instant { Instant(millisecondsSince1970: reading.withLock { $0.truth + $0.error }) }

    func advance(milliseconds: Int64) { reading.withLock { $0.truth += max(0, milliseconds) } }

    func advance(seconds: Int64) { advance(milliseconds: seconds * 1_000) }

    /// Puts the worker's clock wrong by so much, or right again.
    func setError(seconds: Int64) { reading.withLock { $0.error = seconds * 1_000 } }
}
