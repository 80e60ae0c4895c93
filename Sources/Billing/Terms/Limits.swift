/// What may be used: by day, by month and in any minute. What is `nil` is not limited; 0 allows nothing.
public struct Limits: Hashable, Sendable {
    /// For one day or one month.
    public struct Caps: Hashable, Sendable {
        public var requests: Int64?
        /// Whole tokens of all kinds.
        public var tokens: Int64?
        /// What the providers take, in micros of the account's currency.
        public var costMicros: Int64?
        /// What the customer is billed, in micros of the account's currency.
        public var spendMicros: Int64?

        public init(
            requests: Int64? = nil, tokens: Int64? = nil, costMicros: Int64? = nil, spendMicros: Int64? = nil
        ) {
            self.requests = requests
            self.tokens = tokens
            self.costMicros = costMicros
            self.spendMicros = spendMicros
        }

        public subscript(measure: LimitMeasure) -> Int64? {
            switch measure {
            case .requests: requests
            case .tokens: tokens
            case .cost: costMicros
            case .spend: spendMicros
            }
        }
    }

    public var day: Caps?
    public var month: Caps?
    public var requestsPerMinute: Int64?

    public static let none = Limits()

    public init(day: Caps? = nil, month: Caps? = nil, requestsPerMinute: Int64? = nil) {
        self.day = day
        self.month = month
        self.requestsPerMinute = requestsPerMinute
    }

    public subscript(name: LimitName) -> Int64? {
        switch name.period {
        case .minute: name.measure == .requests ? requestsPerMinute : nil
        case .day: day?[name.measure]
        case .month: month?[name.measure]
        case .ever: nil
        }
    }

    /// What is limited, in the order in which it is checked.
    public var all: [(name: LimitName, cap: Int64)] {
        LimitName.all.compactMap { name in self[name].map { (name, $0) } }
    }

    public var isEmpty: Bool { all.isEmpty }
}

/// What a limit counts.
public enum LimitMeasure: String, Codable, CaseIterable, Sendable {
    case requests, tokens
    case cost = "cost_micros"
    case spend = "spend_micros"
}

/// How long a limit counts before it begins anew.
public enum PeriodKind: String, Codable, CaseIterable, Sendable {
    case minute, day, month, ever
}

/// A limit as answers name it: `requests_per_minute`, `day.tokens`, `month.spend_micros`; a key's is `max_spend`.
public struct LimitName: Hashable, Sendable, CustomStringConvertible {
    public let period: PeriodKind
    public let measure: LimitMeasure

    public static let requestsPerMinute = LimitName(.minute, .requests)
    /// Of a key, over all its life.
    public static let maxSpend = LimitName(.ever, .spend)

    /// Of plans and accounts, in the order in which they are checked.
    public static let all: [LimitName] =
        [requestsPerMinute] + LimitMeasure.allCases.map { LimitName(.day, $0) }
        + LimitMeasure.allCases.map { LimitName(.month, $0) }

    public init(_ period: PeriodKind, _ measure: LimitMeasure) {
        self.period = period
        self.measure = measure
    }

    public var description: String {
        switch self {
        case .requestsPerMinute: "requests_per_minute"
        case .maxSpend: "max_spend"
        default: "\(period.rawValue).\(measure.rawValue)"
        }
    }
}

extension Limits: Codable {
    enum CodingKeys: String, CodingKey, CaseIterable { case day, month, requestsPerMinute = "requests_per_minute" }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.knownFields(CodingKeys.self)
        day = try container.decodeIfPresent(Caps.self, forKey: .day)
        month = try container.decodeIfPresent(Caps.self, forKey: .month)
        requestsPerMinute = try container.wholeNumberIfPresent(forKey: .requestsPerMinute)
    }

    func fault(at path: String) -> TermsFault? {
        for (name, cap) in all where cap < 0 {
            return TermsFault("\(path).\(name)", "a limit is at least 0; leave it out to have none")
        }
        return nil
    }
}

extension Limits.Caps: Codable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case requests, tokens, costMicros = "cost_micros", spendMicros = "spend_micros"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.knownFields(CodingKeys.self)
        requests = try container.wholeNumberIfPresent(forKey: .requests)
        tokens = try container.wholeNumberIfPresent(forKey: .tokens)
        costMicros = try container.wholeNumberIfPresent(forKey: .costMicros)
        spendMicros = try container.wholeNumberIfPresent(forKey: .spendMicros)
    }
}
