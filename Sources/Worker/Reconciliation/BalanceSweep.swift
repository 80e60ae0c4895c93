import Billing
import Ledger
import Storage
import Stripe

/// The lines of a merchant's Stripe balance, since the account came to Bursar, each put into the books once.
struct BalanceSweep {
    let context: WorkerContext
    let account: ConnectedAccount

    static let stream = "balance_transactions"
    static let pageLimit = 100

    /// One page of the list. Payments, refunds and disputes that the books lack are brought up to date first.
    func unit(_ next: ReconciliationCursor, _ cursor: ReconciliationCursor) async throws -> ReconciliationUnit {
        let since: Int64
        if let known = cursor.since { since = known } else { since = try await start() }
        let page = try await context.requireStripe().send(
            BalanceTransaction.list(
                created: CreatedRange(from: since), cursor: cursor.after.isEmpty ? .start : .after(cursor.after),
                limit: Self.pageLimit, expand: BalanceLine.expansion, in: try account.scope()), context)
        let lines = page.data.map { BalanceLine($0) }
        for intent in try await missingPayments(lines) { try await fetch(intent) }
        let moneyBack = MoneyBackFetch(context: context, account: account)
        for line in try await unknown(lines) { try await moneyBack.fetch(behind: line) }

        var following = cursor
        following.since = since
        following.newest = page.data.map(\.created).reduce(cursor.newest ?? since, max)
        let reached = page.hasMore ? nil : following.newest
        if page.hasMore, let last = page.data.last { following.after = last.id } else { following = next }
        return ReconciliationUnit(following) { [context, account] tx, summary in
            let booking = BalanceBooking(context: context, account: account.id, tx: tx)
            for line in lines where try booking.book(line) { summary.balanceTransactions += 1 }
            if let reached { try tx.reconciliations.setPosition(reached, of: Self.stream, account: account.id) }
        }
    }

    private func start() async throws -> Int64 {
        let position = try await context.database.read { [account] tx in
            try tx.reconciliations.position(of: Self.stream, account: account.id)
        }
        return (position ?? account.createdAt.secondsSince1970) - context.policy.sweepOverlapSeconds
    }

    private func unknown(_ lines: [BalanceLine]) async throws -> [BalanceLine] {
        try await context.database.read { [account] tx in
            try lines.filter { try !tx.balanceTransactions.isKnown($0.transaction.id, account: account.id) }
        }
    }

    /// PaymentIntents of ours among the lines whose payment is not posted.
    private func missingPayments(_ lines: [BalanceLine]) async throws -> [String] {
        try await context.database.read { [account] tx in
            try lines.compactMap { line in
                guard line.transaction.nature == .payment, let intent = line.paymentIntent,
                    try !tx.balanceTransactions.isKnown(line.transaction.id, account: account.id),
                    let owner = try PaymentOwner.find(line, in: tx), owner.account == account.id,
                    try !tx.journal.isPosted(.payment(intent), book: account.book)
                else { return nil }
                return intent
            }
        }
    }

    /// Brings what the PaymentIntent was made for up to date, as a webhook would have. Where Stripe does not have it
    /// or the rules refuse it, the line is judged by what the books hold.
    private func fetch(_ id: String) async throws {
        let scope = try account.scope()
        do {
            let intent = try await context.requireStripe().send(
                Stripe.PaymentIntent.retrieve(id, expand: PaymentOutcome.expansion, in: scope), context)
            try await context.database.write { [context, account] tx in
                try PaymentNews(context: context, account: account, tx: tx).apply(intent)
            }
        } catch is WorkerError {
            return
        } catch let error as StripeError where error.code == .resourceMissing {
            return
        }
    }
}
