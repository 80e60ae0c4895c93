public import Billing
public import Storage

/// What the books tell of a charge, a top-up, a refund, a dispute or a lot of a wallet.
public struct MoneyExplanation: Sendable {
    public let thing: BookedThing
    /// Of a charge.
    public let accrual: Accrual?
    /// A page of its entries, in the order of posting: its own, those of what was given back of it, and those of the
    /// lines of the Stripe balance that are of it.
    public let entries: [StoredEntry]
    public let hasMoreEntries: Bool
}

extension Explanations {
    /// - Parameters:
    ///   - after: the sequence number before the first entry wanted; 0 for the first of all.
    ///   - limit: how many of them.
    /// - Throws: `not_found`.
    public func explain(
        _ thing: BookedThing, account: ConnectedAccount, after: Int64 = 0, limit: Int = 20, in tx: Transaction
    ) throws -> MoneyExplanation {
        let stems = try MoneyTrail(account: account, context: context, tx: tx).stems(of: thing)
        let entries = try tx.books.entries(named: stems, book: account.id, after: after, limit: limit + 1)
        var accrual: Accrual?
        if case .charge(let id) = thing, let charge = try tx.charges.find(id) {
            accrual = try Accrual(of: charge, context: context, in: tx)
        }
        return MoneyExplanation(
            thing: thing, accrual: accrual, entries: Array(entries.prefix(limit)),
            hasMoreEntries: entries.count > limit)
    }
}
