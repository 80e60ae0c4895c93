public import Ledger

/// Prices that were taken in together: a public catalogue, or what an account has set for itself. None is ever changed
/// or taken away, so that a line that it has rated can always be explained.
public struct PriceImport: Identified, Hashable, Sendable {
    public static let idPrefix = "bpim"
    public typealias ID = Identifier<PriceImport>

    public let id: ID
    /// Whose own prices these are; `nil` for public ones, which hold for every account.
    public let account: ConnectedAccount.ID?
    /// For a person: where they are from.
    public let source: String
    public let version: String
    public let count: Int
    public let importedAt: Instant

    public init(
        id: ID, account: ConnectedAccount.ID?, source: String, version: String, count: Int, importedAt: Instant
    ) {
        self.id = id
        self.account = account
        self.source = source
        self.version = version
        self.count = count
        self.importedAt = importedAt
    }
}
