public import Ledger

/// How much may be spent with a key in all its life, those included that it was rotated from.
public struct KeyCap: Hashable, Sendable {
    public let maxSpendMicros: Int64

    public init(maxSpendMicros: Int64) { self.maxSpendMicros = maxSpendMicros }

    /// What was spent with it, what its requests in flight hold and what one more will take must not be above it.
    public func allows(spent: Int64, held: Int64, estimate: Int64) -> Bool {
        Int128(spent) + Int128(held) + Int128(estimate) <= Int128(maxSpendMicros)
    }

    public func standing(spent: Int64, held: Int64) -> LimitStanding {
        LimitStanding(
            scope: .key, name: .maxSpend, used: spent, held: held, limit: maxSpendMicros, resetsAt: nil)
    }
}

/// What a key may be used for.
public struct KeyTerms: Hashable, Sendable {
    /// The only customer it may be used for; `nil` for all of the account.
    public var customer: Customer.ID?
    public var cap: KeyCap?
    /// From then on it opens nothing.
    public var expiresAt: Instant?
    /// `nil` for all.
    public var allowedModels: AllowedModels?

    public init(
        customer: Customer.ID? = nil, cap: KeyCap? = nil, expiresAt: Instant? = nil,
        allowedModels: AllowedModels? = nil
    ) {
        self.customer = customer
        self.cap = cap
        self.expiresAt = expiresAt
        self.allowedModels = allowedModels
    }

    /// Why a key does not allow a request; in the order in which it is checked.
    public enum Refusal: Error, Hashable, Sendable {
        case expired
        /// It belongs to another customer.
        case otherCustomer
        case modelNotAllowed
        case capReached(LimitStanding)
    }

    /// What a request with a key is about.
    public struct Request: Sendable {
        public let customer: Customer.ID
        public let provider: String?
        public let model: String?
        /// What it will take, in micros.
        public let estimateMicros: Int64

        public init(customer: Customer.ID, provider: String? = nil, model: String?, estimateMicros: Int64) {
            self.customer = customer
            self.provider = provider
            self.model = model
            self.estimateMicros = estimateMicros
        }
    }

    /// - Parameters:
    ///   - spent: with the key so far.
    ///   - held: by requests in flight that were made with it.
    /// - Returns: `nil` when the key allows it.
    public func refusal(_ request: Request, spent: Int64, held: Int64, at now: Instant) -> Refusal? {
        if let expiresAt, expiresAt <= now { return .expired }
        if let customer, customer != request.customer { return .otherCustomer }
        if let allowedModels, !allowedModels.allows(model: request.model, provider: request.provider) {
            return .modelNotAllowed
        }
        if let cap, !cap.allows(spent: spent, held: held, estimate: request.estimateMicros) {
            return .capReached(cap.standing(spent: spent, held: held))
        }
        return nil
    }
}
