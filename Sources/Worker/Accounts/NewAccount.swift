public import Foundation

/// A merchant as a caller describes one; nothing is checked yet. Amounts are minor units of `currency`.
public struct NewAccount: Sendable {
    public var name: String
    public var email: String?
    /// ISO 3166-1 alpha-2.
    public var country: String?
    /// ISO 4217; for good.
    public var currency: String
    /// `connect`, `platform` or `none`; for good.
    public var stripe: String
    /// Added to what usage costs; −100 at the least.
    public var markupPercent: Decimal?
    /// Of each charge, for the platform; only with `connect`.
    public var applicationFeePercent: Decimal?
    /// On each charge, for the platform; only with `connect`.
    public var applicationFeeFixed: Int64?
    /// `off`, `daily` or `monthly`. It is `off` unless the caller says otherwise: no card is ever charged by a
    /// default.
    public var cycle: String?
    /// A customer who owes this much is charged at once.
    public var chargeThreshold: Int64?
    public var topUpMinimum: Int64?
    public var topUpMaximum: Int64?
    /// Members of `BillingTerms`, as the API writes them.
    public var terms: JSONTree?

    public init(
        name: String, email: String? = nil, country: String? = nil, currency: String, stripe: String,
        markupPercent: Decimal? = nil, applicationFeePercent: Decimal? = nil, applicationFeeFixed: Int64? = nil,
        cycle: String? = nil, chargeThreshold: Int64? = nil, topUpMinimum: Int64? = nil, topUpMaximum: Int64? = nil,
        terms: JSONTree? = nil
    ) {
        self.name = name
        self.email = email
        self.country = country
        self.currency = currency
        self.stripe = stripe
        self.markupPercent = markupPercent
        self.applicationFeePercent = applicationFeePercent
        self.applicationFeeFixed = applicationFeeFixed
        self.cycle = cycle
        self.chargeThreshold = chargeThreshold
        self.topUpMinimum = topUpMinimum
        self.topUpMaximum = topUpMaximum
        self.terms = terms
    }
}

/// What a caller wants to be different; what is `nil` or `.keep` stays as it is.
public struct AccountChange: Sendable {
    /// For what can also be taken away.
    public enum Field<Value: Sendable>: Sendable {
        case keep
        case clear
        case set(Value)
    }

    public var name: String?
    public var email: Field<String> = .keep
    public var country: Field<String> = .keep
    /// Accepted only when it is what the account has.
    public var currency: String?
    /// Accepted only when it is what the account has.
    public var stripe: String?
    public var markupPercent: Decimal?
    public var applicationFeePercent: Decimal?
    public var applicationFeeFixed: Int64?
    public var cycle: String?
    public var chargeThreshold: Field<Int64> = .keep
    public var topUpMinimum: Field<Int64> = .keep
    public var topUpMaximum: Field<Int64> = .keep
    /// Merged into the account's terms: what is missing stays, what is null is taken away.
    public var terms: Field<JSONTree> = .keep

    public init() {}
}

extension AccountChange.Field: Equatable where Value: Equatable {}
extension AccountChange.Field: Hashable where Value: Hashable {}
