public import Ledger

/// A merchant, and how their Stripe account is reached.
public struct ConnectedAccount: Identified, Hashable, Sendable {
    public static let idPrefix = "bacc"
    public typealias ID = Identifier<ConnectedAccount>

    /// Whose Stripe account takes the money.
    public enum StripeMode: String, CaseIterable, Sendable {
        /// The merchant's own account, reached through Connect.
        case connect
        /// The platform's own account, with no Connect at all.
        case platform
        /// None: usage is metered and nothing is ever charged.
        case none
    }

    public enum Status: String, CaseIterable, Sendable {
        /// No Stripe account yet, or one whose onboarding is not finished.
        case incomplete
        /// Charges are enabled.
        case connected
        /// Stripe has switched charges off; `statusReason` and `requirementsDue` say why.
        case restricted
        /// The merchant has withdrawn the access. Nothing is sent for the account.
        case disconnected
        /// `StripeMode.none`.
        case unbilled
    }

    /// When what accrued is charged without anybody asking.
    public enum Cycle: String, CaseIterable, Sendable { case off, daily, monthly }

    public let id: ID
    public var name: String
    public var email: String?
    /// ISO 3166-1 alpha-2.
    public var country: String?
    public let currency: Currency
    public let stripeMode: StripeMode
    /// `acct_…`; `nil` for the platform's own account and before onboarding.
    public var stripeAccount: String?
    public var status: Status
    public var statusReason: String?
    public var requirementsDue: [String]
    public var markup: Percent
    public var applicationFeePercent: Percent
    /// Minor units of `currency` on each charge.
    public var applicationFeeFixed: Int64
    public var cycle: Cycle
    /// Minor units: a customer whose accrued usage reaches it is charged at once.
    public var chargeThreshold: Int64?
    /// Bounds of a top-up, minor units; Stripe's own hold besides.
    public var topUpMinimum: Int64?
    public var topUpMaximum: Int64?
    /// When the next charge run of `cycle` falls due.
    public var nextRunAt: Instant?
    /// How usage is priced, held and bounded. `markup` stands beside them: it is the account's own.
    public var terms: BillingTerms
    /// Another text whenever its meters or products change; empty for an account that never had any.
    public var meteringVersion = ""
    public let createdAt: Instant

    public init(
        id: ID, name: String, email: String?, country: String?, currency: Currency, stripeMode: StripeMode,
        stripeAccount: String? = nil, status: Status, statusReason: String? = nil, requirementsDue: [String] = [],
        markup: Percent = .zero, applicationFeePercent: Percent = .zero, applicationFeeFixed: Int64 = 0,
        cycle: Cycle = .off, chargeThreshold: Int64? = nil, topUpMinimum: Int64? = nil, topUpMaximum: Int64? = nil,
        nextRunAt: Instant? = nil, terms: BillingTerms = BillingTerms(), createdAt: Instant
    ) {
        self.id = id
        self.name = name
        self.email = email
        self.country = country
        self.currency = currency
        self.stripeMode = stripeMode
        self.stripeAccount = stripeAccount
        self.status = status
        self.statusReason = statusReason
        self.requirementsDue = requirementsDue
        self.markup = markup
        self.applicationFeePercent = applicationFeePercent
        self.applicationFeeFixed = applicationFeeFixed
        self.cycle = cycle
        self.chargeThreshold = chargeThreshold
        self.topUpMinimum = topUpMinimum
        self.topUpMaximum = topUpMaximum
        self.nextRunAt = nextRunAt
        self.terms = terms
        self.createdAt = createdAt
    }

    /// The name of the account's book in the ledger.
    public var book: String { id.text }

    public var canCharge: Bool { status == .connected }

    /// The platform's fee on a charge of `amount` minor units: percent rounded half up, plus the fixed part,
    /// never more than the charge (Stripe caps it at the captured amount), in whole steps of the currency. Only Connect
    /// knows such a fee.
    public func applicationFee(on amount: Int64, step: Int64) -> Int64 {
        guard stripeMode == .connect else { return 0 }
        let share = (Int128(amount) * Int128(applicationFeePercent.partsPerMillion) + 500_000) / 1_000_000
        let fee = Int64(clamping: min(Int128(amount), share + Int128(applicationFeeFixed)))
        return fee - fee % step
    }
}
