import Billing
import Foundation
import Ledger

extension Seams {
    /// The machine's clock and the system's randomness: the only place that touches either.
    static let world = Seams(
        now: { Instant(millisecondsSince1970: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down))) },
        randomBytes: { count in
            var generator = SystemRandomNumberGenerator()
            // Each word is a call of the system.
            var bytes: [UInt8] = []
            bytes.reserveCapacity(count)
            while bytes.count < count {
                withUnsafeBytes(of: generator.next()) { bytes.append(contentsOf: $0.prefix(count - bytes.count)) }
            }
            return bytes
        })
}

extension LoopClock {
    static let world = LoopClock(
        random: { UInt64.random(in: .min ... .max) }, pause: { try await Task.sleep(for: .milliseconds($0)) })
}
