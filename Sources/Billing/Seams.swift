public import Ledger

/// The clock and the randomness, the two seams that pure rules need. `App` wires the real ones, a simulation its own.
public struct Seams: Sendable {
    public let now: @Sendable () -> Instant
    /// As many unpredictable bytes as asked for.
    public let randomBytes: @Sendable (Int) -> [UInt8]

    public init(now: @escaping @Sendable () -> Instant, randomBytes: @escaping @Sendable (Int) -> [UInt8]) {
        self.now = now
        self.randomBytes = randomBytes
    }
}
