public import Billing
public import Ledger

extension Transaction {
    public var reconciliations: ReconciliationStore { ReconciliationStore(tx: self) }
}

/// One comparison of Stripe with the books, from its start to its result.
public struct ReconciliationRecord: Identified, Hashable, Sendable {
    public static let idPrefix = "brec"
    public typealias ID = Identifier<ReconciliationRecord>

    public enum Scope: String, CaseIterable, Sendable {
        /// Events that did not arrive, and the fees of recent payments.
        case events
        /// Charges and top-ups that are not at their end.
        case openObjects = "open_objects"
        /// All of it, the balance transactions and the books themselves included.
        case full
    }

    public enum Status: String, CaseIterable, Sendable {
        case running
        /// Everything was compared and agrees.
        case clean
        /// Everything was compared; the discrepancies are listed.
        case discrepancies
        /// Some account that may have changed could not be compared to the end; whatever was found besides is listed.
        case incomplete
    }

    public let id: ID
    /// `nil`: all accounts.
    public let account: ConnectedAccount.ID?
    public let scope: Scope
    public let status: Status
    /// Where the run stands; text of `Worker`'s making.
    public let cursor: String
    /// What came of it so far; text of `Worker`'s making.
    public let summary: String
    public let startedAt: Instant
    public let finishedAt: Instant?

    /// How a run stands in which so much was left open and found.
    public static func ended(leftOpen: Int64, found: Int64) -> Status {
        leftOpen > 0 ? .incomplete : found > 0 ? .discrepancies : .clean
    }

    public init(
        id: ID, account: ConnectedAccount.ID?, scope: Scope, status: Status, cursor: String, summary: String,
        startedAt: Instant, finishedAt: Instant? = nil
    ) {
        self.id = id
        self.account = account
        self.scope = scope
        self.status = status
        self.cursor = cursor
        self.summary = summary
        self.startedAt = startedAt
        self.finishedAt = finishedAt
    }
}

/// An account that a run could not compare to the end, and why.
public struct UncheckedAccount: Hashable, Sendable {
    public let account: ConnectedAccount.ID
    /// A stable word, such as `disconnected` or `stripe_unavailable`.
    public let reason: String
    /// A sentence for a person.
    public let detail: String

    /// The merchant has gone, and nothing of theirs was open: listed, and no reason to call a run incomplete.
    public static let disconnected = "disconnected"

    public init(account: ConnectedAccount.ID, reason: String, detail: String) {
        self.account = account
        self.reason = reason
        self.detail = detail
    }
}

public struct ReconciliationStore {
    let tx: Transaction

    public func insert(_ record: ReconciliationRecord) throws {
        try tx.execute(
            """
            INSERT INTO reconciliations (id, account, scope, status, cursor, summary, started_at, finished_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """, record.id.text, record.account?.text, record.scope.rawValue, record.status.rawValue, record.cursor,
            record.summary, record.startedAt.millisecondsSince1970, record.finishedAt?.millisecondsSince1970)
    }

    public func find(_ id: ReconciliationRecord.ID) throws -> ReconciliationRecord? {
        try tx.first("SELECT * FROM reconciliations WHERE id = $1", id.text).map(Self.record)
    }

    /// Newest first, those started before `after`.
    /// - Parameter account: those that have looked at it, its own and those over all accounts; `nil` for every run.
    public func list(
        account: ConnectedAccount.ID?, after: ReconciliationRecord.ID?, limit: Int
    ) throws -> [ReconciliationRecord] {
        try tx.query(
            """
            SELECT * FROM reconciliations WHERE ($1 = '' OR \(Self.looksAt)) AND ($2 = '' OR id < $2)
            ORDER BY id DESC LIMIT $3
            """, account?.text ?? "", after?.text ?? "", limit
        ).map(Self.record)
    }

    /// The run that was started first of those under way.
    public func running() throws -> ReconciliationRecord? {
        try tx.first("SELECT * FROM reconciliations WHERE status = 'running' ORDER BY id LIMIT 1").map(Self.record)
    }

    /// The last run of `scope` over all accounts.
    public func latest(_ scope: ReconciliationRecord.Scope) throws -> ReconciliationRecord? {
        try tx.first(
            """
            SELECT * FROM reconciliations WHERE scope = $1 AND account IS NULL
            ORDER BY started_at DESC, id DESC LIMIT 1
            """, scope.rawValue
        ).map(Self.record)
    }

    /// The last run of `scope` that has looked at an account: its own, or one over all.
    public func latest(_ scope: ReconciliationRecord.Scope, lookingAt account: ConnectedAccount.ID) throws
        -> ReconciliationRecord?
    {
        try tx.first(
            """
            SELECT * FROM reconciliations WHERE scope = $2 AND \(Self.looksAt)
            ORDER BY started_at DESC, id DESC LIMIT 1
            """, account.text, scope.rawValue
        ).map(Self.record)
    }

    /// An account that was made later had no part in a run over all.
    public func hasLooked(_ run: ReconciliationRecord.ID, at account: ConnectedAccount.ID) throws -> Bool {
        try tx.first(
            "SELECT 1 AS one FROM reconciliations WHERE id = $2 AND \(Self.looksAt)", account.text, run.text) != nil
    }

    private static let looksAt = """
        (account = $1 OR (account IS NULL AND started_at >= (SELECT a.created_at FROM accounts a WHERE a.id = $1)))
        """

