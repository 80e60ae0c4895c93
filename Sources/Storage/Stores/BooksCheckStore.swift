public import Ledger

extension Transaction {
    public var booksChecks: BooksCheckStore { BooksCheckStore(tx: self) }
}

/// How far the books were checked.
public struct BooksStanding: Hashable, Sendable {
    /// The last entry that was looked at.
    public var sequence: Int64
    /// When every row was read again; the beginning of the watch, until that was done.
    public var readInFullAt: Instant

    public init(sequence: Int64, readInFullAt: Instant) {
        self.sequence = sequence
        self.readInFullAt = readInFullAt
    }
}

public struct BooksCheckStore {
    let tx: Transaction

    /// - Returns: `nil` where they never were.
    public func get() throws -> BooksStanding? {
        try tx.first("SELECT sequence, read_in_full_at FROM books_checks WHERE id = 1").map { row in
            BooksStanding(
                sequence: try row.int64(at: 0),
                readInFullAt: Instant(millisecondsSince1970: try row.int64(at: 1)))
        }
    }

    /// - Returns: `false` when another has written it first; nothing is changed then.
    public func begin(_ standing: BooksStanding) throws -> Bool {
        try tx.execute(
            "INSERT INTO books_checks (id, sequence, read_in_full_at) VALUES (1, $1, $2) ON CONFLICT (id) DO NOTHING",
            standing.sequence, standing.readInFullAt.millisecondsSince1970) == 1
    }

    /// - Returns: `false` when another has moved it meanwhile; nothing is changed then.
    public func move(from before: BooksStanding, to after: BooksStanding) throws -> Bool {
        try tx.execute(
            """
            UPDATE books_checks SET sequence = $1, read_in_full_at = $2
            WHERE id = 1 AND sequence = $3 AND read_in_full_at = $4
            """, after.sequence, after.readInFullAt.millisecondsSince1970, before.sequence,
            before.readInFullAt.millisecondsSince1970) == 1
    }
}
