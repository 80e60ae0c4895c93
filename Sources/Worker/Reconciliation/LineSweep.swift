import Billing
import Ledger
import Storage

/// The lines of the Stripe balance as they are stored, beside what the books have moved for them: first each line, then
/// all of them. So a line, an entry or a balance that was changed or lost since it was booked is found, too.
struct LineSweep {
    let context: WorkerContext
    let account: ConnectedAccount

    static let pageLimit = 500

    func lines(_ next: ReconciliationCursor, _ state: ReconciliationState) async throws -> ReconciliationUnit {
        let after = state.cursor.after
        let page = try await context.database.read { [account] tx in
            try tx.balanceTransactions.followed(account: account.id, after: after, limit: Self.pageLimit)
        }
        var following = next
        if page.count == Self.pageLimit, let last = page.last {
            following = state.cursor
            following.after = last.line.id
        }
        let found = try page.flatMap(differences)
        return unit(following, ComparisonPage(found: found), state)
    }

    /// `stripe_balance` moves by each line's net amount, whatever it was taken for, and by nothing else.
    private func differences(_ row: BalanceTransactionStore.FollowedLine) throws -> [Discrepancy] {
        let net = try? context.currencies.money(
            minor: row.line.amount - row.line.fee, Currency(row.line.currency) ?? .none)
        var told: [Currency: Int128] = [:]
        if let net { told[net.currency] = Int128(net.micros) }
        return Set(told.keys).union(row.moved.keys).sorted().compactMap { currency in
            let (books, stripe) = (row.moved[currency] ?? 0, told[currency] ?? 0)
            guard books != stripe else { return nil }
            var found = difference(
                .lineNotFollowed, row.line.id, books: books, stripe: stripe, currency,
                "the line comes to \(stripe) micros, and its entries have moved \(books) at Stripe")
            found.rows.balanceTransaction = row.line.id
            found.rows.reference = "stripe:\(row.line.id)"
            return found
        }
    }

    func standing(_ next: ReconciliationCursor, _ state: ReconciliationState) async throws -> ReconciliationUnit {
        let before = state.record.startedAt.adding(seconds: -context.policy.paymentGraceSeconds)
        let sums = try await context.database.read { [account] tx in
            (
                books: try tx.balanceTransactions.held(account: account.id),
                lines: try tx.balanceTransactions.told(account: account.id),
                unmatched: try tx.balanceTransactions.unmatchedSums(account: account.id, before: nil),
                missing: try tx.balanceTransactions.unmatchedSums(account: account.id, before: before)
            )
        }
        var page = ComparisonPage()
        let (lines, unmatched) = (try micros(sums.lines), try micros(sums.unmatched))
        let missing = try micros(sums.missing)
        for currency in Set(sums.books.keys).union(lines.keys).union(unmatched.keys).sorted() {
            let (books, stripe) = (sums.books[currency] ?? (0, 0), lines[currency] ?? (0, 0))
            let (all, old) = (unmatched[currency] ?? (0, 0), missing[currency] ?? (0, 0))
            page.count(.ledgerStripeBalance, items: books.items, books.sum, currency)
            page.count(.awaitingStripe, items: all.items - old.items, all.sum - old.sum, currency)
            page.count(.stripe, items: stripe.items, stripe.sum, currency)
            guard books.sum != stripe.sum + all.sum else { continue }
            page.found.append(
                difference(
                    .balanceDiffers, "stripe_balance", books: books.sum, stripe: stripe.sum + all.sum, currency,
                    "the books hold \(books.sum) micros at Stripe, its lines come to \(stripe.sum), and "
                        + "\(all.sum) are still to come"))
        }
        return unit(next, page, state)
    }

    private func micros(
        _ sums: [Currency: (items: Int64, sum: Int128)]
    ) throws -> [Currency: (items: Int64, sum: Int128)] {
        var micros: [Currency: (items: Int64, sum: Int128)] = [:]
        for (currency, sum) in sums {
            let one = try context.currencies.money(minor: 1, currency).micros
            micros[currency] = (sum.items, sum.sum * Int128(one))
        }
        return micros
    }

    private func difference(
        _ kind: Discrepancy.Kind, _ object: String, books: Int128, stripe: Int128, _ currency: Currency,
        _ detail: String
    ) -> Discrepancy {
        var found = Discrepancy(
            id: .make(context.seams), account: account.id, kind: kind, object: object,
            amount: Money(micros: Int64(clamping: stripe - books), currency), detail: detail, foundAt: context.now)
        found.rows.expectedMicros = Int64(exactly: books)
        found.rows.foundMicros = Int64(exactly: stripe)
        return found
    }

    private func unit(
        _ cursor: ReconciliationCursor, _ page: ComparisonPage, _ state: ReconciliationState
    ) -> ReconciliationUnit {
        let run = state.record.id
        return ReconciliationUnit(cursor) { [account] tx, summary in
            for leg in page.legs { try tx.reconciliationLegs.add(leg, of: account.id, to: run) }
            for discrepancy in page.found where try tx.discrepancies.insert(discrepancy, in: run) {
                summary.discrepancies += 1
            }
        }
    }
}
