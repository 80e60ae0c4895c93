public import Ledger

/// When a wallet is filled by itself, off session with the saved card. As it is stored with the customer and as the
/// API writes it.
public struct AutoTopUpPolicy: Hashable, Sendable {
    /// It starts when the balance falls below this.
    public var thresholdMicros: Int64
    public var amountMicros: Int64
    /// The most in one month of the customer's time zone; `nil` for no bound.
    public var monthlyLimitMicros: Int64?
    /// From one start to the next; `nil` for five minutes.
    public var coolDownSeconds: Int64?

    public static let mostDeclines: Int64 = 3
    static let usualCoolDown: Int64 = 300
    static let longestCoolDown: Int64 = 31 * 86_400
    static let largest: Int64 = 1_000_000_000_000_000

    public init(
        thresholdMicros: Int64, amountMicros: Int64, monthlyLimitMicros: Int64? = nil, coolDownSeconds: Int64? = nil
    ) {
        self.thresholdMicros = thresholdMicros
        self.amountMicros = amountMicros
        self.monthlyLimitMicros = monthlyLimitMicros
        self.coolDownSeconds = coolDownSeconds
    }

    public var coolDownInForce: Int64 { coolDownSeconds ?? Self.usualCoolDown }

    /// The first thing that cannot hold. Whether the amount can be charged in the currency is another question.
    public var fault: TermsFault? {
        guard (0...Self.largest).contains(thresholdMicros) else {
            return TermsFault("threshold_micros", "it is from 0 to \(Self.largest)")
        }
        guard (1...Self.largest).contains(amountMicros) else {
            return TermsFault("amount_micros", "it is from 1 to \(Self.largest)")
        }
        if let monthlyLimitMicros, monthlyLimitMicros < amountMicros {
            return TermsFault("monthly_limit_micros", "it is at least amount_micros, or nothing would ever be filled")
        }
        guard (0...Self.longestCoolDown).contains(coolDownInForce) else {
            return TermsFault("cool_down_seconds", "it is from 0 to \(Self.longestCoolDown), a month")
        }
        return nil
    }

    /// - Throws: `bad_terms`, with the field.
    public func check() throws(BillingError) {
        if let fault { throw .badTerms(fault) }
    }
}

extension AutoTopUpPolicy: Codable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case thresholdMicros = "threshold_micros", amountMicros = "amount_micros"
        case monthlyLimitMicros = "monthly_limit_micros", coolDownSeconds = "cool_down_seconds"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.knownFields(CodingKeys.self)
        thresholdMicros = try container.wholeNumber(forKey: .thresholdMicros)
        amountMicros = try container.wholeNumber(forKey: .amountMicros)
        monthlyLimitMicros = try container.wholeNumberIfPresent(forKey: .monthlyLimitMicros)
        coolDownSeconds = try container.wholeNumberIfPresent(forKey: .coolDownSeconds)
    }

    /// - Throws: `bad_terms`, with the field, for what cannot be read or cannot hold.
    public init(json: String) throws(BillingError) {
        self = try TermsJSON.read(Self.self, from: json)
        try check()
    }

    /// Compact, always the same text for the same policy.
    public func json() throws(BillingError) -> String { try TermsJSON.write(self) }
}

/// How a customer's automatic top-ups went.
public struct AutoTopUpState: Hashable, Sendable {
    public enum StopReason: String, Codable, CaseIterable, Sendable {
        case declinedThreeTimes = "declined_three_times"
        /// Money of a top-up goes back; filled again, it would be taken again.
        case topUpRefunded = "top_up_refunded"
        /// The customer disputes a top-up with their bank.
        case topUpDisputed = "top_up_disputed"
        /// Credit that a correction had made of a charge goes back with the charge's money.
        case chargeRefunded = "charge_refunded"
        case chargeDisputed = "charge_disputed"
    }

    public var isInFlight: Bool
    /// In a row.
    public var declines: Int64
    public var lastStartedAt: Instant?
    /// Of the month of the last start.
    public var monthStart: Instant?
    /// What was started in that month and not declined.
    public var monthTotalMicros: Int64
    /// Until somebody resumes it.
    public var stoppedAt: Instant?
    public var stopReason: StopReason?

    public init(
        isInFlight: Bool = false, declines: Int64 = 0, lastStartedAt: Instant? = nil, monthStart: Instant? = nil,
        monthTotalMicros: Int64 = 0, stoppedAt: Instant? = nil, stopReason: StopReason? = nil
    ) {
        self.isInFlight = isInFlight
        self.declines = declines
        self.lastStartedAt = lastStartedAt
        self.monthStart = monthStart
        self.monthTotalMicros = monthTotalMicros
        self.stoppedAt = stoppedAt
        self.stopReason = stopReason
    }

    /// What counts against the monthly limit.
    func total(inMonthFrom start: Instant) -> Int64 { monthStart == start ? monthTotalMicros : 0 }

    public mutating func start(_ amountMicros: Int64, at now: Instant, in zone: CivilZone) {
        let month = Period(.month, holding: now, in: zone).start
        monthTotalMicros = Int64(clamping: Int128(total(inMonthFrom: month)) + Int128(amountMicros))
        monthStart = month
        lastStartedAt = now
        isInFlight = true
    }

    public mutating func succeed() {
        isInFlight = false
        declines = 0
    }

    /// The third in a row stops it. What was declined does not count against its month.
    public mutating func decline(_ amountMicros: Int64, at now: Instant) {
        isInFlight = false
        monthTotalMicros = max(0, monthTotalMicros - amountMicros)
        declines += 1
        if declines >= AutoTopUpPolicy.mostDeclines { stop(.declinedThreeTimes, at: now) }
    }

    /// - Returns: `false` when it had stopped before; the first reason stays.
    @discardableResult
    public mutating func stop(_ reason: StopReason, at now: Instant) -> Bool {
        guard stoppedAt == nil else { return false }
        (stoppedAt, stopReason) = (now, reason)
        return true
    }

    /// Somebody has seen to it: a new card, or a new policy.
    public mutating func resume() {
        declines = 0
        (stoppedAt, stopReason) = (nil, nil)
    }
}

/// What an automatic top-up does now.
public enum AutoTopUpDecision: Hashable, Sendable {
    /// So many micros.
    case start(Int64)
    case wait(Reason)
    /// Since then, until somebody resumes it.
    case stopped(Instant)

    public enum Reason: Hashable, Sendable {
        /// There is enough in the wallet.
        case enough
        case inFlight
        case coolingDown(until: Instant)
        /// One more would be above the monthly limit; a new month begins then.
        case monthlyLimit(until: Instant)
    }
}

extension AutoTopUpPolicy {
    /// - Parameters:
    ///   - balance: what is available, in micros; may be below zero.
    ///   - zone: the customer's, in which months are counted.
    public func decide(
        at now: Instant, balance: Int64, _ state: AutoTopUpState, in zone: CivilZone
    ) -> AutoTopUpDecision {
        if let stoppedAt = state.stoppedAt { return .stopped(stoppedAt) }
        if state.isInFlight { return .wait(.inFlight) }
        if balance >= thresholdMicros { return .wait(.enough) }
        if let last = state.lastStartedAt, case let rested = last.adding(seconds: coolDownInForce), now < rested {
            return .wait(.coolingDown(until: rested))
        }
        if let monthlyLimitMicros {
            let month = Period(.month, holding: now, in: zone)
            let total = Int128(state.total(inMonthFrom: month.start)) + Int128(amountMicros)
            if total > Int128(monthlyLimitMicros) { return .wait(.monthlyLimit(until: month.end)) }
        }
        return .start(amountMicros)
    }
}
