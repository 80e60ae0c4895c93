public import Billing
public import Ledger

/// Why a request is not let do what it wants. Nothing is held then.
public struct AuthorizationRefusal: Hashable, Sendable {
    public enum Reason: String, Sendable {
        /// By who asks, or for what: no waiting and no money helps.
        case forbidden
        /// By a limit of the account or of the customer's plan.
        case quota
        /// By what a key may spend in its life.
        case keyCap
        /// By what a prepaid customer has.
        case wallet
    }

    /// A limit, a key's cap or a wallet, in its own measure: requests, whole tokens or micros.
    public struct Bound: Hashable, Sendable {
        /// `month.spend_micros`, `max_spend`, `wallet` and so on.
        public let limit: String
        public let scope: QuotaScope
        /// Of a wallet: what is owed.
        public let spent: Int64
        public let held: Int64
        /// Of a wallet: what is in it.
        public let cap: Int64
        /// What the request would take.
        public let asked: Int64
        /// When it begins anew; `nil` for what never does.
        public let resetsAt: Instant?
    }

    public let reason: Reason
    public let code: String
    public let detail: String
    public let bound: Bound?
    public let retryAfterSeconds: Int64?
    /// Where the customer can pay, where that helps and the account takes payments.
    public internal(set) var topUpURL: String?

    private init(
        _ reason: Reason, _ code: String, _ detail: String, _ bound: Bound? = nil, retryAfterSeconds: Int64? = nil
    ) {
        self.reason = reason
        self.code = code
        self.detail = detail
        self.bound = bound
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// The field of a request that it lies in.
    var field: String {
        switch reason {
        case .forbidden where code == "model_not_allowed": "model"
        case .forbidden where code.hasPrefix("key_"), .keyCap: "key"
        case .forbidden, .quota, .wallet: "customer"
        }
    }

    static func forbidden(_ code: String, _ detail: String) -> Self { Self(.forbidden, code, detail) }

    static func quota(_ standing: LimitStanding, asked: LimitAmounts, at now: Instant) -> Self {
        let whose = standing.scope == .account ? "account's" : "plan's"
        return Self(
            .quota, "quota_exceeded",
            "the \(whose) limit \(standing.name) does not allow it: \(standing.used) of \(standing.limit) used, "
                + "\(standing.held) held", Bound(standing, asked: asked[standing.name.measure]),
            retryAfterSeconds: standing.retryAfterSeconds(at: now))
    }

    static func keyCap(_ standing: LimitStanding, asked: LimitAmounts) -> Self {
        Self(
            .keyCap, "key_cap_reached",
            "the key may spend \(standing.limit) micros in all; raise its max_spend, or use another key",
            Bound(standing, asked: asked.spendMicros))
    }

    static func wallet(_ wallet: WalletStanding, asked: Int64) -> Self {
        Self(
            .wallet, "insufficient_balance",
            "the customer has \(wallet.available) micros available and \(asked) are asked for; open a page to pay on "
                + "with POST /v1/top_ups",
            Bound(
                limit: Alert.walletMeasure, scope: .customer, spent: wallet.accrued, held: wallet.held,
                cap: wallet.balance, asked: asked, resetsAt: nil))
    }
}

extension AuthorizationRefusal.Bound {
    init(_ standing: LimitStanding, asked: Int64) {
        self.init(
            limit: standing.name.description, scope: standing.scope, spent: standing.used, held: standing.held,
            cap: standing.limit, asked: asked, resetsAt: standing.resetsAt)
    }
}

/// What a prepaid customer has, in micros.
public struct WalletStanding: Hashable, Sendable {
    /// Neither past its expiry nor frozen.
    public let balance: Int64
    /// Used, and not paid for.
    public let accrued: Int64
    /// Used, and paid by what was taken back afterwards.
    public let receivable: Int64
    public let held: Int64

    init(balance: Int64, accrued: Int64, receivable: Int64 = 0, held: Int64) {
        self.balance = balance
        self.accrued = accrued
        self.receivable = receivable
        self.held = held
    }

    /// What can still be held; below zero after a capture above its hold.
    public var available: Int64 { mostHeld(before: held) }

    /// What may be held before so much more is.
    func mostHeld(before asked: Int64) -> Int64 {
        Int64(clamping: Int128(balance) - Int128(accrued) - Int128(receivable) - Int128(asked))
    }
}
