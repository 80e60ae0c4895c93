import Billing
public import Storage

extension ApiKey {
    /// Whether it counts for a request that only came with it.
    public var isBounded: Bool { scope.customer != nil || maxSpend != nil || allowedModels != nil }

    /// Whether only usage goes in by it, and leave to use. Whoever may set prices or make keys is held by no cap, so a
    /// key of the account that has bounds may not.
    public var isForUseAlone: Bool { scope.account != nil && isBounded }

    /// Whether what comes with this key may be counted on another one. One with bounds counts for itself, whichever key
    /// it has read the id of; who holds another's secret could come with that one.
    /// - Parameter isByID: whether the other is named by its id, and not by its secret.
    func mayName(_ other: ApiKey, isByID: Bool) -> Bool {
        !isForUseAlone || !isByID || other.countedAs == countedAs
    }
}

extension WorkerError {
    static let keyBounded = WorkerError.invalid(
        "key", "the key of this request has bounds, and counts for itself; name another by its secret, or come with it",
        code: "key_bounded")
}
