public import Ledger

/// Something about a limit, a wallet or a charge that somebody should hear of; given once for each crossing.
public struct Alert: Identified, Hashable, Sendable {
    public static let idPrefix = "balt"
    public typealias ID = Identifier<Alert>

    public enum Kind: String, Codable, CaseIterable, Sendable {
        /// A percentage of a limit is used.
        case limit
        /// A request was refused by a limit.
        case limitReached = "limit_reached"
        /// A request was let through after a wait only.
        case throttled
        /// A percentage of what the wallet held after it was filled last is spent.
        case wallet
        /// The wallet has come down to the balance that the account calls low.
        case lowBalance = "low_balance"
        /// The wallet is not filled by itself any more, as the card was declined too often, or money of a top-up goes
        /// back.
        case autoTopUpStopped = "auto_top_up_stopped"
        /// A customer disputes a payment with their bank.
        case dispute
        /// A try to have a charge paid has failed, and Bursar goes on by itself or gives up.
        case chargeFailed = "charge_failed"
        /// A charge waits for the customer, who finishes the payment or gives another card.
        case chargeNeedsCustomer = "charge_needs_customer"
        /// A charge is not tried again.
        case chargeGivenUp = "charge_given_up"
    }

    /// What is measured of a wallet: its balance, in micros.
    public static let walletMeasure = "wallet"

    public let id: ID
    public let account: ConnectedAccount.ID
    /// `nil` where it is about the whole account.
    public let customer: Customer.ID?
    /// The id of the key that it is about.
    public let apiKey: String?
    public let kind: Kind
    /// A limit's name, such as `month.spend_micros`; `wallet`; Stripe's id of a dispute, `du_…`; or a charge's.
    public let measure: String
    /// 0 where no percentage is crossed.
    public let percent: Int64
    /// Of the limit's period, when the wallet was filled last, when the dispute began, or when the charge was tried.
    public let periodStart: Instant
    /// In the measure: requests, whole tokens or micros. Of a dispute, the micros in dispute, and of the payment. Of a
    /// charge, which try it was, and how many the schedule has.
    public let used: Int64
    public let cap: Int64
    public let charge: ChargeNotice?
    public let createdAt: Instant

    public init(
        id: ID, account: ConnectedAccount.ID, customer: Customer.ID?, apiKey: String?, kind: Kind, measure: String,
        percent: Int64, periodStart: Instant, used: Int64, cap: Int64, charge: ChargeNotice? = nil, createdAt: Instant
    ) {
        self.id = id
        self.account = account
        self.customer = customer
        self.apiKey = apiKey
        self.kind = kind
        self.measure = measure
        self.percent = percent
        self.periodStart = periodStart
        self.used = used
        self.cap = cap
        self.charge = charge
        self.createdAt = createdAt
    }

    /// What it is about: the same thing crosses the same percentage once in a period.
    public var subject: String {
        apiKey.map { "key:\($0)" } ?? customer.map { "customer:\($0)" } ?? "account:\(account)"
    }

    /// What it is told of once in a period. A limit that was raised or lowered meanwhile is another one.
    public var occasion: String {
        switch kind {
        case .limit, .limitReached, .throttled: measure == Self.walletMeasure ? subject : "\(subject) cap:\(cap)"
        case .wallet, .lowBalance, .autoTopUpStopped, .dispute, .chargeFailed, .chargeNeedsCustomer, .chargeGivenUp:
            subject
        }
    }
}

/// What an alert about a charge says besides.
public struct ChargeNotice: Hashable, Sendable {
    public let charge: Charge.ID
    /// The decline code, for the merchant; a customer is shown `DeclineAdvice.presentable` of it. At the end why it
    /// was given up.
    public let reason: String?
    /// The page on which the customer finishes the payment.
    public let url: String?

    public init(charge: Charge.ID, reason: String?, url: String?) {
        self.charge = charge
        self.reason = reason
        self.url = url
    }
}
