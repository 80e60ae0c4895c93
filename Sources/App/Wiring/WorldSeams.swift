import Billing
import Foundation
import Ledger

extension Seams {
    /// The machine's clock and the system's randomness: the only place that touches either.
    static let world = Seams(
        now: { Instant(millisecondsSince1970: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down))) },
        randomBytes: { count in
            var generator = SystemRandomNumberGenerator()
            return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        })
}

extension LoopClock {
    static let world = LoopClock(
        random: { UInt64.random(in: .min ... .max) }, pause: { try await Task.sleep(for: .milliseconds($0)) })
}
