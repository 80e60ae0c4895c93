import Billing
import Ledger
import Logging
import Storage
import Stripe

/// What one unit writes, together with where the run stands afterwards.
struct ReconciliationUnit: Sendable {
    var cursor: ReconciliationCursor
    /// Up to which entry of the journal it has compared usage.
    var through: Int64?
    /// Writes what was found, and counts it.
    let keep: @Sendable (Transaction, inout ReconciliationSummary) throws -> Void

    init(
        _ cursor: ReconciliationCursor,
        keep: @escaping @Sendable (Transaction, inout ReconciliationSummary) throws -> Void = { _, _ in }
    ) {
        self.cursor = cursor
        self.keep = keep
    }
}

/// One unit of a run: which one, and what becomes of an account that cannot be compared.
struct ReconciliationStep: Sendable {
    let context: WorkerContext
    let state: ReconciliationState

    /// Somebody else did the same unit first.
    private struct Superseded: Error {}

    func run() async throws {
        do {
            if state.cursor.phase == .books { return try await checkBooks() }
            if state.cursor.phase == .newUsage { return try await compareNewUsage() }
            guard let id = state.cursor.account else { return try await takeNextAccount() }
            let found = try await context.database.read { tx in try tx.accounts.find(ConnectedAccount.ID(stored: id)) }
            guard let account = found else { return try await leaveAccount() }
            if state.cursor.phase.isOfStripe, try await isOutOfReach(account) { return }
            try await compare(account)
        } catch is Superseded {
            return
        }
    }

    private func compare(_ account: ConnectedAccount) async throws {
        do {
            try await keep(try await unit(of: account))
        } catch let error as StripeError {
            let detail = [error.description, error.details.message].compactMap { $0 }.joined(separator: ": ")
            try await giveUp(account, "stripe_\(error.code.rawValue)", detail)
        } catch let error as WorkerError {
            try await giveUp(account, error.code, error.detail)
        } catch let error as LedgerError {
            try await giveUp(account, error.code, error.description)
        } catch let error as BillingError {
            try await giveUp(account, error.code, error.detail)
        } catch let error as StorageError where error.kind == .rejected {
            // One account's rows that the schema refuses must not hold up all the others.
            try await giveUp(account, "storage_\(error.code)", error.detail ?? error.description)
        }
    }

    private func unit(of account: ConnectedAccount) async throws -> ReconciliationUnit {
        let cursor = state.cursor
        switch cursor.phase {
        case .usageEvents:
            return try await UsageSweep(context: context, account: account).events(next(cursor), state)
        case .usageEntries:
            return try await UsageSweep(context: context, account: account).entries(next(cursor), state)
        case .events: return try await EventSweep(context: context, account: account).unit(next(cursor), cursor)
        case .settling: return try await EventSweep(context: context, account: account).settle(next(cursor), cursor)
        case .charges: return try await OpenObjectSweep(context: context, account: account).charge(next(cursor), state)
        case .topUps: return try await OpenObjectSweep(context: context, account: account).topUp(next(cursor), state)
        case .refunds:
            return try await OpenMoneyBackSweep(context: context, account: account).refund(next(cursor), cursor)
        case .disputes:
            return try await OpenMoneyBackSweep(context: context, account: account).dispute(next(cursor), cursor)
        case .balance:
            let isNeeded = try await isBalanceNeeded(account)
            guard isNeeded || cursor.since != nil else { return ReconciliationUnit(next(cursor)) }
            return try await BalanceSweep(context: context, account: account).unit(next(cursor), state)
        case .newDisputes:
            return try await DisputeListSweep(context: context, account: account).unit(next(cursor), cursor)
        case .suspended:
            return try await SuspenseSweep(context: context, account: account).unit(next(cursor), cursor)
        case .missing: return try await MissingSweep(context: context, account: account).unit(next(cursor), state)
        case .lines: return try await LineSweep(context: context, account: account).lines(next(cursor), state)
        case .standing: return try await LineSweep(context: context, account: account).standing(next(cursor), state)
        case .findings: return try await FindingSweep(context: context, account: account).findings(next(cursor), state)
        case .newUsage, .books: return ReconciliationUnit(cursor)
        }
    }

