/// What a plan grants and asks, as it is stored and as the API writes it. What is `nil` was not said.
public struct PlanTerms: Hashable, Sendable {
    public var limits: Limits?
    /// `nil` allows all.
    public var allowedModels: AllowedModels?
    /// On what the providers take; goes before the account's.
    public var markupPercent: Percent?
    /// On each request, in micros of the account's currency; goes before the account's.
    public var flatFeeMicros: Int64?
    public var overage: Overage?
    public var bands: [GraceBand]?
    /// Goes before the account's.
    public var prepaid: Bool?

    /// Nothing said: no limits.
    public init(
        limits: Limits? = nil, allowedModels: AllowedModels? = nil, markupPercent: Percent? = nil,
        flatFeeMicros: Int64? = nil, overage: Overage? = nil, bands: [GraceBand]? = nil, prepaid: Bool? = nil
    ) {
        self.limits = limits
        self.allowedModels = allowedModels
        self.markupPercent = markupPercent
        self.flatFeeMicros = flatFeeMicros
        self.overage = overage
        self.bands = bands
        self.prepaid = prepaid
    }

    /// What happens at which part of a limit, the defaults included.
    public var bandsInForce: [GraceBand] { GraceBand.inForce(bands, overage: overage ?? .block) }
}

extension PlanTerms: Codable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case limits, overage, bands, prepaid, allowedModels = "allowed_models", markupPercent = "markup_percent"
        case flatFeeMicros = "flat_fee_micros"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.knownFields(CodingKeys.self)
        limits = try container.decodeIfPresent(Limits.self, forKey: .limits)
        allowedModels = try container.decodeIfPresent(AllowedModels.self, forKey: .allowedModels)
        markupPercent = try container.decodeIfPresent(Percent.self, forKey: .markupPercent)
        flatFeeMicros = try container.wholeNumberIfPresent(forKey: .flatFeeMicros)
        overage = try container.decodeIfPresent(Overage.self, forKey: .overage)
        bands = try container.decodeIfPresent([GraceBand].self, forKey: .bands)
        prepaid = try container.decodeIfPresent(Bool.self, forKey: .prepaid)
    }

    /// The names that the JSON knows.
    public static var fields: [String] { CodingKeys.allCases.map(\.rawValue) }

    /// - Throws: `bad_terms`, with the field, for what cannot be read or cannot hold.
    public init(json: String) throws(BillingError) {
        self = try TermsJSON.read(Self.self, from: json)
        try check()
    }

    /// Compact, always the same text for the same terms.
    public func json() throws(BillingError) -> String { try TermsJSON.write(self) }

    /// The first thing that cannot hold.
    public var fault: TermsFault? {
        if let fault = limits?.fault(at: "limits") ?? allowedModels?.fault(at: "allowed_models") { return fault }
        if let markupPercent, !(-1_000_000...10_000_000_000).contains(markupPercent.partsPerMillion) {
            return TermsFault("markup_percent", "it is from -100 to 1000000")
        }
        if let flatFeeMicros, flatFeeMicros < 0 { return TermsFault("flat_fee_micros", "a fee is at least 0") }
        return GraceBand.fault(in: bands ?? [], at: "bands")
    }

    /// - Throws: `bad_terms`, with the field.
    public func check() throws(BillingError) {
        if let fault { throw .badTerms(fault) }
    }
}
