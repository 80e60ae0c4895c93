/// The percentages that are put on what the providers take. The first that there is holds: of the model, of the
/// provider, of the customer's plan, of the account.
public struct MarkupRules: Hashable, Sendable {
    /// By the model's name as the event or the catalogue writes it, or as `provider/model`.
    public var models: [String: Percent]
    public var providers: [String: Percent]
    public var plan: Percent?
    public var account: Percent

    public init(models: [String: Percent] = [:], providers: [String: Percent] = [:], plan: Percent?, account: Percent) {
        self.models = models
        self.providers = providers
        self.plan = plan
        self.account = account
    }

    /// - Parameter names: what the model is called, the most particular name first.
    public func markup(models names: [String], provider: String?) -> Markup {
        for name in names { if let percent = models[name] { return Markup(percent: percent, of: .model, name: name) } }
        if let provider, let percent = providers[provider] {
            return Markup(percent: percent, of: .provider, name: provider)
        }
        if let plan { return Markup(percent: plan, of: .plan, name: nil) }
        return Markup(percent: account, of: .account, name: nil)
    }
}

/// A percentage, and whose rule it was.
public struct Markup: Hashable, Codable, Sendable {
    public enum Owner: String, Codable, Sendable { case model, provider, plan, account }

    public let percent: Percent
    public let of: Owner
    /// Of the model or the provider.
    public let name: String?

    public init(percent: Percent, of: Owner, name: String?) {
        self.percent = percent
        self.of = of
        self.name = name
    }

    /// Cost and markup together. At −100 % and below it is free, never negative.
    public func applied(to cost: ExactAmount) throws(BillingError) -> ExactAmount {
        let (factor, overflow) = percent.partsPerMillion.addingReportingOverflow(1_000_000)
        guard !overflow else { throw .overflow }
        return try cost.times(millionths: max(0, factor))
    }
}

/// What each request costs besides.
public struct FlatFee: Hashable, Codable, Sendable {
    public enum Owner: String, Codable, Sendable { case plan, account }

    public let micros: Int64
    public let of: Owner

    public init(micros: Int64, of: Owner) {
        self.micros = micros
        self.of = of
    }
}
