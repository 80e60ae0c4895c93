/// Where a charge stands. `paid` and `canceled` are final; `failed` is not: the same PaymentIntent can still succeed.
public enum ChargeStatus: String, CaseIterable, Sendable {
    case pending
    case requiresAction = "requires_action"
    case paid, failed, canceled

    public var isFinal: Bool { self == .paid || self == .canceled }
}

/// What was seen of a PaymentIntent, by whichever messenger.
public enum PaymentObservation: Hashable, Sendable {
    /// Nobody has decided yet.
    case processing
    /// The customer must authenticate the same payment.
    case requiresAction
    case succeeded
    /// An attempt was declined, with Stripe's code and advice; the intent is open for another.
    case declined(code: String, advice: String? = nil)
    case canceled
}

extension ChargeStatus {
    /// The status after `observation`: a final status never changes, and everything else follows Stripe's present word.
    public func after(_ observation: PaymentObservation) -> ChargeStatus {
        guard !isFinal else { return self }
        return switch observation {
        case .processing: .pending
        case .requiresAction: .requiresAction
        case .succeeded: .paid
        case .declined(let code, _): code == DeclineAdvice.authenticationRequired ? .requiresAction : .failed
        case .canceled: .canceled
        }
    }
}
