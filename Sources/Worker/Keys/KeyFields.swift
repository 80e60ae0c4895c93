import Billing
public import Ledger

/// What a caller wants of a key.
public struct NewKey: Hashable, Sendable {
    public var name: String
    /// Our id or the merchant's external id, for a key of that customer; `nil` for a key of the account.
    public var customer: String?
    /// Micros of the account's currency.
    public var maxSpend: Int64?
    public var expiresAt: Instant?
    public var allowedModels: [String]?

    public init(
        name: String, customer: String? = nil, maxSpend: Int64? = nil, expiresAt: Instant? = nil,
        allowedModels: [String]? = nil
    ) {
        self.name = name
        self.customer = customer
        self.maxSpend = maxSpend
        self.expiresAt = expiresAt
        self.allowedModels = allowedModels
    }
}

/// What a caller wants to be different; what is `nil` or `.keep` stays as it is.
public struct KeyChange: Sendable {
    public var name: String?
    /// Micros of the account's currency.
    public var maxSpend: AccountChange.Field<Int64> = .keep
    public var expiresAt: AccountChange.Field<Instant> = .keep
    public var allowedModels: AccountChange.Field<[String]> = .keep

    public init() {}
}

/// The bounds of what a caller may write. Each refusal names the field and says what fits.
enum KeyFields {
    static func maxSpend(_ micros: Int64?) throws(WorkerError) -> Int64? {
        guard let micros else { return nil }
        guard micros >= 0 else {
            throw .invalid("max_spend", "max_spend must be 0 or more micros; leave it out for a key without a cap")
        }
        return micros
    }

    static func expiry(_ instant: Instant?, after now: Instant) throws(WorkerError) -> Instant? {
        guard let instant else { return nil }
        guard instant > now else {
            throw .invalid("expires_at", "expires_at must be in the future; revoke a key to stop it now")
        }
        return instant
    }

    static func models(_ globs: [String]?) throws(WorkerError) -> [String]? {
        guard let globs else { return nil }
        guard (1...ModelGlob.most).contains(globs.count), globs.allSatisfy({ ModelGlob($0) != nil }) else {
            throw .invalid(
                "allowed_models",
                "allowed_models must name 1 to \(ModelGlob.most) models, such as gpt-5*, each of 1 to "
                    + "\(ModelGlob.longest) characters without blanks; leave it out to allow all")
        }
        guard !AllowedModels(globs.compactMap { ModelGlob($0) }).isTooLong else {
            throw .invalid(
                "allowed_models", "the names together have at most \(ModelGlob.mostCharacters) characters; use fewer")
        }
        for glob in globs { try FieldCheck.noCardNumber("allowed_models", glob, longest: CardNumber.longestInName) }
        return globs
    }
}
