import Billing
import Ledger
import Storage

/// What a customer has paid ahead, and the rule that it pays first.
struct Wallet {
    let customer: Customer
    let currency: Currency
    let tx: Transaction

    /// What is in it; never negative.
    func balance() throws -> Money {
        try tx.journal.balance(of: ledgerAccount(.wallet), currency).negated()
    }

    func accrued() throws -> Money {
        try tx.journal.balance(of: ledgerAccount(.accrued), currency)
    }

    /// Pays as much of what accrued as the wallet holds.
    /// - Parameter cause: the id of what gave the occasion; one occasion settles once.
    func settleAccrued(cause: String, at now: Instant) throws {
        let amount = try Money.lesser(try balance(), try accrued())
        guard amount.isPositive else { return }
        let entries = BookEntries(book: customer.account.text, at: now)
        try tx.journal.post(try entries.settledFromWallet(amount, customer: customer.id, cause: cause))
    }

    private func ledgerAccount(_ kind: LedgerAccount.Kind) -> LedgerAccount {
        LedgerAccount(book: customer.account.text, kind, customer: customer.id.text)
    }
}
