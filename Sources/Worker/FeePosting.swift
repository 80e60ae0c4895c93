import Billing
import Ledger
import Storage
import Stripe

/// What Stripe and the platform took of a payment, posted as the balance transaction says it.
struct FeePosting {
    let context: WorkerContext
    let tx: Transaction

    func post(_ line: BalanceTransaction, paymentIntent: String, account: ConnectedAccount.ID) throws {
        let reference = try Reference.balanceTransaction(line.id)
        guard !(try tx.journal.isPosted(reference, book: account.text)), let currency = Currency(line.currency) else { return }
        let fees = try postings(line, currency, book: account.text)
        guard !fees.isEmpty else { return }
        try tx.journal.post(
            try JournalEntry(
                reference, book: account.text, at: context.now, narration: "Fees of payment \(paymentIntent)", fees))
    }

    private func postings(_ line: BalanceTransaction, _ currency: Currency, book: String) throws -> [Posting] {
        let application = line.feeDetails?.filter { $0.type == "application_fee" }.reduce(0) { $0 + $1.amount } ?? 0
        let parts: [(LedgerAccount.Kind, Int64)] = [(.processorFees, line.fee - application), (.applicationFees, application)]
        var postings: [Posting] = []
        for (kind, minor) in parts where minor != 0 {
            let amount = try context.currencies.money(minor: minor, currency)
            postings.append(.debit(LedgerAccount(book: book, kind), amount))
            postings.append(try .credit(LedgerAccount(book: book, .stripeBalance), amount))
        }
        return postings
    }
}
