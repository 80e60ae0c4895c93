public import Ledger

/// One try to have a charge paid. All tries of a charge confirm the same PaymentIntent.
public struct ChargeAttempt: Hashable, Sendable {
    /// Who had it made.
    public enum Origin: String, CaseIterable, Sendable {
        /// The first try, with the charge itself.
        case charge
        /// The account's schedule.
        case schedule
        /// A payment method that the customer did not have before.
        case newMethod = "new_method"
        /// The merchant, by the API or the command line.
        case request
        /// The customer, by the link.
        case customer
    }

    public enum Outcome: String, CaseIterable, Sendable {
        case paid
        case declined
        /// The customer's bank wants to hear from the customer.
        case requiresAction = "requires_action"
        case canceled
    }

    /// From 1, as the charge counts.
    public let number: Int
    public let at: Instant
    public let origin: Origin
    /// `pm_…` of the customer when it was made, as far as is known.
    public let method: String?
    /// `nil` while nobody has said how it went.
    public var outcome: Outcome?
    /// When its outcome was heard of.
    public var endedAt: Instant?
    /// The decline code, and Stripe's advice on it.
    public var code: String?
    public var advice: String?

    public init(
        number: Int, at: Instant, origin: Origin, method: String?, outcome: Outcome? = nil, endedAt: Instant? = nil,
        code: String? = nil, advice: String? = nil
    ) {
        self.number = number
        self.at = at
        self.origin = origin
        self.method = method
        self.outcome = outcome
        self.endedAt = endedAt
        self.code = code
        self.advice = advice
    }

    /// What a failure asks for; `nil` where there was none.
    public var next: DeclineAdvice? {
        switch outcome {
        case .declined: DeclineAdvice(declineCode: code ?? "", adviceCode: advice)
        case .requiresAction: .finishPayment
        case .paid, .canceled, nil: nil
        }
    }
}

/// Where a charge stands in its dunning. Nothing of it is set before the first failure.
public struct DunningStanding: Hashable, Sendable {
    public enum Wait: String, CaseIterable, Sendable {
        /// For the time of the next try.
        case retry
        /// For the customer, until the charge is given up.
        case customer
    }

    public enum EndReason: String, CaseIterable, Sendable {
        /// The last try that the schedule allows has failed.
        case retriesUsed = "retries_used"
        /// The customer has not done what only they can do.
        case customerAbsent = "customer_absent"
    }

    /// When it failed first, or was first followed.
    public var since: Instant?
    /// When it is looked at next: the time of the next try, or of the end.
    public var dueAt: Instant?
    public var wait: Wait?
    public var endedAt: Instant?
    public var endReason: EndReason?

    public init(
        since: Instant? = nil, dueAt: Instant? = nil, wait: Wait? = nil, endedAt: Instant? = nil,
        endReason: EndReason? = nil
    ) {
        self.since = since
        self.dueAt = dueAt
        self.wait = wait
        self.endedAt = endedAt
        self.endReason = endReason
    }

    public var nextAttemptAt: Instant? { wait == .retry ? dueAt : nil }
    public var givesUpAt: Instant? { wait == .customer ? dueAt : nil }

    /// Nothing is to come for now; what was is kept.
    public mutating func rest() {
        dueAt = nil
        wait = nil
    }
}
