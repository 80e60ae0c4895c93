public import Billing
public import Ledger

/// An onboarding link that was handed out: where its merchant is sent on, and how often its pages may still ask Stripe.
public struct OnboardingLinkRecord: Hashable, Sendable {
    public let account: ConnectedAccount.ID
    /// Where the merchant goes after the return page, as the authenticated caller said.
    public let returnURL: String?
    /// Where the merchant goes for a new link, when the caller wants to make it.
    public let refreshURL: String?
    public let expiresAt: Instant

    public init(account: ConnectedAccount.ID, returnURL: String?, refreshURL: String?, expiresAt: Instant) {
        self.account = account
        self.returnURL = returnURL
        self.refreshURL = refreshURL
        self.expiresAt = expiresAt
    }
}

extension Transaction {
    public var onboardingLinks: OnboardingLinkStore { OnboardingLinkStore(tx: self) }
}

/// Found by the hash of the token in their URLs; the token itself is not kept.
public struct OnboardingLinkStore {
    let tx: Transaction

    public func insert(_ link: OnboardingLinkRecord, tokenHash: [UInt8]) throws {
        try tx.execute(
            """
            INSERT INTO onboarding_links (token_hash, account, return_url, refresh_url, visits, expires_at)
            VALUES ($1, $2, $3, $4, 0, $5)
            """, tokenHash, link.account.text, link.returnURL, link.refreshURL, link.expiresAt.millisecondsSince1970)
    }

    public func find(tokenHash: [UInt8], account: ConnectedAccount.ID, at now: Instant) throws -> OnboardingLinkRecord?
    {
        try tx.first(
            "SELECT * FROM onboarding_links WHERE token_hash = $1 AND account = $2 AND expires_at > $3", tokenHash,
            account.text, now.millisecondsSince1970
        ).map(Self.link)
    }

    /// Counts a visit that will make a call at Stripe.
    /// - Returns: `false` when the link has had `limit` of them.
    public func countVisit(tokenHash: [UInt8], limit: Int) throws -> Bool {
        try tx.execute(
            "UPDATE onboarding_links SET visits = visits + 1 WHERE token_hash = $1 AND visits < $2", tokenHash, limit
        ) == 1
    }

    /// No link that was handed out for the account works any more.
    public func deleteAll(account: ConnectedAccount.ID) throws {
        try tx.execute("DELETE FROM onboarding_links WHERE account = $1", account.text)
    }

    public func deleteExpired(at now: Instant) throws {
        try tx.execute("DELETE FROM onboarding_links WHERE expires_at <= $1", now.millisecondsSince1970)
    }

    private static func link(_ row: Row) throws -> OnboardingLinkRecord {
        OnboardingLinkRecord(
            account: ConnectedAccount.ID(stored: try row.text("account")), returnURL: try row.textOrNil("return_url"),
            refreshURL: try row.textOrNil("refresh_url"), expiresAt: try row.instant("expires_at"))
    }
}
