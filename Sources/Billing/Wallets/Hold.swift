public import Ledger

/// Money set apart for a request before its provider is called.
public struct Hold: Identified, Hashable, Sendable {
    public static let idPrefix = "bhld"
    public typealias ID = Identifier<Hold>

    public enum Status: String, Codable, CaseIterable, Sendable {
        case held
        /// The request was made, and what it really took is posted.
        case captured
        /// Given up before it was captured.
        case released
        /// Neither in time.
        case expired

        /// Once it is not held any more nothing changes it.
        public func after(_ next: Status) -> Status { self == .held ? next : self }
    }

    public let id: ID
    public let account: ConnectedAccount.ID
    public let customer: Customer.ID
    /// The id of the key that it was asked for with, if it counts against a key.
    public let apiKey: String?
    public var status: Status
    /// The price that was estimated.
    public let heldMicros: Int64
    public let heldCostMicros: Int64
    /// Whole ones.
    public let heldTokens: Int64
    /// What was asked for, as JSON.
    public let estimate: String
    public var usageEvent: UsageEvent.ID?
    /// What it came to.
    public var capturedMicros: Int64?
    /// From then on it holds nothing.
    public let expiresAt: Instant
    public let createdAt: Instant
    public var settledAt: Instant?

    public init(
        id: ID, account: ConnectedAccount.ID, customer: Customer.ID, apiKey: String? = nil, status: Status = .held,
        heldMicros: Int64, heldCostMicros: Int64, heldTokens: Int64, estimate: String,
        usageEvent: UsageEvent.ID? = nil, capturedMicros: Int64? = nil, expiresAt: Instant, createdAt: Instant,
        settledAt: Instant? = nil
    ) {
        self.id = id
        self.account = account
        self.customer = customer
        self.apiKey = apiKey
        self.status = status
        self.heldMicros = heldMicros
        self.heldCostMicros = heldCostMicros
        self.heldTokens = heldTokens
        self.estimate = estimate
        self.usageEvent = usageEvent
        self.capturedMicros = capturedMicros
        self.expiresAt = expiresAt
        self.createdAt = createdAt
        self.settledAt = settledAt
    }

    /// How it stands, whether or not somebody has written down by now that it has expired.
    public func status(at now: Instant) -> Status { status == .held && expiresAt <= now ? .expired : status }

    /// What was held: one request.
    public var amounts: LimitAmounts {
        LimitAmounts(tokens: heldTokens, costMicros: heldCostMicros, spendMicros: heldMicros)
    }
}

/// How far above its hold a capture may go, and how far below zero a wallet may come by it.
///
/// A hold is made only while what is available (the wallet, less what accrued and what is held) covers it. From then
/// on the wallet can come below zero by no more than
///
///     Σ ⌊hold × capture_above_percent ÷ 100⌋ over the holds then in flight
///
/// and by what expires of it meanwhile. Nothing is held anew until what is available is back. Usage that is reported
/// without a hold is a fact, and comes on top.
public struct CaptureBound: Hashable, Sendable {
    /// Of the hold; not negative.
    public let abovePercent: Percent

    public init(abovePercent: Percent) { self.abovePercent = abovePercent }

    /// The most that a capture may post, in micros: the hold and the percentage of it, rounded down.
    public func largestCapture(ofHold micros: Int64) -> Int64 {
        Int64(clamping: Int128(micros) + excess(ofHold: micros))
    }

    /// The most that a wallet can come below zero while these holds, in micros, are in flight.
    /// - Parameter expiring: what of the wallet expires before the last of them is settled.
    public func largestOverdraft(holds: some Sequence<Int64>, expiring: Int64 = 0) -> Int64 {
        Int64(clamping: holds.reduce(Int128(expiring)) { $0 + excess(ofHold: $1) })
    }

    private func excess(ofHold micros: Int64) -> Int128 {
        Int128(micros) * Int128(max(0, abovePercent.partsPerMillion)) / 1_000_000
    }
}
