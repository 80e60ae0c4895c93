/// How an account bills, as it is stored and as the API writes it. What is `nil` was not said; `inForce` has the
/// defaults in its place.
public struct BillingTerms: Hashable, Codable, Sendable {
    /// Percent, by name; they go before those of the plan and the account.
    public struct Markups: Hashable, Codable, Sendable {
        public var models: [String: Percent]?
        public var providers: [String: Percent]?

        public init(models: [String: Percent]? = nil, providers: [String: Percent]? = nil) {
            self.models = models
            self.providers = providers
        }
    }

    /// What becomes of an event whose model has no price.
    public enum UnknownModel: String, Codable, CaseIterable, Sendable {
        case refuse
        /// It is priced by `ceiling`, and its line is marked.
        case ceiling
    }

    /// What becomes of a customer who had spent what was taken back.
    public enum OnClawback: String, Codable, CaseIterable, Sendable {
        /// They go on, and owe it.
        case keep
        /// They are blocked until somebody unblocks them.
        case block
    }

    public var markups: Markups?
    /// On each request, in micros of the account's currency.
    public var flatFeeMicros: Int64?
    /// One US dollar in the account's currency; needed to price by the catalogue in another than US dollars.
    public var usdRate: ExchangeRate?
    /// IANA name: where the account's days and months begin.
    public var timeZone: String?
    public var unknownModel: UnknownModel?
    /// In US dollars, like the catalogue.
    public var ceiling: UnitPrices?
    public var creditValues: CreditUnit?
    /// How far above its hold a capture may go: 100 is up to twice the hold.
    public var captureAbovePercent: Percent?
    /// How long a hold lives that does not say so itself.
    public var holdSeconds: Int64?
    /// How long after its end a month still takes events that happened in it.
    public var periodGraceHours: Int64?
    /// At which percentages of a budget an alert is given.
    public var alertPercents: [Int64]?
    /// A wallet that falls below it is told of.
    public var lowBalanceMicros: Int64?
    public var prepaid: Bool?
    /// When a refund or a dispute takes back a top-up of which something was spent.
    public var onClawback: OnClawback?
    /// Of the whole account, all its customers together.
    public var limits: Limits?
    /// What becomes of a request that is above the account's limits.
    public var overage: Overage?
    /// Of the account's limits.
    public var bands: [GraceBand]?
    /// How a charge that was not paid is followed.
    public var dunning: DunningTerms?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case markups, ceiling, prepaid, limits, overage, bands, dunning
        case flatFeeMicros = "flat_fee_micros", usdRate = "usd_rate"
        case timeZone = "time_zone", unknownModel = "unknown_model", creditValues = "credit_values"
        case captureAbovePercent = "capture_above_percent", holdSeconds = "hold_seconds"
        case periodGraceHours = "period_grace_hours", alertPercents = "alert_percents"
        case lowBalanceMicros = "low_balance_micros", onClawback = "on_clawback"
    }

    /// Nothing said: all defaults.
    public init() {}

    /// The names that the JSON knows, so that a slip of the keyboard can be refused.
    public static var fields: [String] { CodingKeys.allCases.map(\.rawValue) }
}

extension BillingTerms {
    public static let longestHoldSeconds: Int64 = 86_400

    /// The terms with the defaults where nothing was said.
    public struct InForce: Sendable {
        let terms: BillingTerms

        public var modelMarkups: [String: Percent] { terms.markups?.models ?? [:] }
        public var providerMarkups: [String: Percent] { terms.markups?.providers ?? [:] }
        public var flatFeeMicros: Int64 { terms.flatFeeMicros ?? 0 }
        public var timeZone: String { terms.timeZone ?? "UTC" }
        public var unknownModel: UnknownModel { terms.unknownModel ?? .refuse }
        public var ceiling: UnitPrices { terms.ceiling ?? .none }
        public var captureAbovePercent: Percent { terms.captureAbovePercent ?? Percent(partsPerMillion: 1_000_000) }
        public var holdSeconds: Int64 { terms.holdSeconds ?? 600 }
        public var periodGraceHours: Int64 { terms.periodGraceHours ?? 72 }
        public var alertPercents: [Int64] { terms.alertPercents ?? [50, 80, 100] }
        /// Zero: only an empty wallet is told of.
        public var lowBalanceMicros: Int64 { terms.lowBalanceMicros ?? 0 }
        public var prepaid: Bool { terms.prepaid ?? false }
        public var onClawback: OnClawback { terms.onClawback ?? .keep }
        public var limits: Limits { terms.limits ?? .none }
        public var bands: [GraceBand] { GraceBand.inForce(terms.bands, overage: terms.overage ?? .block) }
        public var dunning: DunningTerms { terms.dunning ?? DunningTerms() }
    }

    public var inForce: InForce { InForce(terms: self) }

    /// - Throws: `bad_terms`, with the field, for what cannot hold.
    public func check() throws(BillingError) {
        let percents = Array(inForce.modelMarkups) + Array(inForce.providerMarkups)
        guard percents.allSatisfy({ !$0.key.isEmpty && $0.value.partsPerMillion >= -1_000_000 }) else {
            throw .badTerms(.markups, "a markup is at least −100 %, and of something that has a name")
        }
        guard inForce.flatFeeMicros >= 0 else { throw .badTerms(.flatFeeMicros, "a fee is at least 0") }
        guard CivilZone(inForce.timeZone) != nil else {
            throw .badTerms(.timeZone, "write an IANA name, as in Europe/Berlin")
        }
        guard inForce.unknownModel == .refuse || !inForce.ceiling.isEmpty else {
            throw .badTerms(.ceiling, "say what an unknown model is priced at, or refuse unknown models")
        }
        guard inForce.ceiling.units.allSatisfy({ inForce.ceiling[$0]?.isZero == false }) else {
            throw .badTerms(.ceiling, "a ceiling is above 0 for each of its units, as nothing unknown is free")
        }
        guard (0...10_000_000).contains(inForce.captureAbovePercent.partsPerMillion) else {
            throw .badTerms(.captureAbovePercent, "it is from 0 to 1000 %")
        }
        guard (1...Self.longestHoldSeconds).contains(inForce.holdSeconds) else {
            throw .badTerms(.holdSeconds, "a hold lives from 1 to \(Self.longestHoldSeconds) seconds")
        }
        guard (0...744).contains(inForce.periodGraceHours) else {
            throw .badTerms(.periodGraceHours, "it is from 0 to 744 hours, a month")
        }
        let alerts = inForce.alertPercents
        guard alerts.count <= 20, alerts.allSatisfy({ (1...1000).contains($0) }), Set(alerts).count == alerts.count
        else { throw .badTerms(.alertPercents, "give at most 20 different percentages from 1 to 1000") }
        guard inForce.lowBalanceMicros >= 0 else { throw .badTerms(.lowBalanceMicros, "it is at least 0") }
        let fault =
            limits?.fault(at: "limits") ?? GraceBand.fault(in: bands ?? [], at: "bands")
            ?? dunning?.fault(at: "dunning")
        if let fault { throw .badTerms(fault) }
    }
}
