import Billing
import Ledger
import Synchronization

/// A clock that stands still until it is told to move.
final class TestClock: Sendable {
    private let milliseconds: Mutex<Int64>

    init(_ start: String = "2026-11-02T09:00:00Z") {
        milliseconds = Mutex(Instant(rfc3339: start)?.millisecondsSince1970 ?? 0)
    }

    var now: Instant { Instant(millisecondsSince1970: milliseconds.withLock { $0 }) }

    func advance(seconds: Int64) { milliseconds.withLock { $0 += seconds * 1_000 } }
    func advance(milliseconds more: Int64) { milliseconds.withLock { $0 += more } }
}

/// SplitMix64: the same seed gives the same bytes.
final class SeededBytes: Sendable {
    private let state: Mutex<UInt64>

    init(seed: UInt64) { state = Mutex(seed) }

    func next() -> UInt64 {
        state.withLock { state in
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 24) } }
}