    /// Between the nights only recent payments that still lack their fee are a reason to read the balance.
    private func isBalanceNeeded(_ account: ConnectedAccount) async throws -> Bool {
        guard state.record.scope != .full, state.cursor.since == nil else { return true }
        let now = context.now
        return try await context.database.read { tx in
            try !tx.balanceTransactions.unmatchedPayments(
                account: account.id, paidFrom: now.adding(seconds: -86_400), paidBefore: now, after: "", limit: 1
            ).isEmpty
        }
    }

    /// The beginning of the next phase; after the last one the account is done.
    private func next(_ cursor: ReconciliationCursor) -> ReconciliationCursor {
        var next = cursor
        let rest = state.record.scope.phases.drop { $0 != cursor.phase }.dropFirst()
        guard let phase = rest.first else {
            next.account = nil
            return next
        }
        next.enter(phase)
        return next
    }
}

// MARK: From account to account

extension ReconciliationStep {
    private func takeNextAccount() async throws {
        let last = state.cursor.lastAccount
        let only = state.record.account
        let account = try await context.database.read { tx -> ConnectedAccount? in
            if let only { return last.isEmpty ? try tx.accounts.find(only) : nil }
            return try tx.accounts.list(after: last.isEmpty ? nil : .init(stored: last), limit: 1).first
        }
        guard let account else { return try await endAccounts() }
        var cursor = state.cursor
        cursor.lastAccount = account.id.text
        cursor.usage = nil
        let started = state.record.startedAt
        cursor.openBefore = try await context.database.read { tx in
            try tx.reconciliations.openObjects(account: account.id, madeUpTo: started)
        }
        cursor.account = account.id.text
        cursor.enter(state.record.scope.phases.first ?? .events)
        try await keep(ReconciliationUnit(cursor))
    }

    /// Goes on to the next account where Stripe cannot be asked for this one.
    private func isOutOfReach(_ account: ConnectedAccount) async throws -> Bool {
        if account.stripeMode == .none || (account.stripeMode == .connect && account.stripeAccount == nil) {
            // Nothing at Stripe, so nothing to compare with it; a full run has compared the rest.
            try await leaveAccount()
        } else if account.status == .disconnected {
            try await passOver(account)
        } else if context.stripe == nil {
            try await giveUp(account, "stripe_not_configured", "no Stripe key is set; nothing can be asked")
        } else {
            return false
        }
        return true
    }

    /// Nothing is asked for a merchant who has withdrawn the access. With nothing open that is all there is to say; how
    /// a payment ended that was still open nobody can tell, and a run that cannot know is not clean.
    private func passOver(_ account: ConnectedAccount) async throws {
        let started = state.record.startedAt
        let open = try await context.database.read { tx in
            try tx.reconciliations.openObjects(account: account.id, madeUpTo: started)
        }
        guard open > 0 else {
            return try await giveUp(
                account, UncheckedAccount.disconnected,
                "the merchant has withdrawn the access, and nothing of theirs is open; nothing is asked for it")
        }
        try await giveUp(
            account, "disconnected_while_open",
            "the merchant has withdrawn the access while \(open) charges, top-ups and refunds were open; look at "
                + "how they ended in the merchant's Stripe account, or connect it again")
    }

    private func leaveAccount() async throws {
        var cursor = state.cursor
        cursor.account = nil
        cursor.usage = nil
        guard state.record.scope == .full else { return try await write(cursor) { _, _ in } }
        try await keep(ReconciliationUnit(cursor))
    }

    /// Goes on to the next account, and says that this one was not compared to the end.
    private func giveUp(_ account: ConnectedAccount, _ reason: String, _ detail: String) async throws {
        if account.status != .disconnected {
            context.logger.warning(
                "Account not reconciled", metadata: ["account": "\(account.id)", "reason": "\(reason)"])
        }
        var cursor = state.cursor
        cursor.account = nil
        cursor.lastAccount = account.id.text
        let run = state.record.id
        try await write(cursor) { tx, summary in
            let unchecked = UncheckedAccount(account: account.id, reason: reason, detail: detail)
            try tx.reconciliations.insert(unchecked, in: run)
            summary.notChecked += 1
        }
    }

