public import Ledger

/// What to do next for a charge that was not paid.
public enum DunningDecision: Hashable, Sendable {
    /// At that time, which may have passed, the same payment is tried again.
    case retry(at: Instant, ChargeAttempt.Origin)
    /// Only the customer can go on, by the link or with another card.
    case wait(until: Instant)
    case over(DunningStanding.EndReason)
}

/// Decides from the declines there were, the account's terms and the customer's present card.
///
/// - A card whose decline says that it will not work again, that its data are wrong, or that the customer must
///   authenticate, is never tried again by Bursar. Source: docs.stripe.com/billing/revenue-recovery/smart-retries.
/// - What may work another day follows the schedule, at the same time of day as the failure.
/// - A card that the customer did not have at the last try is tried at once.
/// - It ends: after the last try of the schedule, or when the customer was waited for long enough.
/// - After the end, each card that the customer did not have at the last try is tried once, and so is the one they have
///   when somebody lets them in again, unless its decline forbids it.
public struct DunningRule: Sendable {
    let terms: DunningTerms

    /// The most tries of one charge, whoever asks for them, in any `windowDays` days. The card networks fine more:
    /// Visa's bound, which we have at second hand, is 20 further tries in 30 days, and 15 tries in all stay below it.
    public static let mostAttempts = 15
    public static let windowDays: Int64 = 30

    static let daySeconds: Int64 = 86_400

    public init(_ terms: DunningTerms) { self.terms = terms }

    /// How many tries of a charge there are at most, if every one fails and no card changes.
    public var plannedAttempts: Int { terms.retryDaysInForce.count + 1 }

    /// - Parameters:
    ///   - attempts: all of the charge, in their order; the last has failed.
    ///   - since: when it failed first.
    ///   - method: what the customer would pay with now.
    public func decide(
        after attempts: [ChargeAttempt], since: Instant, method: String?, at now: Instant
    ) -> DunningDecision {
        let deadline = since.adding(seconds: terms.giveUpDaysInForce * Self.daySeconds)
        let waiting: DunningDecision = now < deadline ? .wait(until: deadline) : .over(.customerAbsent)
        guard let last = attempts.last else { return waiting }
        let isSpent = method.map { Self.isSpent($0, by: attempts) } ?? false
        if let method, method != last.method, !isSpent, now < deadline {
            return .retry(at: Self.earliest(from: now, after: attempts.map(\.at)), .newMethod)
        }
        guard !isSpent, last.next == .tryLater || last.next == .contactBank else { return waiting }
        let days = terms.retryDaysInForce
        guard !days.isEmpty else { return waiting }
        let used = attempts.count { $0.origin == .schedule || $0.origin == .request }
        guard used < days.count else { return .over(.retriesUsed) }
        let planned = max(last.endedAt ?? last.at, since).adding(seconds: days[used] * Self.daySeconds)
        return .retry(at: Self.earliest(from: planned, after: attempts.map(\.at)), .schedule)
    }

    /// The one more try of a charge that was given up.
    /// - Returns: `nil` where there is nothing to try it with.
    public static func onceMore(
        after attempts: [ChargeAttempt], method: String?, at now: Instant
    ) -> (at: Instant, origin: ChargeAttempt.Origin)? {
        guard let method, let last = attempts.last, !isSpent(method, by: attempts) else { return nil }
        return (earliest(from: now, after: attempts.map(\.at)), method == last.method ? .request : .newMethod)
    }

    /// Whether Bursar must not try the method again.
    public static func isSpent(_ method: String, by attempts: [ChargeAttempt]) -> Bool {
        attempts.contains { attempt in
            guard attempt.method == method else { return false }
            return switch attempt.next {
            case .useAnotherMethod, .confirmCardData, .finishPayment: true
            case .tryLater, .contactBank, nil: false
            }
        }
    }

    /// The first time from `time` on at which another try stays within the networks' bound.
    /// - Parameter tries: when the others were made, in their order.
    public static func earliest(from time: Instant, after tries: [Instant]) -> Instant {
        guard tries.count >= mostAttempts else { return time }
        return max(time, tries[tries.count - mostAttempts].adding(seconds: windowDays * daySeconds))
    }
}
