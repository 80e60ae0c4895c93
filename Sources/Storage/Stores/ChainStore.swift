extension Transaction {
    public var chain: ChainStore { ChainStore(tx: self) }
}

/// Where the chain of entries ends: what an accountant writes down to recognise the books by. As text, `17:` and 64
/// hexadecimal digits.
public struct ChainEnd: Hashable, Sendable, CustomStringConvertible {
    /// Of the last entry; 0 in an empty journal.
    public let sequence: Int64
    public let hash: EntryHash

    public static let beginning = ChainEnd(sequence: 0, hash: .beginning)

    init(sequence: Int64, hash: EntryHash) {
        self.sequence = sequence
        self.hash = hash
    }

    /// What `description` has written.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let sequence = Int64(parts[0]), sequence >= 0, let hash = EntryHash(String(parts[1]))
        else { return nil }
        self.init(sequence: sequence, hash: hash)
    }

    public var description: String { "\(sequence):\(hash.text)" }
}

/// The chain of entries (see `EntryHash`): each entry holds its link, and one row says where the chain ends, so that
/// the last entry cannot be taken off unseen.
public struct ChainStore {
    let tx: Transaction

    public func end() throws -> ChainEnd {
        guard let row = try tx.first("SELECT sequence, hash FROM journal_end WHERE id = 1") else {
            throw StorageError(.corrupt, detail: "journal_end")
        }
        return ChainEnd(sequence: try row.int64(at: 0), hash: EntryHash(bytes: try row.bytes(at: 1)))
    }

    /// The link that an entry holds; `nil` where there is no such entry, or it holds none.
    public func hash(of sequence: Int64) throws -> EntryHash? {
        try tx.first("SELECT hash FROM journal_entries WHERE sequence = $1", sequence)?.bytesOrNil(at: 0)
            .map(EntryHash.init(bytes:))
    }

    /// - Throws: `StorageError` (locked) when another has posted meanwhile.
    func move(from before: ChainEnd, to end: ChainEnd) throws {
        let moved = try tx.execute(
            "UPDATE journal_end SET sequence = $1, hash = $2 WHERE id = 1 AND sequence = $3", end.sequence,
            end.hash.bytes, before.sequence)
        guard moved == 1 else { throw StorageError(.locked, detail: "journal_end") }
    }

    /// Links the entries of a journal that has no chain yet, in constant memory.
    func begin() throws {
        var end = ChainEnd.beginning
        while case let page = try tx.books.entries(book: nil, after: end.sequence, limit: 1_000), !page.isEmpty {
            for entry in page {
                end = ChainEnd(sequence: entry.sequence, hash: end.hash.followed(by: entry))
                try tx.execute(
                    "UPDATE journal_entries SET hash = $2 WHERE sequence = $1", end.sequence, end.hash.bytes)
            }
        }
        try tx.execute("INSERT INTO journal_end (id, sequence, hash) VALUES (1, $1, $2)", end.sequence, end.hash.bytes)
    }
}
