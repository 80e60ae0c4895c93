public import Billing
import Ledger

/// What totals can be grouped by.
public enum UsageGrouping: String, CaseIterable, Sendable {
    case customer, key, model, provider, feature, action, product, organization
    case hour, day, month

    var dimension: UsageDimension? { UsageDimension(rawValue: rawValue) }
}

/// A question for totals, as a caller asks it.
public struct UsageQuery: Sendable {
    /// RFC 3339, at a full quarter of an hour; or a date, which stands for its beginning.
    public var from: String
    /// No longer part of it.
    public var to: String
    public var groupBy: [UsageGrouping] = []
    /// An empty text for usage that says nothing of it. The customer's is our id.
    public var filters: [UsageDimension: String] = [:]
    /// Where days, months and hours begin; the account's, when the caller does not say.
    public var timeZone: String?
    /// The id of the last group of the page before.
    public var after: String?
    public var limit = 20

    public init(from: String, to: String) {
        self.from = from
        self.to = to
    }

    /// A group's values with what they are of; `nil` for those that nothing was said of.
    func named(_ values: [String]) -> [(by: UsageGrouping, value: String?)] {
        zip(groupBy, values).map { ($0, $1.isEmpty ? nil : $1) }
    }
}

extension [(by: UsageGrouping, value: String?)] {
    /// Our id of the customer whom a group is of.
    var customer: String? { first { $0.by == .customer }?.value }
}

/// One group of totals.
public struct UsageTotal: Sendable {
    /// Names the group in lists: the same groups have the same id in every answer to the same question.
    public let id: String
    /// In the order of the question. A customer is our id; `nil` where nothing was said.
    public let groups: [(by: UsageGrouping, value: String?)]
    public let figures: UsageFigures<Int128>
    /// Millionths of the units that are no tokens.
    public let units: [UsageUnit: Int128]

    public var marginMicros: Int128 { figures.priceMicros - figures.costMicros }
    /// `nil` where no request says how long it took.
    public var averageLatencyMs: Int128? {
        figures.latencies > 0 ? figures.latencyMs / figures.latencies : nil
    }
}
