extension Schema {
    /// Each entry of the journal holds a link to the one before it, and how far the books were checked is kept.
    static let chain = [
        "ALTER TABLE journal_entries ADD COLUMN hash BYTEA",
        """
        CREATE TABLE journal_end (
            id INTEGER PRIMARY KEY,
            sequence BIGINT NOT NULL,
            hash BYTEA NOT NULL,
            CONSTRAINT one_end CHECK (id = 1)
        )
        """,
        // Up to which entry the books were looked at as they grew, and when all of them were read again.
        """
        CREATE TABLE books_checks (
            id INTEGER PRIMARY KEY,
            sequence BIGINT NOT NULL,
            read_in_full_at BIGINT,
            CONSTRAINT one_check CHECK (id = 1)
        )
        """,
    ]
}
