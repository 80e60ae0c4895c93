extension Transaction {
    public var linkSecret: LinkSecretStore { LinkSecretStore(tx: self) }
}

/// The one secret that the links of customers are made from.
public struct LinkSecretStore {
    let tx: Transaction

    public func find() throws -> String? {
        try tx.first("SELECT secret FROM link_secret WHERE id = 1")?.text("secret")
    }

    /// Keeps the secret that is there, if there is one.
    public func insert(_ secret: String) throws {
        try tx.execute("INSERT INTO link_secret (id, secret) VALUES (1, $1) ON CONFLICT (id) DO NOTHING", secret)
    }
}
