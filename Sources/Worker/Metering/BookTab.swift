import Billing
import Ledger
import Storage

/// What a request's events do to the accounts that a book has once; tried in memory, so that an event that would not
/// fit is refused alone.
struct BookTab {
    private var revenue: Money
    private var providerPayable: Money
    private var providerCost: Money
    private let currency: Currency

    init(account: ConnectedAccount, on journal: JournalSheet) throws {
        currency = account.currency
        func balance(_ kind: LedgerAccount.Kind) throws -> Money {
            try journal.balance(of: LedgerAccount(book: account.book, kind))
        }
        revenue = try balance(.revenue)
        providerPayable = try balance(.providerPayable)
        providerCost = try balance(.providerCost)
    }

    /// - Throws: `LedgerError` on overflow.
    func adding(_ event: UsageEvent) throws(LedgerError) -> BookTab {
        var tab = self
        let cost = Money(micros: event.costMicros, currency)
        tab.revenue = try revenue.subtracting(Money(micros: event.priceMicros, currency))
        tab.providerPayable = try providerPayable.subtracting(cost)
        tab.providerCost = try providerCost.adding(cost)
        return tab
    }
}
