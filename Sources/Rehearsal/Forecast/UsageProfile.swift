import Worker

/// How customers use a configuration. Days are unlike: between half and one and a half times as much.
public struct UsageProfile: Sendable {
    public var customers = 12
    public var days = 365
    public var requestsPerDay = 10
    /// Of each request, in micros; not asked for where a model is named.
    public var costMicros: Int64 = 20_000
    public var model: String?
    public var inputTokens: Int64 = 2_000
    public var outputTokens: Int64 = 500
    /// Customers whose card declines, of a hundred.
    public var declinesPercent: Int64 = 10

    public init() {}

    /// What a request is, as `POST /v1/usage` takes it.
    var request: [String: JSONTree] {
        guard let model else { return ["cost_micros": .integer(costMicros)] }
        return [
            "model": .text(model), "input_tokens": .integer(inputTokens), "output_tokens": .integer(outputTokens),
        ]
    }
}
