import Billing
import Storage
import Synchronization

/// The catalogues as they were last read, each with the name of what was taken in last; a newer name in the database,
/// by whichever process, and it is read again.
final class CatalogueShelf: Sendable {
    private struct Held {
        let newest: PriceImport.ID?
        /// Of the public prices in it.
        let published: PriceImport.ID?
        let catalogue: PriceCatalogue
    }

    private struct Shelf {
        var published: Held?
        var own: [ConnectedAccount.ID: Held] = [:]
    }

    /// An account's catalogue shares the public prices, so a shelf of many is not large.
    private static let accountLimit = 10_000

    private let shelf = Mutex(Shelf())

    /// The public prices: those that Bursar came with, and what was taken in since.
    func published(in tx: Transaction) throws -> PriceCatalogue {
        try heldPublished(in: tx).catalogue
    }

    /// The public prices with the account's own on top.
    func catalogue(of account: ConnectedAccount.ID, in tx: Transaction) throws -> PriceCatalogue {
        let published = try heldPublished(in: tx)
        guard let newest = try tx.prices.newest(account: account) else { return published.catalogue }
        let held = shelf.withLock { $0.own[account] }
        if let held, held.newest == newest, held.published == published.newest {
            return held.catalogue
        }
        let own = try tx.prices.all(account: account).flatMap { taken in
            taken.prices.map { (price: $0, number: taken.number) }
        }
        let catalogue = published.catalogue.overridden(by: own)
        shelf.withLock { shelf in
            if shelf.own.count >= Self.accountLimit { shelf.own = [:] }
            shelf.own[account] = Held(newest: newest, published: published.newest, catalogue: catalogue)
        }
        return catalogue
    }

    private func heldPublished(in tx: Transaction) throws -> Held {
        let newest = try tx.prices.newest(account: nil)
        if let held = shelf.withLock({ $0.published }), held.newest == newest { return held }
        let catalogue = try tx.prices.all(account: nil).reduce(PriceCatalogue.standard) { older, taken in
            older.followed(
                by: PriceCatalogue(
                    version: taken.batch.version, source: taken.batch.source, prices: taken.prices),
                number: taken.number)
        }
        let held = Held(newest: newest, published: newest, catalogue: catalogue)
        shelf.withLock { shelf in
            shelf.published = held
            // They hold the older public prices.
            shelf.own = [:]
        }
        return held
    }
}
