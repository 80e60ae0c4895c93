import Billing
import Ledger
import Storage
import Stripe

/// Takes out of suspense what a line of the Stripe balance was put there for, when the fact is posted that explains it.
///
/// The line has moved `stripe_balance` already, and so has the fact: one of the two is taken back, in the commit that
/// posts the fact, so that the books hold at Stripe what Stripe holds whichever of them comes first. One fact explains
/// one line: a second one of the same movement stays where it is, however often the fact is told of.
struct SuspenseRelease {
    let context: WorkerContext
    let account: ConnectedAccount.ID
    let tx: Transaction

    /// - Parameter posted: what the fact has moved `stripe_balance` by; likewise below.
    func explain(payment intent: String, _ posted: Money) throws {
        let lines = try tx.balanceTransactions.suspended(paymentIntent: intent, account: account)
        guard let line = lines.first(where: { BalanceTransaction.Nature($0.type) == .payment }) else { return }
        try release(line, as: .payment, posted)
    }

    func explain(refund id: String, _ posted: Money) throws {
        let lines = try tx.balanceTransactions.suspended(source: id, account: account)
        let line = lines.first {
            BalanceTransaction.Nature($0.type) == .refund && ($0.amount < 0) == posted.isNegative
        }
        guard let line else { return }
        try release(line, as: .refund, posted)
    }

    func explain(dispute line: String, _ posted: Money) throws {
        guard let line = try tx.balanceTransactions.find(line, account: account), line.part == .suspense else { return }
        try release(line, as: .dispute, posted)
    }

    private func release(_ line: BalanceTransactionRecord, as part: BalanceTransactionRecord.Part, _ posted: Money)
        throws
    {
        guard try !tx.balanceTransactions.hasTwin(of: line, as: part),
            let finding = try tx.balanceTransactions.suspension(of: line.id, account: account)
        else { return }
        var sheet = PostingSheet(book: account.text)
        var rest: Money?
        if finding.amount.currency == posted.currency {
            try sheet.move(posted, to: .suspense, from: .stripeBalance)
            rest = try finding.amount.subtracting(posted)
        } else {
            try sheet.move(posted, to: .exchange, from: .stripeBalance)
            try sheet.move(finding.amount, to: .suspense, from: .exchange)
        }
        let narration = "Explained: \([line.type, line.source].compactMap { $0 }.joined(separator: " "))"
        let entry = try JournalEntry(
            .explained(line.id), book: account.text, at: context.now, narration: narration, sheet.postings)
        guard try tx.journal.post(entry) != nil else { return }
        try tx.balanceTransactions.explain(line.id, account: account, as: part, finding)
        guard let rest, !rest.isZero else { return }
        try tx.balanceTransactions.insert(
            BalanceFinding(
                .amountDiffers, rest, isInSuspense: true,
                "Stripe has \(rest.micros) micros more for it than the books"),
            of: line.id, account: account)
    }
}
