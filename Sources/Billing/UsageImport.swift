public import Ledger

/// How far a file of usage has been imported, and what became of its lines.
public struct UsageImport: Hashable, Sendable {
    public let account: ConnectedAccount.ID
    /// The digest of all bytes before `position`: a file that begins with them is this file, be it longer by now; a
    /// file that differs in one of them is another.
    public var fingerprint: String
    public let name: String
    /// How many bytes are done.
    public var position: Int64
    /// How many lines are done.
    public var line: Int64
    public var accepted: Int64 = 0
    public var duplicate: Int64 = 0
    public var rejected: Int64 = 0
    public var startedAt: Instant
    public var updatedAt: Instant
    /// When its end was reached; it may grow again.
    public var finishedAt: Instant?

    public init(
        account: ConnectedAccount.ID, fingerprint: String, name: String, position: Int64, line: Int64,
        accepted: Int64 = 0, duplicate: Int64 = 0, rejected: Int64 = 0, startedAt: Instant, updatedAt: Instant,
        finishedAt: Instant? = nil
    ) {
        self.account = account
        self.fingerprint = fingerprint
        self.name = name
        self.position = position
        self.line = line
        self.accepted = accepted
        self.duplicate = duplicate
        self.rejected = rejected
        self.startedAt = startedAt
        self.updatedAt = updatedAt
        self.finishedAt = finishedAt
    }
}
