public import Billing
public import Ledger

/// The right to call Bursar's API. Its secret is known to its holder alone: only a hash of it is kept.
public struct ApiKey: Identified, Hashable, Sendable {
    public static let idPrefix = "bkey"
    public typealias ID = Identifier<ApiKey>

    public enum Scope: Hashable, Sendable {
        /// All accounts.
        case platform
        case account(ConnectedAccount.ID)
        /// One customer of the account: its own balance, its own usage, and what it may still use.
        case customer(ConnectedAccount.ID, Customer.ID)

        public var account: ConnectedAccount.ID? {
            switch self {
            case .platform: nil
            case .account(let account), .customer(let account, _): account
            }
        }

        public var customer: Customer.ID? {
            guard case .customer(_, let customer) = self else { return nil }
            return customer
        }
    }

    /// Where the secret comes from.
    public enum Origin: String, CaseIterable, Sendable {
        /// Made by Bursar.
        case minted
        /// Written by the operator into `BURSAR_PLATFORM_KEY`.
        case configured
    }

    public let id: ID
    public let scope: Scope
    public let origin: Origin
    public var name: String
    /// The last characters of the secret, by which its holder recognises it.
    public let hint: String
    /// What may be spent with the key in its life, in micros of the account's currency; `nil` for no bound.
    public var maxSpend: Int64?
    /// From then on the key opens nothing.
    public var expiresAt: Instant?
    /// Globs such as `gpt-5*`; `nil` for all models.
    public var allowedModels: [String]?
    /// The key whose place this one took.
    public let replaces: ID?
    /// The key that took the place of this one.
    public var replacedBy: ID?
    /// The first key of the chain of rotations. What any of them spends counts against the one cap, under this name.
    public let countedAs: ID
    public let createdAt: Instant
    /// From then on the key opens nothing, for good.
    public let revokedAt: Instant?

    public init(
        id: ID, scope: Scope, origin: Origin, name: String, hint: String, maxSpend: Int64? = nil,
        expiresAt: Instant? = nil, allowedModels: [String]? = nil, replaces: ID? = nil, replacedBy: ID? = nil,
        countedAs: ID? = nil, createdAt: Instant, revokedAt: Instant? = nil
    ) {
        self.id = id
        self.scope = scope
        self.origin = origin
        self.name = name
        self.hint = hint
        self.maxSpend = maxSpend
        self.expiresAt = expiresAt
        self.allowedModels = allowedModels
        self.replaces = replaces
        self.replacedBy = replacedBy
        self.countedAs = countedAs ?? id
        self.createdAt = createdAt
        self.revokedAt = revokedAt
    }

    /// Whose counters hold what the key has spent: the `subject` in `limit_counters`, period `ever`.
    public var limitSubject: String { "key:" + countedAs.text }

    public func isExpired(at now: Instant) -> Bool { expiresAt.map { $0 <= now } ?? false }
}
