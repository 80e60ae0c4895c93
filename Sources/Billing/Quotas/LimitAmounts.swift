public import Ledger

/// What limits count, of one request or of many.
public struct LimitAmounts: Hashable, Sendable {
    public var requests: Int64
    /// Whole ones.
    public var tokens: Int64
    /// What the providers take.
    public var costMicros: Int64
    /// What the customer is billed.
    public var spendMicros: Int64

    public static let zero = LimitAmounts(requests: 0, tokens: 0, costMicros: 0, spendMicros: 0)

    public init(requests: Int64 = 1, tokens: Int64, costMicros: Int64, spendMicros: Int64) {
        self.requests = requests
        self.tokens = tokens
        self.costMicros = costMicros
        self.spendMicros = spendMicros
    }

    /// One request. A fraction of a token, of all kinds together, counts as a whole one; what a correction takes back
    /// counts as below zero, so that it undoes what it corrects.
    public init(_ quantities: Quantities, costMicros: Int64, spendMicros: Int64) throws(BillingError) {
        let tokens = try quantities.tokens()
        let (whole, rest) = tokens.millionths.quotientAndRemainder(dividingBy: 1_000_000)
        self.init(
            requests: 1, tokens: whole + Int64(rest.signum()), costMicros: costMicros, spendMicros: spendMicros)
    }

    public subscript(measure: LimitMeasure) -> Int64 {
        switch measure {
        case .requests: requests
        case .tokens: tokens
        case .cost: costMicros
        case .spend: spendMicros
        }
    }
}

/// What a subject has used in a period, and what its requests in flight hold of it.
public struct PeriodUse: Hashable, Sendable {
    public let period: Period
    public let used: LimitAmounts
    public let held: LimitAmounts

    public init(_ period: Period, used: LimitAmounts = .zero, held: LimitAmounts = .zero) {
        self.period = period
        self.used = used
        self.held = held
    }
}

/// Whose limit it is; in the order in which they are checked.
public enum QuotaScope: String, Codable, CaseIterable, Sendable {
    /// The account-wide one, for all its customers together.
    case account
    /// That of a customer's plan.
    case customer
    case key
}

/// How one limit stands.
public struct LimitStanding: Hashable, Sendable {
    public let scope: QuotaScope
    public let name: LimitName
    public let used: Int64
    public let held: Int64
    public let limit: Int64
    /// When it begins anew; `nil` for a limit that never does.
    public let resetsAt: Instant?

    public init(scope: QuotaScope, name: LimitName, used: Int64, held: Int64, limit: Int64, resetsAt: Instant?) {
        self.scope = scope
        self.name = name
        self.used = used
        self.held = held
        self.limit = limit
        self.resetsAt = resetsAt
    }

    /// Used and held, of the limit, rounded down; of a limit of 0 it is 0 or 100.
    public var percent: Int64 {
        let taken = Int128(used) + Int128(held)
        guard limit > 0 else { return taken > 0 ? 100 : 0 }
        return Int64(clamping: taken * 100 / Int128(limit))
    }

    /// What is left; never below zero.
    public var remaining: Int64 { Int64(clamping: max(0, Int128(limit) - Int128(used) - Int128(held))) }

    /// How many seconds to wait before it makes sense to ask again, rounded up and at least 1; `nil` for a limit that
    /// never begins anew.
    public func retryAfterSeconds(at now: Instant) -> Int64? {
        resetsAt.map { WholeSeconds.from(now, until: $0) }
    }
}

/// Time to wait, as HTTP's `Retry-After` tells it.
public enum WholeSeconds {
    /// Rounded up, and at least 1.
    public static func from(_ now: Instant, until then: Instant) -> Int64 {
        let milliseconds = Int128(then.millisecondsSince1970) - Int128(now.millisecondsSince1970)
        return Int64(clamping: max(1, (milliseconds + 999) / 1000))
    }
}
