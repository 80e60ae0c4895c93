public import Billing
public import Ledger

extension Transaction {
    public var onboardings: OnboardingStore { OnboardingStore(tx: self) }
}

/// How far a merchant is on the way to a Stripe account: the request that makes it, and the questions how it stands.
/// Every account of mode `connect` has one.
public struct OnboardingStore {
    let tx: Transaction

    /// A request for a Stripe account that is written down and whose answer is not known.
    public struct Creation: Hashable, Sendable {
        /// Counted up when Stripe has refused, so that the next request gets an idempotency key of its own.
        public let attempt: Int
        /// The request, as bytes to be sent again as they were.
        public let request: String
        public let writtenAt: Instant

        public init(attempt: Int, request: String, writtenAt: Instant) {
            self.attempt = attempt
            self.request = request
            self.writtenAt = writtenAt
        }
    }

    func insert(_ account: ConnectedAccount.ID, at now: Instant) throws {
        try tx.execute(
            "INSERT INTO onboardings (account, attempt, asked, answered, asked_at) VALUES ($1, 1, 0, 0, $2)",
            account.text, now.millisecondsSince1970)
    }
}

// MARK: Making the Stripe account

extension OnboardingStore {
    /// The attempt that the next request for a Stripe account belongs to.
    public func attempt(_ account: ConnectedAccount.ID) throws -> Int {
        guard let row = try tx.first("SELECT attempt FROM onboardings WHERE account = $1", account.text) else {
            throw StorageError(.corrupt, detail: "an account of mode connect has no onboarding")
        }
        return try row.int("attempt")
    }

    public func creation(_ account: ConnectedAccount.ID) throws -> Creation? {
        try tx.first(
            "SELECT attempt, request, written_at FROM onboardings WHERE account = $1 AND request IS NOT NULL",
            account.text
        ).map {
            Creation(
                attempt: try $0.int("attempt"), request: try $0.text("request"), writtenAt: try $0.instant("written_at")
            )
        }
    }

    public func write(_ creation: Creation, account: ConnectedAccount.ID) throws {
        try tx.execute(
            "UPDATE onboardings SET attempt = $2, request = $3, written_at = $4 WHERE account = $1", account.text,
            creation.attempt, creation.request, creation.writtenAt.millisecondsSince1970)
    }

    /// The request of that attempt is answered; the next one will be another attempt.
    public func settle(_ account: ConnectedAccount.ID, attempt: Int) throws {
        try tx.execute(
            """
            UPDATE onboardings SET attempt = attempt + 1, request = NULL, written_at = NULL
            WHERE account = $1 AND attempt = $2
            """, account.text, attempt)
    }
}

// MARK: Asking how the account stands

extension OnboardingStore {
    /// Numbers a question that is about to be put to Stripe.
    public func ask(_ account: ConnectedAccount.ID, at now: Instant) throws -> Int {
        let row = try tx.first(
            "UPDATE onboardings SET asked = asked + 1, asked_at = $2 WHERE account = $1 RETURNING asked", account.text,
            now.millisecondsSince1970)
        guard let row else { throw StorageError(.corrupt, detail: "an account of mode connect has no onboarding") }
        return try row.int("asked")
    }

    /// - Returns: `false` when a later question is answered already, so that this answer is out of date.
    public func accept(answerTo question: Int, _ account: ConnectedAccount.ID) throws -> Bool {
        try tx.execute(
            "UPDATE onboardings SET answered = $2 WHERE account = $1 AND answered < $2", account.text, question) == 1
    }

    /// No answer to a question put before now will be accepted.
    public func outdateQuestions(_ account: ConnectedAccount.ID) throws {
        try tx.execute("UPDATE onboardings SET answered = asked WHERE account = $1", account.text)
    }

    /// The account that has waited longest to be asked about: one that is not settled, asked before `unsettledBefore`;
    /// one that is connected, asked before `connectedBefore`; or
    /// one whose disconnecting Stripe has yet to be told.
    public func nextToAsk(unsettledBefore: Instant, connectedBefore: Instant) throws -> ConnectedAccount? {
        try tx.first(
            """
            SELECT accounts.* FROM onboardings JOIN accounts ON accounts.id = onboardings.account
            WHERE onboardings.asked_at <= $1 AND accounts.stripe_account IS NOT NULL
                AND (accounts.status IN ('incomplete', 'restricted')
                    OR accounts.status = 'disconnected' AND accounts.status_reason = $3
                    OR accounts.status = 'connected' AND onboardings.asked_at <= $2)
            ORDER BY onboardings.asked_at LIMIT 1
            """, unsettledBefore.millisecondsSince1970, connectedBefore.millisecondsSince1970,
            ConnectedAccount.Reason.withdrawalPending.rawValue
        ).map(AccountStore.account)
    }
}
