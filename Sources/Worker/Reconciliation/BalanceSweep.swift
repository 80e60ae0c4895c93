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
    func unit(_ next: ReconciliationCursor, _ state: ReconciliationState) async throws -> ReconciliationUnit {
        let cursor = state.cursor
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
        let run = state.record.id
        return ReconciliationUnit(following) { [self] tx, summary in
            let booking = BalanceBooking(context: context, account: account.id, tx: tx)
            for line in lines {
                if try booking.book(line, isListed: true) {
                    summary.balanceTransactions += 1
                } else if let change = try change(in: line, tx), try tx.discrepancies.insert(change, in: run) {
                    summary.discrepancies += 1
                }
            }
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

    /// A line never changes at Stripe: where it is another than the books have, somebody has changed theirs.
    private func change(in line: BalanceLine, _ tx: Transaction) throws -> Discrepancy? {
        let told = line.transaction
        guard let known = try tx.balanceTransactions.find(told.id, account: account.id),
            (known.amount, known.fee, known.currency, known.type) != (told.amount, told.fee, told.currency, told.type)
        else { return nil }
        let currency = Currency(told.currency) ?? .none
        let found = (try? context.currencies.money(minor: told.amount - told.fee, currency))?.micros ?? 0
        let isSameCurrency = known.currency == told.currency
        let kept = isSameCurrency ? try? context.currencies.money(minor: known.amount - known.fee, currency) : nil
        var change = Discrepancy(
            id: .make(context.seams), account: account.id, kind: .lineChanged, object: told.id,
            amount: Money(micros: Int64(clamping: Int128(found) - Int128(kept?.micros ?? 0)), currency),
            detail: "Stripe has \(told.type) of \(told.amount) less \(told.fee) \(told.currency), and the books "
                + "\(known.type) of \(known.amount) less \(known.fee) \(known.currency)", foundAt: context.now)
        change.rows.balanceTransaction = told.id
        change.rows.reference = "stripe:\(told.id)"
        change.rows.expectedMicros = kept?.micros ?? 0
        change.rows.foundMicros = found
        return change
    }

    /// Brings what the PaymentIntent was made for up to date, as a webhook would have. Where Stripe does not have it
    /// or the rules refuse it, the line is judged by what the books hold.
    func fetch(_ id: String) async throws {
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
