extension Schema {
    /// What the links are made from that customers are given for good, such as the one to fill their wallet.
    static let links = [
        """
        CREATE TABLE link_secret (
            id INTEGER PRIMARY KEY,
            secret TEXT NOT NULL,
            CONSTRAINT link_secret_is_one CHECK (id = 1)
        )
        """
    ]
}
