import Billing
import Ledger
import Storage

/// What a customer has paid ahead or was given, and the rule that it pays first. Whatever moves a wallet opens it.
struct Wallet {
    let customer: Customer
    let currency: Currency
    let context: WorkerContext
    let tx: Transaction

    /// What the books say is in it; never negative. What is past its expiry counts until somebody opens it.
    func balance() throws -> Money {
        try tx.journal.balance(of: ledgerAccount(.wallet), currency).negated()
    }

    func accrued() throws -> Money {
        try tx.journal.balance(of: ledgerAccount(.accrued), currency)
    }

    /// What was spent of payments that were taken back afterwards, and is not paid again.
    func receivable() throws -> Money {
        try tx.journal.balance(of: ledgerAccount(.receivable), currency)
    }

    /// What is in it at one moment.
    struct Contents {
        /// By top-ups, or past Stripe.
        var paid: Money
        var promotional: Money
        /// What of it must stay, because it may be taken back.
        var frozen: Money

        var all: Money { get throws { try paid.adding(promotional) } }
        var spendable: Money { get throws { try all.subtracting(frozen) } }
    }

    /// What is in it at `now`; changes nothing.
    func contents(at now: Instant) throws -> Contents {
        var contents = Contents(paid: .zero(currency), promotional: .zero(currency), frozen: .zero(currency))
        for lot in try tx.wallets.filled(of: customer.id) where !lot.isExpired(at: now) {
            let remaining = Money(micros: lot.remainingMicros, currency)
            if lot.kind == .promotional {
                contents.promotional = try contents.promotional.adding(remaining)
            } else {
                contents.paid = try contents.paid.adding(remaining)
            }
            contents.frozen = try contents.frozen.adding(Money(micros: lot.frozenMicros, currency))
        }
        return contents
    }

    /// Lots that are past their expiry are taken out first, in the same commit, so that nobody spends them.
    func open(at now: Instant) throws -> OpenWallet {
        try open(at: now, lots: try tx.wallets.filled(of: customer.id), accrued: try accrued())
    }

    /// - Parameters:
    ///   - lots: all that hold anything.
    ///   - accrued: what is owed.
    func open(at now: Instant, lots: [WalletLot], accrued: Money) throws -> OpenWallet {
        let expired = lots.filter { $0.isExpired(at: now) }
        for lot in expired { try expire(lot, at: now) }
        let next = lots.compactMap(\.expiresAt).min()
        let open = OpenWallet(
            self, at: now, lots: lots.filter { !$0.isExpired(at: now) }, accrued: accrued)
        if next != open.nextExpiry { try tx.wallets.setNextExpiry(customer.id, open.nextExpiry) }
        guard !expired.isEmpty else { return open }
        try tell(from: try spendable(of: lots), to: try open.balance, at: now)
        try askForTopUp(try open.balance, at: now)
        return open
    }

    /// What can be spent, or could until it expired, if nobody has opened the wallet since.
    func spendable() throws -> Money { try spendable(of: try tx.wallets.filled(of: customer.id)) }

    private func spendable(of lots: [WalletLot]) throws -> Money {
        try lots.reduce(.zero(currency)) { try $0.adding(Money(micros: $1.spendableMicros, currency)) }
    }

    /// Tells of a wallet that has lost something without any use: by its end, or because a payment goes back.
    func tell(from before: Money, to after: Money, at now: Instant) throws {
        guard after.micros < before.micros, let account = try tx.accounts.find(customer.account) else { return }
        try AlertWriter(context: context, account: account, at: now, in: tx)
            .paid(from: before.micros, to: after.micros, by: customer.id)
    }

    /// Lets the wallet be looked at when it has fallen below the threshold at which it fills itself.
    func askForTopUp(_ balance: Money, at now: Instant) throws {
        guard let policy = customer.autoTopUp, balance.micros < policy.thresholdMicros else { return }
        try tx.autoTopUps.markDue(customer.id, at: now)
    }

    /// Pays as much of what is owed as can be spent of the wallet.
    /// - Parameter cause: the id of what gave the occasion; one occasion settles once.
    func settleAccrued(cause: String, at now: Instant) throws {
        var open = try open(at: now)
        try open.settleAccrued(cause: cause)
    }

    /// A charge is over. What was given back of it meanwhile is paid credit now, or pays what is owed as before.
    func chargeEnded(_ charge: Charge, at now: Instant) throws {
        let awaited = try tx.wallets.awaiting(charge.id)
        if charge.status == .paid {
            guard !awaited.isEmpty else { return }
            let reason = PaymentTrace.Made.paid(by: charge.id)
            for lot in awaited { try tx.wallets.charge(charge.id, hasPaid: lot.id, reason: reason) }
        } else if !awaited.isEmpty {
            var open = try open(at: now)
            try open.settleAwaited(awaited, cause: "\(charge.id):given_back")
        }
        try settleAccrued(cause: "\(charge.id):\(charge.status == .paid ? "paid" : "released")", at: now)
    }

    /// Credit has come: its entry is posted, its lot can be spent, and what had accrued is paid from it.
    /// - Returns: `false` when the entry was posted before; nothing is changed then.
    @discardableResult
    func fill(_ stored: StoredLot, _ entry: JournalEntry, cause: String, at now: Instant) throws -> Bool {
        guard try tx.journal.post(entry) != nil else { return false }
        try tx.wallets.insert(stored)
        var open = try open(at: now)
        try open.settleAccrued(cause: cause)
        if let expiry = stored.lot.expiresAt, expiry == open.nextExpiry {
            try tx.wallets.setNextExpiry(customer.id, expiry)
        }
        try tx.wallets.setFilled(customer.id, try open.balance.micros, at: now)
        return true
    }

    /// A correction may give back to a lot that has expired; then it expires once more.
    private func expire(_ lot: WalletLot, at now: Instant) throws {
        let entries = BookEntries(book: customer.account.text, at: now)
        let amount = Money(micros: lot.remainingMicros, currency)
        var time = 1
        while true {
            let entry = try entries.expired(lot, amount, customer: customer.id, time: time)
            if let sequence = try tx.journal.post(entry) {
                return try tx.wallets.move(
                    lot.id, from: lot.remainingMicros, to: 0, claimed: lot.claimedMicros, under: sequence)
            }
            time += 1
        }
    }

    private func ledgerAccount(_ kind: LedgerAccount.Kind) -> LedgerAccount {
        LedgerAccount(book: customer.account.text, kind, customer: customer.id.text)
    }
}