    /// Moves a run on from where it stood when it was read.
    /// - Returns: `false` when somebody else has moved it meanwhile: then nothing of the unit may be kept.
    public func advance(
        _ record: ReconciliationRecord, status: ReconciliationRecord.Status = .running, cursor: String, summary: String,
        finishedAt: Instant? = nil
    ) throws -> Bool {
        try tx.execute(
            """
            UPDATE reconciliations SET status = $2, cursor = $3, summary = $4, finished_at = $5
            WHERE id = $1 AND status = 'running' AND cursor = $6 AND summary = $7
            """, record.id.text, status.rawValue, cursor, summary, finishedAt?.millisecondsSince1970, record.cursor,
            record.summary) == 1
    }

    /// Forgets the runs of `scope` that were started before `instant` and have ended, with what they listed.
    public func forget(_ scope: ReconciliationRecord.Scope, before instant: Instant) throws {
        let old = "SELECT id FROM reconciliations WHERE scope = $1 AND started_at < $2 AND status <> 'running'"
        for table in ["discrepancies", "unchecked_accounts", "reconciliation_legs"] {
            try tx.execute(
                "DELETE FROM \(table) WHERE reconciliation IN (\(old))", scope.rawValue, instant.millisecondsSince1970)
        }
        try tx.execute(
            "DELETE FROM reconciliations WHERE id IN (\(old))", scope.rawValue, instant.millisecondsSince1970)
    }

    // MARK: What could not be compared

    public func insert(_ unchecked: UncheckedAccount, in run: ReconciliationRecord.ID) throws {
        try tx.execute(
            """
            INSERT INTO unchecked_accounts (reconciliation, account, reason, detail) VALUES ($1, $2, $3, $4)
            ON CONFLICT (reconciliation, account) DO NOTHING
            """, run.text, unchecked.account.text, unchecked.reason, unchecked.detail)
    }

    /// - Parameter account: the only one that is asked for; `nil` for all.
    public func unchecked(
        in run: ReconciliationRecord.ID, account: ConnectedAccount.ID? = nil, after: String = "", limit: Int
    ) throws -> [UncheckedAccount] {
        try tx.query(
            """
            SELECT * FROM unchecked_accounts WHERE reconciliation = $1 AND account > $2 AND ($4 = '' OR account = $4)
            ORDER BY account LIMIT $3
            """, run.text, after, limit, account?.text ?? ""
        ).map { row in
            UncheckedAccount(
                account: ConnectedAccount.ID(stored: try row.text("account")), reason: try row.text("reason"),
                detail: try row.text("detail"))
        }
    }

    /// How many accounts the run could not compare, those apart of which nothing is to be learned any more.
    /// - Parameter account: the only one that is asked for; `nil` for all.
    public func leftOpen(in run: ReconciliationRecord.ID, account: ConnectedAccount.ID? = nil) throws -> Int64 {
        try tx.first(
            """
            SELECT COUNT(*) AS unchecked FROM unchecked_accounts
            WHERE reconciliation = $1 AND reason <> $2 AND ($3 = '' OR account = $3)
            """, run.text, UncheckedAccount.disconnected, account?.text ?? ""
        )?.int64("unchecked") ?? 0
    }

    // MARK: How far each stream was read

    /// Seconds since 1970, by Stripe's clock.
    public func position(of stream: String, account: ConnectedAccount.ID) throws -> Int64? {
        try tx.first(
            "SELECT position FROM sweep_cursors WHERE account = $1 AND stream = $2", account.text, stream
        )?.int64("position")
    }

    /// Never moves back.
    public func setPosition(_ position: Int64, of stream: String, account: ConnectedAccount.ID) throws {
        try tx.execute(
            """
            INSERT INTO sweep_cursors (account, stream, position) VALUES ($1, $2, $3)
            ON CONFLICT (account, stream) DO UPDATE SET position = excluded.position
            WHERE excluded.position > sweep_cursors.position
            """, account.text, stream, position)
    }

    static func record(_ row: Row) throws -> ReconciliationRecord {
        ReconciliationRecord(
            id: ReconciliationRecord.ID(stored: try row.text("id")),
            account: try row.textOrNil("account").map(ConnectedAccount.ID.init(stored:)),
            scope: try row.choice("scope"),
            status: try row.choice("status"), cursor: try row.text("cursor"), summary: try row.text("summary"),
            startedAt: try row.instant("started_at"), finishedAt: try row.instantOrNil("finished_at"))
    }
}

// MARK: What is not at its end

extension ReconciliationStore {
    /// How many charges and top-ups of the account, made up to `instant`, are not at their end.
    public func openObjects(account: ConnectedAccount.ID, madeUpTo instant: Instant) throws -> Int64 {
        let row = try tx.first(
            """
            SELECT (
                SELECT COUNT(*) FROM charges WHERE account = $1 AND created_at <= $2
                    AND status IN (\(StatusList.openCharges))
            ) + (
                SELECT COUNT(*) FROM top_ups WHERE account = $1 AND created_at <= $2
                    AND status IN (\(StatusList.openTopUps))
            ) + (
                SELECT COUNT(*) FROM refunds WHERE account = $1 AND created_at <= $2
                    AND status IN (\(StatusList.openRefunds))
            ) AS open_objects
            """, account.text, instant.millisecondsSince1970)
        return try row?.int64("open_objects") ?? 0
    }
}
