import Billing
public import Ledger

/// What was earned and what it took, in micros of the account's currency.
public struct MarginFigures: Hashable, Sendable {
    public var requests: Int128 = 0
    /// The price of metered usage.
    public var revenueMicros: Int128 = 0
    /// What the AI providers take.
    public var costMicros: Int128 = 0
    /// What Stripe has really taken, by its balance transactions.
    public var processorFeeMicros: Int128 = 0
    /// What the platform has taken through Connect.
    public var applicationFeeMicros: Int128 = 0

    public static let zero = MarginFigures()

    public var marginMicros: Int128 { revenueMicros - costMicros - processorFeeMicros - applicationFeeMicros }

    /// Hundredths of a per cent of the revenue, rounded towards zero; `nil` where nothing was earned.
    public var marginBasisPoints: Int128? {
        guard revenueMicros > 0 else { return nil }
        return marginMicros * 10_000 / revenueMicros
    }

    mutating func add(_ other: MarginFigures) {
        requests += other.requests
        revenueMicros += other.revenueMicros
        costMicros += other.costMicros
        processorFeeMicros += other.processorFeeMicros
        applicationFeeMicros += other.applicationFeeMicros
    }
}

/// One group of a report.
public struct MarginRow: Sendable {
    /// Names the group in lists: the same groups have the same id in every answer to the same question.
    public let id: String
    /// In the order of the question. A customer is our id; `nil` where nothing was said.
    public let groups: [(by: UsageGrouping, value: String?)]
    public let figures: MarginFigures
}

public struct MarginReport: Sendable {
    /// One page of them.
    public let rows: [MarginRow]
    /// Of all rows, those of the other pages as well.
    public let total: MarginFigures
    /// Fees that Stripe took in other currencies than the account's; they are in no row.
    public let otherFees: [OtherFees]

    public struct OtherFees: Hashable, Sendable {
        public let currency: Currency
        public let processorMicros: Int128
        public let applicationMicros: Int128
    }
}
