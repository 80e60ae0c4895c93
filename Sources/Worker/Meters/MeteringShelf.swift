import Billing
import Storage
import Synchronization

/// The meters and products of one account.
struct MeteringDefinitions: Sendable {
    /// Those that count, the oldest first.
    let live: [Meter]
    /// Those in the archive too.
    let meters: [String: Meter]
    let products: [String: Product]

    init(_ meters: [Meter], _ products: [Product]) {
        live = meters.filter(\.isLive)
        self.meters = Dictionary(meters.map { ($0.slug, $0) }, uniquingKeysWith: { first, _ in first })
        self.products = Dictionary(products.map { ($0.slug, $0) }, uniquingKeysWith: { first, _ in first })
    }
}

/// Meters and products as they were last read, each with the version that the account had then. Another version in the
/// account, by whichever process, and they are read again.
final class MeteringShelf: Sendable {
    private struct Held {
        let version: String
        let definitions: MeteringDefinitions
    }

    private static let accountLimit = 10_000

    private let shelf = Mutex<[ConnectedAccount.ID: Held]>([:])

    /// - Parameter account: as it was read in `tx`.
    /// - Returns: `nil` for an account that never had any; that costs nothing.
    func definitions(of account: ConnectedAccount, in tx: Transaction) throws -> MeteringDefinitions? {
        let version = account.meteringVersion
        guard !version.isEmpty else { return nil }
        if let held = shelf.withLock({ $0[account.id] }), held.version == version { return held.definitions }
        let definitions = MeteringDefinitions(
            try tx.meters.all(account: account.id), try tx.products.all(account: account.id))
        shelf.withLock { shelf in
            if shelf.count >= Self.accountLimit { shelf = [:] }
            shelf[account.id] = Held(version: version, definitions: definitions)
        }
        return definitions
    }
}

extension WorkerContext {
    /// To be called in the commit in which a meter or a product is made or changed. The version is a text that was
    /// never used before, so that what a commit that failed has left on a shelf is taken for nothing else.
    func meteringHasChanged(of account: ConnectedAccount.ID, in tx: Transaction) throws {
        try tx.accounts.setMeteringVersion(account, to: token())
    }
}
