import Billing
import Storage
import Stripe

/// Lines that nothing had explained when they came: Stripe is asked for what is behind each, as the books may be able
/// to take it by now. What is posted takes its line out of suspense.
struct SuspenseSweep {
    let context: WorkerContext
    let account: ConnectedAccount

    /// The next line on suspense.
    func unit(_ next: ReconciliationCursor, _ cursor: ReconciliationCursor) async throws -> ReconciliationUnit {
        let after = cursor.after
        let found = try await context.database.read { [account] tx in
            try tx.balanceTransactions.suspended(account: account.id, after: after)
        }
        guard let line = found else { return ReconciliationUnit(next) }
        try await fetch(behind: line)
        var following = cursor
        following.after = line.id
        return ReconciliationUnit(following)
    }

    private func fetch(behind line: BalanceTransactionRecord) async throws {
        let moneyBack = MoneyBackFetch(context: context, account: account)
        switch BalanceTransaction.Nature(line.type) {
        case .payment:
            guard let intent = line.paymentIntent else { return }
            try await BalanceSweep(context: context, account: account).fetch(intent)
        case .refund:
            guard let source = line.source else { return }
            try await moneyBack.fetch(refund: source, of: line.paymentIntent)
        case .dispute:
            guard let source = line.source else { return }
            try await moneyBack.fetch(dispute: source, of: line.paymentIntent)
        case .payout, .stripeFee, .platformFee, .other: return
        }
    }
}
