public import Billing
public import Storage

/// Remembers how far a file of usage has come, in the same commit as its lines.
public struct UsageImports: Sendable {
    let context: WorkerContext

    /// So many imports of an account are looked through when a file comes.
    static let remembered = 1_000

    /// The imports that a file of so many bytes may go on with.
    public func candidates(account: ConnectedAccount, size: Int64, in tx: Transaction) throws -> [UsageImport] {
        try tx.usageImports.list(account: account.id, upTo: size, limit: Self.remembered)
    }

    /// - Parameter before: the fingerprint of where it stood; nil at the beginning.
    /// - Throws: `conflict` when somebody else has moved it, or begun it, meanwhile.
    public func move(_ file: UsageImport, from before: String?, in tx: Transaction) throws {
        let isOurs = try before.map { try tx.usageImports.delete(account: file.account, fingerprint: $0) } ?? true
        guard isOurs, try tx.usageImports.insert(file) else {
            throw WorkerError.conflict(
                "import_in_flight", "another process is importing \(file.name); let it end, then start again")
        }
    }

    /// The files begin anew.
    public func forget(_ files: [UsageImport], in tx: Transaction) throws {
        for file in files {
            _ = try tx.usageImports.delete(account: file.account, fingerprint: file.fingerprint)
        }
    }
}
