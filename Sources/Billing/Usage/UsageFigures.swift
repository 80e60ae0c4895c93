/// What usage adds up to: in 64 bits as it is kept, in 128 as it is summed up for a question.
public struct UsageFigures<Number: FixedWidthInteger & Sendable>: Hashable, Sendable {
    public var requests: Number = 0
    /// Those of them that came when their month was closed.
    public var late: Number = 0
    public var costMicros: Number = 0
    public var priceMicros: Number = 0
    /// Of the requests that say how long they took: the sum, and how many they are.
    public var latencyMs: Number = 0
    public var latencies: Number = 0
    /// Millionths, in the order of `UsageUnit.tokens`.
    public var inputTokens: Number = 0
    public var outputTokens: Number = 0
    public var cacheReadTokens: Number = 0
    public var cacheWrite5mTokens: Number = 0
    public var cacheWrite1hTokens: Number = 0
    public var reasoningTokens: Number = 0

    public init() {}

    public var isZero: Bool { self == UsageFigures() }

    /// - Throws: `overflow`; nothing is changed then.
    public func adding(_ other: UsageFigures) throws(BillingError) -> UsageFigures {
        var sum = UsageFigures()
        sum.requests = try Self.sum(requests, other.requests)
        sum.late = try Self.sum(late, other.late)
        sum.costMicros = try Self.sum(costMicros, other.costMicros)
        sum.priceMicros = try Self.sum(priceMicros, other.priceMicros)
        sum.latencyMs = try Self.sum(latencyMs, other.latencyMs, orElse: .latencyOverflow)
        sum.latencies = try Self.sum(latencies, other.latencies)
        sum.inputTokens = try Self.sum(inputTokens, other.inputTokens, orElse: .overflow(of: .inputTokens))
        sum.outputTokens = try Self.sum(outputTokens, other.outputTokens, orElse: .overflow(of: .outputTokens))
        sum.cacheReadTokens = try Self.sum(
            cacheReadTokens, other.cacheReadTokens, orElse: .overflow(of: .cacheReadTokens))
        sum.cacheWrite5mTokens = try Self.sum(
            cacheWrite5mTokens, other.cacheWrite5mTokens, orElse: .overflow(of: .cacheWrite5mTokens))
        sum.cacheWrite1hTokens = try Self.sum(
            cacheWrite1hTokens, other.cacheWrite1hTokens, orElse: .overflow(of: .cacheWrite1hTokens))
        sum.reasoningTokens = try Self.sum(
            reasoningTokens, other.reasoningTokens, orElse: .overflow(of: .reasoningTokens))
        return sum
    }

    /// - Throws: `overflow`.
    public func subtracting(_ other: UsageFigures) throws(BillingError) -> UsageFigures {
        var rest = UsageFigures()
        rest.requests = try Self.difference(requests, other.requests)
        rest.late = try Self.difference(late, other.late)
        rest.costMicros = try Self.difference(costMicros, other.costMicros)
        rest.priceMicros = try Self.difference(priceMicros, other.priceMicros)
        rest.latencyMs = try Self.difference(latencyMs, other.latencyMs)
        rest.latencies = try Self.difference(latencies, other.latencies)
        rest.inputTokens = try Self.difference(inputTokens, other.inputTokens)
        rest.outputTokens = try Self.difference(outputTokens, other.outputTokens)
        rest.cacheReadTokens = try Self.difference(cacheReadTokens, other.cacheReadTokens)
        rest.cacheWrite5mTokens = try Self.difference(cacheWrite5mTokens, other.cacheWrite5mTokens)
        rest.cacheWrite1hTokens = try Self.difference(cacheWrite1hTokens, other.cacheWrite1hTokens)
        rest.reasoningTokens = try Self.difference(reasoningTokens, other.reasoningTokens)
        return rest
    }

    /// All six kinds, in the order of `UsageUnit.tokens`.
    public var tokens: [Number] {
        [inputTokens, outputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens, reasoningTokens]
    }

    private static func difference(_ left: Number, _ right: Number) throws(BillingError) -> Number {
        let (difference, overflow) = left.subtractingReportingOverflow(right)
        guard !overflow else { throw .overflow }
        return difference
    }

    private static func sum(
        _ left: Number, _ right: Number, orElse fault: @autoclosure () -> BillingError = .overflow
    ) throws(BillingError) -> Number {
        let (sum, overflow) = left.addingReportingOverflow(right)
        guard !overflow else { throw fault() }
        return sum
    }
}

/// What is kept of a stretch of time.
public typealias UsageSums = UsageFigures<Int64>

extension UsageFigures<Int64> {
    /// What one event adds.
    public init(_ event: UsageEvent) {
        let sign: Int64 = event.kind == .correction ? -1 : 1
        requests = sign
        late = event.isLate ? sign : 0
        costMicros = event.costMicros
        priceMicros = event.priceMicros
        latencyMs = (event.latencyMs ?? 0) * sign
        latencies = event.latencyMs == nil ? 0 : sign
        inputTokens = event.quantities[.inputTokens].millionths
        outputTokens = event.quantities[.outputTokens].millionths
        cacheReadTokens = event.quantities[.cacheReadTokens].millionths
        cacheWrite5mTokens = event.quantities[.cacheWrite5mTokens].millionths
        cacheWrite1hTokens = event.quantities[.cacheWrite1hTokens].millionths
        reasoningTokens = event.quantities[.reasoningTokens].millionths
    }
}

extension LimitAmounts {
    /// What one event adds; below zero for a correction.
    public init(_ event: UsageEvent) throws(BillingError) {
        try self.init(event.quantities, costMicros: event.costMicros, spendMicros: event.priceMicros)
        if event.kind == .correction { requests = -1 }
    }

    /// - Throws: `overflow`.
    public func adding(_ other: LimitAmounts) throws(BillingError) -> LimitAmounts {
        func sum(_ left: Int64, _ right: Int64, orElse fault: BillingError = .overflow) throws(BillingError) -> Int64 {
            let (sum, overflow) = left.addingReportingOverflow(right)
            guard !overflow else { throw fault }
            return sum
        }
        return LimitAmounts(
            requests: try sum(requests, other.requests),
            tokens: try sum(tokens, other.tokens, orElse: .quantityOverflow),
            costMicros: try sum(costMicros, other.costMicros), spendMicros: try sum(spendMicros, other.spendMicros))
    }
}
