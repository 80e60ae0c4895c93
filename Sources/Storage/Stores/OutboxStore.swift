public import Billing
public import Ledger

extension Transaction {
    public var outbox: OutboxStore { OutboxStore(tx: self) }
}

/// A request to Stripe that was written down before it is sent.
public struct OutboxCommand: Identified, Hashable, Sendable {
    public static let idPrefix = "bcmd"
    public typealias ID = Identifier<OutboxCommand>

    /// What it is about.
    public enum Subject: Hashable, Sendable {
        case charge(Charge.ID)
        case topUp(TopUp.ID)
        case refund(Refund.ID)
    }

    public enum Kind: String, CaseIterable, Sendable {
        /// Makes the charge's PaymentIntent and confirms it off session.
        case pay
        /// Confirms the same PaymentIntent once more.
        case payAgain = "pay_again"
        case cancel
        /// Makes the PaymentIntent of an automatic top-up and confirms it off session.
        case topUp = "top_up"
        /// Gives money of a payment back.
        case refund
    }

    public enum State: String, CaseIterable, Sendable {
        case waiting
        /// Answered, and the answer is in the charge and the books.
        case done
        /// It will never be sent again.
        case dropped
        /// Stripe's answer cannot be brought into the books; a person must look.
        case parked
    }

    /// Also the idempotency key that Stripe sees.
    public let id: ID
    public let account: ConnectedAccount.ID
    public let subject: Subject
    public let kind: Kind
    /// The request to the letter, so that a repeat is the same request; text of `Worker`'s making.
    public let request: String
    public let state: State
    public let attempts: Int
    /// When Stripe may have seen it first; its idempotency key protects for 24 hours from then on.
    public let firstSentAt: Instant?
    public let lastError: String?
    public let createdAt: Instant

    public init(
        id: ID, account: ConnectedAccount.ID, subject: Subject, kind: Kind, request: String, state: State = .waiting,
        attempts: Int = 0, firstSentAt: Instant? = nil, lastError: String? = nil, createdAt: Instant
    ) {
        self.id = id
        self.account = account
        self.subject = subject
        self.kind = kind
        self.request = request
        self.state = state
        self.attempts = attempts
        self.firstSentAt = firstSentAt
        self.lastError = lastError
        self.createdAt = createdAt
    }
}

extension OutboxCommand {
    public var charge: Charge.ID? { if case .charge(let id) = subject { id } else { nil } }
    public var topUp: TopUp.ID? { if case .topUp(let id) = subject { id } else { nil } }
    public var refund: Refund.ID? { if case .refund(let id) = subject { id } else { nil } }
}

public struct OutboxStore {
    let tx: Transaction

    public func insert(_ command: OutboxCommand) throws {
        try tx.execute(
            """
            INSERT INTO outbox (id, account, charge, top_up, refund, kind, request, state, attempts, first_sent_at,
                next_attempt_at, last_error, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $11)
            """, command.id.text, command.account.text, command.charge?.text, command.topUp?.text,
            command.refund?.text, command.kind.rawValue, command.request,
            command.state.rawValue, command.attempts, command.firstSentAt?.millisecondsSince1970,
            command.createdAt.millisecondsSince1970, command.lastError)
    }

    /// Takes the command that is due longest, and hides it from others until `leaseEnd`.
    /// Commands of an account that cannot be charged now stay where they are. What makes it due is said twice, so that
    /// of two workers who chose the same one at once the second gets none. A merchant who is restricted may not charge,
    /// and may give back.
    public func claim(
        at now: Instant, leaseEnd: Instant, charge: Charge.ID? = nil, refund: Refund.ID? = nil
    ) throws -> OutboxCommand? {
        try tx.first(
            """
            UPDATE outbox SET attempts = attempts + 1, next_attempt_at = $2 WHERE id = (
                SELECT o.id FROM outbox o JOIN accounts a ON a.id = o.account
                WHERE o.state = 'waiting' AND o.next_attempt_at <= $1 AND ($3 = '' OR o.charge = $3)
                    AND ($4 = '' OR o.refund = $4)
                    AND (a.status = 'connected' OR (a.status = 'restricted'
                        AND (o.first_sent_at IS NOT NULL OR o.kind IN ('cancel', 'refund'))))
                ORDER BY o.next_attempt_at, o.id LIMIT 1)
                AND state = 'waiting' AND next_attempt_at <= $1
            RETURNING *
            """, now.millisecondsSince1970, leaseEnd.millisecondsSince1970, charge?.text ?? "",
            refund?.text ?? ""
        ).map(Self.command)
    }