    private func endAccounts() async throws {
        var cursor = state.cursor
        if state.record.scope == .events, state.record.account == nil {
            cursor.enter(.newUsage)
            return try await write(cursor) { _, _ in }
        }
        guard state.record.scope == .full else { return try await finish() }
        cursor.enter(.books)
        cursor.books = .start
        let isOfAll = state.record.account == nil
        try await write(cursor) { tx, summary in
            if isOfAll, let through = summary.throughEntry { try tx.usageComparisons.setSequence(through) }
        }
    }

    /// Of what was posted since the last look; all of it is read once a day.
    private func compareNewUsage() async throws {
        let run = state.record.id
        let news = try await context.database.read { [context] tx in
            try NewUsageComparison(context: context, tx: tx).page()
        }
        guard let news else { return try await finish() }
        var cursor = state.cursor
        cursor.after = String(news.through)
        try await write(cursor) { tx, summary in
            try tx.usageComparisons.setSequence(news.through)
            summary.throughEntry = news.through
            for discrepancy in news.found where try tx.discrepancies.insert(discrepancy, in: run) {
                summary.discrepancies += 1
            }
        }
    }

    private func checkBooks() async throws {
        guard let position = state.cursor.books else { return try await finish() }
        let book = state.record.account
        let page = try await context.database.read { [context] tx in
            try BooksCheck(book: book, currencies: context.currencies, tx: tx).page(at: position)
        }
        var cursor = state.cursor
        // Usage was compared account by account.
        cursor.books = page.next?.part == .usage ? BooksPosition(.lots) : page.next
        let run = state.record.id
        try await write(cursor) { [context] tx, summary in
            summary.bookRows += Int64(page.rowsRead)
            let findings = page.findings.filter { $0.rule != .usageDiffers }
            for finding in findings.prefix(BooksReport.listed) {
                let discrepancy = Discrepancy(
                    id: .make(context.seams), account: ConnectedAccount.ID(stored: finding.book), kind: .books,
                    object: "\(finding.rule.rawValue) \(finding.row)", amount: .zero(.none), detail: finding.detail,
                    foundAt: context.now)
                if try tx.discrepancies.insert(discrepancy, in: run) { summary.discrepancies += 1 }
            }
        }
    }

    private func finish() async throws {
        let run = state.record.id
        let left = try await context.database.read { tx in try tx.reconciliations.leftOpen(in: run) }
        let status = ReconciliationRecord.ended(leftOpen: left, found: state.summary.discrepancies)
        try await write(state.cursor, status: status) { _, _ in }
    }
}

// MARK: Writing

extension ReconciliationStep {
    /// Keeps a unit; when it was the account's last, what the account came to as well.
    private func keep(_ unit: ReconciliationUnit) async throws {
        let ended = state.cursor.account.flatMap { unit.cursor.account == nil ? $0 : nil }
        let (started, openBefore) = (state.record.startedAt, state.cursor.openBefore)
        try await write(unit.cursor) { tx, summary in
            try unit.keep(tx, &summary)
            summary.throughEntry = summary.throughEntry ?? unit.through
            guard let ended else { return }
            let open = try tx.reconciliations.openObjects(account: .init(stored: ended), madeUpTo: started)
            summary.accounts += 1
            summary.healed += max(0, openBefore - open)
        }
    }

    /// Writes what a unit found and where the run stands in one commit, or nothing when another worker was faster.
    private func write(
        _ cursor: ReconciliationCursor, status: ReconciliationRecord.Status = .running,
        _ body: @escaping @Sendable (Transaction, inout ReconciliationSummary) throws -> Void
    ) async throws {
        try await context.database.write { [context, state] tx in
            var summary = state.summary
            try body(tx, &summary)
            let advanced = try tx.reconciliations.advance(
                state.record, status: status, cursor: try ReconciliationState.text(cursor),
                summary: try ReconciliationState.text(summary), finishedAt: status == .running ? nil : context.now)
            guard advanced else { throw Superseded() }
        }
    }
}
