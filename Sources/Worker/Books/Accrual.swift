import Billing
public import Ledger
public import Storage

/// What a charge is of: all that had accrued when it was opened, as far as Stripe's smallest unit goes.
public struct Accrual: Hashable, Sendable {
    /// The entry of the charge before, or `nil` for the customer's first.
    public let since: Int64?
    /// What that had left.
    public let before: Money
    /// What came and went since.
    public let movements: [BooksStore.Movement]
    /// The entry that put it into this charge.
    public let entry: Int64
    public let charged: Money

    /// What stayed, and goes into the next charge.
    public var left: Money {
        get throws(LedgerError) {
            var sum = before
            for movement in movements { sum = try sum.adding(movement.amount) }
            return try sum.subtracting(charged)
        }
    }

    /// - Returns: `nil` where the books know of no such charge.
    init?(of charge: Charge, context: WorkerContext, in tx: Transaction) throws {
        guard let opened = try tx.books.entry(.charged(charge.id), book: charge.account) else { return nil }
        func account(_ kind: LedgerAccount.Kind) -> LedgerAccount {
            LedgerAccount(book: charge.account.text, kind, customer: charge.customer.text)
        }
        entry = opened.sequence
        since = try tx.books.lastDebit(of: account(.pending), charge.currency, before: entry)
        before = try tx.books.balance(of: account(.accrued), charge.currency, before: (since ?? 0) + 1)
        movements = try tx.books.movements(
            of: account(.accrued), charge.currency, after: since ?? 0, before: entry)
        charged = try context.currencies.money(minor: charge.amount, charge.currency)
    }
}
