extension Schema {
    /// The ledger: entries are only ever added, and each account's balance is kept beside its postings.
    static let books = [
        """
        CREATE TABLE ledger_accounts (
            id BIGINT PRIMARY KEY,
            book TEXT NOT NULL,
            kind TEXT NOT NULL,
            customer TEXT NOT NULL,
            currency TEXT NOT NULL,
            balance BIGINT NOT NULL,
            floor INTEGER NOT NULL,
            UNIQUE (book, kind, customer, currency),
            CONSTRAINT ledger_floor CHECK (floor = 0 OR (floor = 1 AND balance >= 0) OR (floor = -1 AND balance <= 0))
        )
        """,
        """
        CREATE TABLE journal_entries (
            sequence BIGINT PRIMARY KEY,
            book TEXT NOT NULL,
            reference TEXT NOT NULL,
            posted_at BIGINT NOT NULL,
            narration TEXT NOT NULL,
            UNIQUE (book, reference)
        )
        """,
        """
        CREATE TABLE postings (
            entry BIGINT NOT NULL REFERENCES journal_entries (sequence),
            place INTEGER NOT NULL,
            account BIGINT NOT NULL REFERENCES ledger_accounts (id),
            amount BIGINT NOT NULL,
            PRIMARY KEY (entry, place)
        )
        """,
        "CREATE INDEX ledger_accounts_in_suspense ON ledger_accounts (currency, balance) WHERE kind = 'suspense'",
        "CREATE INDEX postings_by_account ON postings (account, entry)",
    ]
}
