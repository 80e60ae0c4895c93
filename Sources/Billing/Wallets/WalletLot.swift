public import Ledger

/// Part of a wallet: one payment or one gift, with its own time to live.
public struct WalletLot: Identified, Hashable, Sendable {
    public static let idPrefix = "blot"
    public typealias ID = Identifier<WalletLot>

    public enum Kind: String, CaseIterable, Sendable {
        /// By a top-up.
        case paid
        /// Given away.
        case promotional
        /// Paid past Stripe, and entered by hand.
        case paidOutside = "paid_outside"

        /// What was given is spent before what was paid.
        public var usualPriority: Int64 { self == .promotional ? 50 : 100 }
    }

    public let id: ID
    public let kind: Kind
    /// What is small is spent first.
    public let priority: Int64
    /// From then on it is worth nothing; `nil` for never.
    public let expiresAt: Instant?
    public var remainingMicros: Int64
    /// What open disputes and refunds under way may yet take back of it.
    public var claimedMicros: Int64
    public let createdAt: Instant

    public init(
        id: ID, kind: Kind, priority: Int64, expiresAt: Instant?, remainingMicros: Int64, claimedMicros: Int64 = 0,
        createdAt: Instant
    ) {
        self.id = id
        self.kind = kind
        self.priority = priority
        self.expiresAt = expiresAt
        self.remainingMicros = remainingMicros
        self.claimedMicros = claimedMicros
        self.createdAt = createdAt
    }

    /// What is left, and must stay while it is claimed.
    public var frozenMicros: Int64 { min(remainingMicros, claimedMicros) }

    public var spendableMicros: Int64 { remainingMicros - frozenMicros }

    public func isExpired(at now: Instant) -> Bool { expiresAt.map { $0 <= now } ?? false }

    /// The order of spending: priority, then expiry (never comes last), then age. Of lots made in the same millisecond
    /// the one with the smaller id comes first, so that the order is total and every reader has the same.
    public static func isSpentBefore(_ left: WalletLot, _ right: WalletLot) -> Bool {
        func rank(_ lot: WalletLot) -> (Int64, Int64, Int64) {
            (lot.priority, lot.expiresAt?.millisecondsSince1970 ?? .max, lot.createdAt.millisecondsSince1970)
        }
        return rank(left) == rank(right) ? left.id < right.id : rank(left) < rank(right)
    }
}
