public import Billing
import Ledger

extension Transaction {
    public var auditChain: AuditChainStore { AuditChainStore(tx: self) }
}

/// An entry of the audit log as it is stored, with its place and its link in the chain.
public struct LinkedAuditEntry: Hashable, Sendable {
    public let id: String
    /// 1, 2, 3 … without a gap.
    public let sequence: Int64
    public let account: ConnectedAccount.ID?
    public let hash: EntryHash?
    /// All that it says, in the order in which it is hashed.
    let said: [String]
}

/// The audit log is a chain like the journal's (see `EntryHash`): each entry holds SHA-256 over the link before it and
/// all that it says, and one row says where the chain ends. What is hashed is a row of netstrings: the link before it,
/// the sequence, the id, the account (empty for the platform), the actor, the action, the object, its id, the changes
/// as they are stored, and the time in milliseconds.
public struct AuditChainStore {
    let tx: Transaction

    public func end() throws -> ChainEnd {
        guard let row = try tx.first("SELECT sequence, hash FROM audit_end WHERE id = 1") else {
            throw StorageError(.corrupt, detail: "audit_end")
        }
        return ChainEnd(sequence: try row.int64(at: 0), hash: EntryHash(bytes: try row.bytes(at: 1)))
    }

    /// In their order, those behind `sequence`.
    public func entries(after sequence: Int64, limit: Int) throws -> [LinkedAuditEntry] {
        try tx.query("SELECT * FROM audit_log WHERE sequence > $1 ORDER BY sequence LIMIT $2", sequence, limit)
            .map { try LinkedAuditEntry($0) }
    }

    /// Entries that somebody has put in without a place.
    public func unlinked(limit: Int) throws -> [String] {
        try tx.query("SELECT id FROM audit_log WHERE sequence IS NULL ORDER BY id LIMIT $1", limit)
            .map { try $0.text("id") }
    }

    /// - Throws: `StorageError` (locked) when another has written an entry meanwhile.
    func move(from before: ChainEnd, to end: ChainEnd) throws {
        let moved = try tx.execute(
            "UPDATE audit_end SET sequence = $1, hash = $2 WHERE id = 1 AND sequence = $3", end.sequence,
            end.hash.bytes, before.sequence)
        guard moved == 1 else { throw StorageError(.locked, detail: "audit_end") }
    }

    /// Links the entries of a log that has no chain yet, in constant memory.
    func begin() throws {
        var (end, last) = (ChainEnd.beginning, "")
        while case let page = try tx.query("SELECT * FROM audit_log WHERE id > $1 ORDER BY id LIMIT 1000", last),
            !page.isEmpty
        {
            for row in page {
                last = try row.text("id")
                end = end.followed(by: try LinkedAuditEntry(row, at: end.sequence + 1))
                try tx.execute(
                    "UPDATE audit_log SET sequence = $2, hash = $3 WHERE id = $1", last, end.sequence, end.hash.bytes)
            }
        }
        try tx.execute("INSERT INTO audit_end (id, sequence, hash) VALUES (1, $1, $2)", end.sequence, end.hash.bytes)
    }
}

extension ChainEnd {
    func followed(by entry: LinkedAuditEntry) -> ChainEnd {
        var text = ChainText()
        return ChainEnd(sequence: entry.sequence, hash: text.link(of: entry, after: hash))
    }
}

extension LinkedAuditEntry {
    /// - Parameter changes: as they are stored.
    init(_ entry: AuditEntry, changes: String, at sequence: Int64) {
        (id, self.sequence, account, hash) = (entry.id.text, sequence, entry.account, nil)
        said = [
            String(sequence), entry.id.text, entry.account?.text ?? "", entry.actor, entry.action, entry.object,
            entry.objectID, changes, String(entry.at.millisecondsSince1970),
        ]
    }

    /// - Parameter sequence: where it will stand; where it says that it stands, when `nil`.
    fileprivate init(_ row: Row, at sequence: Int64? = nil) throws {
        id = try row.text("id")
        self.sequence = try sequence ?? row.int64("sequence")
        let account = try row.textOrNil("account")
        self.account = account.map(ConnectedAccount.ID.init(stored:))
        hash = try row.bytesOrNil("hash").map(EntryHash.init(bytes:))
        said = [
            String(self.sequence), id, account ?? "", try row.text("actor"), try row.text("action"),
            try row.text("object"), try row.text("object_id"), try row.text("changes"),
            String(try row.instant("at").millisecondsSince1970),
        ]
    }
}

extension ChainText {
    /// The link of an entry of the audit log behind `link`.
    public mutating func link(of entry: LinkedAuditEntry, after link: EntryHash) -> EntryHash {
        self.link(of: entry.said, after: link)
    }
}