    /// Remembers that Stripe may see the command from now on; the first time is kept.
    public func markSent(_ id: OutboxCommand.ID, at now: Instant) throws {
        try tx.execute(
            "UPDATE outbox SET first_sent_at = COALESCE(first_sent_at, $2) WHERE id = $1", id.text,
            now.millisecondsSince1970)
    }

    /// - Returns: `false` when somebody else has closed it.
    @discardableResult
    public func close(_ id: OutboxCommand.ID, as state: OutboxCommand.State) throws -> Bool {
        try tx.execute("UPDATE outbox SET state = $2 WHERE id = $1 AND state = 'waiting'", id.text, state.rawValue) == 1
    }

    public func park(_ id: OutboxCommand.ID, error: String) throws {
        try tx.execute(
            "UPDATE outbox SET state = 'parked', last_error = $2 WHERE id = $1 AND state = 'waiting'", id.text, error)
    }

    public func parkedCount() throws -> Int64 {
        try tx.first("SELECT COUNT(*) AS parked FROM outbox WHERE state = 'parked'")?.int64("parked") ?? 0
    }

    public func retry(_ id: OutboxCommand.ID, at next: Instant, error: String) throws {
        try tx.execute(
            "UPDATE outbox SET next_attempt_at = $2, last_error = $3 WHERE id = $1 AND state = 'waiting'",
            id.text, next.millisecondsSince1970, error)
    }

    /// Takes a command back that nobody has sent.
    /// - Returns: `false` when Stripe may have seen it; nothing is changed then.
    public func withdraw(_ id: OutboxCommand.ID) throws -> Bool {
        try tx.execute(
            "UPDATE outbox SET state = 'dropped' WHERE id = $1 AND state = 'waiting' AND first_sent_at IS NULL", id.text
        ) == 1
    }

    /// The command starts anew: its old idempotency key protects no more, and Stripe has no payment of it.
    /// - Returns: `false` when somebody else has closed or replaced it: a command never has two successors.
    @discardableResult
    public func replace(_ id: OutboxCommand.ID, with successor: OutboxCommand) throws -> Bool {
        guard try close(id, as: .dropped) else { return false }
        try insert(successor)
        return true
    }

    public func waiting(for charge: Charge.ID) throws -> OutboxCommand? {
        try tx.first("SELECT * FROM outbox WHERE charge = $1 AND state = 'waiting' ORDER BY id LIMIT 1", charge.text)
            .map(Self.command)
    }

    /// How many commands wait, and since when the oldest of them does.
    public func backlog() throws -> (count: Int64, oldest: Instant?) {
        let row = try tx.first(
            "SELECT COUNT(*) AS waiting, MIN(created_at) AS oldest FROM outbox WHERE state = 'waiting'")
        return (try row?.int64("waiting") ?? 0, try row?.instantOrNil("oldest"))
    }

    private static func subject(_ row: Row) throws -> OutboxCommand.Subject {
        if let charge = try row.textOrNil("charge") { return .charge(Charge.ID(stored: charge)) }
        if let refund = try row.textOrNil("refund") { return .refund(Refund.ID(stored: refund)) }
        return .topUp(TopUp.ID(stored: try row.text("top_up")))
    }

    static func command(_ row: Row) throws -> OutboxCommand {
        OutboxCommand(
            id: OutboxCommand.ID(stored: try row.text("id")),
            account: ConnectedAccount.ID(stored: try row.text("account")),
            subject: try subject(row), kind: try row.choice("kind"),
            request: try row.text("request"),
            state: try row.choice("state"), attempts: Int(try row.int64("attempts")),
            firstSentAt: try row.instantOrNil("first_sent_at"), lastError: try row.textOrNil("last_error"),
            createdAt: try row.instant("created_at"))
    }
}
