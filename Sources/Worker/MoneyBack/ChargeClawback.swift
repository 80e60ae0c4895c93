import Billing
import Ledger
import Storage

/// What a charge had collected, while its money goes back and perhaps comes again.
///
/// Where corrections have taken back usage that the charge had paid, its money has become credit, which is a top-up in
/// all but name: what is unspent of it goes back first. The rest is a deduction from revenue, as far as usage that the
/// charge has paid still stands; and what then is left of credit that was spent, the customer owes. A correction that
/// comes after the refund goes by the same rule: see `PaymentTrace`. So nobody gets the same money twice, whichever
/// came first, and always
///
///     money gone = deducted + taken of credit + (usage taken back - credit made of it)
struct ChargeClawback {
    let context: WorkerContext
    let charge: Charge
    let customer: Customer
    let tx: Transaction

    typealias Kind = PaymentReversal.Kind

    /// Where an amount of money comes from that goes back.
    struct Parts: Hashable {
        /// Credit that was there.
        var wallet: Money
        /// Revenue, on the accounts of refunds and of disputes.
        var refunds: Money
        var chargebacks: Money
        /// Credit that was spent.
        var receivable: Money
    }

    /// - Returns: `nil` for a charge that has not paid, of which nothing can go back.
    init?(_ id: Charge.ID, context: WorkerContext, tx: Transaction) throws {
        guard let charge = try tx.charges.find(id), charge.status == .paid,
            let customer = try tx.customers.find(charge.customer)
        else { return nil }
        (self.context, self.charge, self.customer, self.tx) = (context, charge, customer, tx)
    }

    /// Money has gone back.
    /// - Parameter cause: names the occasion on which the rest of the wallet pays what is owed.
    func take(_ amount: Money, by kind: Kind, as reference: Reference, _ narration: String, cause: String) throws {
        _ = try tx.heldTotals.lock(customer.id, at: context.now)
        let before = try wallet.spendable()
        var open = try wallet.open(at: context.now)
        let (settling, lots) = (try settling(), try tx.wallets.made(of: charge.id))
        let spent = lots.reduce(-Int128(settling.deductions.taken)) {
            $0 + Int128($1.amountMicros) - Int128($1.lot.remainingMicros)
        }
        let fromWallet = try lots.reduce(.zero(charge.currency)) { sum, stored in
            try sum.adding(open.takeBack(try amount.subtracting(sum), from: stored.lot.id))
        }
        let rest = try amount.subtracting(fromWallet)
        let owed = money(Int64(clamping: min(max(0, Int128(rest.micros) - settling.standing), max(0, spent))))
        let (deducted, nothing) = (try rest.subtracting(owed), Money.zero(charge.currency))
        let parts = Parts(
            wallet: fromWallet, refunds: kind == .refund ? deducted : nothing,
            chargebacks: kind == .dispute ? deducted : nothing, receivable: owed)
        let entry = try entries.gone(reference, narration, parts, customer: customer.id)
        guard let sequence = try tx.journal.post(entry) else { return }
        var after = settling.deductions
        after.refunds += parts.refunds.micros
        after.chargebacks += parts.chargebacks.micros
        after.taken += try fromWallet.adding(owed).micros
        try tx.settlings.move(settling, of: customer.id, to: after)
        guard !lots.isEmpty else { return }
        try open.write(under: sequence)
        try refreshClaims()
        try settle(cause: cause)
        try wallet.tell(from: before, to: try wallet.spendable(), at: context.now)
        if fromWallet.isPositive { try stopAutoTopUps(kind, fromWallet) }
        if owed.isPositive { try block.set(takenBackFrom: customer) }
    }

    /// Money that had gone back is here again: it makes up first for what was deducted, by its own kind before the
    /// other, as corrections may have taken off either; the rest is credit.
    func restore(_ amount: Money, by kind: Kind, as reference: Reference, _ narration: String, cause: String) throws {
        _ = try tx.heldTotals.lock(customer.id, at: context.now)
        let settling = try settling()
        var after = settling.deductions
        var credit = amount.micros
        for account in kind.deductions {
            let part = min(credit, after[keyPath: account])
            after[keyPath: account] -= part
            credit -= part
        }
        let before = settling.deductions
        let parts = Parts(
            wallet: money(-credit), refunds: money(after.refunds - before.refunds),
            chargebacks: money(after.chargebacks - before.chargebacks), receivable: money(0))
        var open = try wallet.open(at: context.now)
        let back = min(credit, after.taken)
        let left = try tx.wallets.made(of: charge.id).reduce(money(back)) { open.restore($0, to: $1) }.micros
        open.bringAgain(money(credit - back + left), as: .make(context.seams), charge: charge.id)
        let entry = try entries.gone(reference, narration, parts, customer: customer.id)
        guard let sequence = try tx.journal.post(entry) else { return }
        after.taken -= back - left
        try tx.settlings.move(settling, of: customer.id, to: after)
        guard credit > 0 else { return }
        try open.write(under: sequence)
        try refreshClaims()
        try settle(cause: cause)
    }

    /// Freezes what refunds under way and open disputes may yet take of the credit, and nothing more.
    /// - Returns: whether less of it is frozen than before.
    @discardableResult
    func refreshClaims() throws -> Bool {
        let lots = try tx.wallets.made(of: charge.id)
        guard !lots.isEmpty else { return false }
        let disputed = try tx.disputes.of(.charge(charge.id)).reduce(Int128(0)) { $0 + Int128($1.atStake) }
        let underWay = Int128(try tx.refunds.underWay(of: .charge(charge.id)))
        let unit = try context.currencies.money(minor: 1, charge.currency).micros
        var left = (disputed + underWay) * Int128(unit)
        let claims = lots.map { stored -> (lot: WalletLot, claimed: Int64) in
            let claimed = Int64(min(left, Int128(stored.lot.remainingMicros)))
            left -= Int128(claimed)
            return (stored.lot, claimed)
        }.filter { $0.lot.claimedMicros != $0.claimed }
        guard !claims.isEmpty else { return false }
        // Whoever holds money asks under the same lock what can be held.
        _ = try tx.heldTotals.lock(customer.id, at: context.now)
        let before = try wallet.spendable()
        for (lot, claimed) in claims { try tx.wallets.setClaimed(lot.id, claimed) }
        try wallet.tell(from: before, to: try wallet.spendable(), at: context.now)
        let more = claims.reduce(Int128(0)) { $0 + Int128($1.claimed) - Int128($1.lot.claimedMicros) }
        if more > 0 { try stopAutoTopUps(disputed > 0 ? .dispute : .refund, money(Int64(clamping: more))) }
        return more < 0
    }

    /// What was frozen can be spent again, and pays what is owed.
    func settle(cause: String) throws {
        try wallet.settleAgain(cause: cause, at: context.now)
        try block.lift(customer.id, in: charge.currency)
    }

    private var block: DebtBlock { DebtBlock(context: context, tx: tx) }
    private var wallet: Wallet { Wallet(customer: customer, currency: charge.currency, context: context, tx: tx) }
    private var entries: BookEntries { BookEntries(book: charge.account.text, at: context.now) }

    private func money(_ micros: Int64) -> Money { Money(micros: micros, charge.currency) }

    private func settling() throws -> Settling {
        guard let settling = try tx.settlings.find(charge.id) else {
            throw StorageError(.misuse, detail: "charge \(charge.id) is paid and has settled nothing")
        }
        return settling
    }

    /// What has gone back, or may, is not taken from the card again by itself.
    private func stopAutoTopUps(_ kind: Kind, _ amount: Money) throws {
        try AutoTopUps(context: context).stop(
            kind == .refund ? .chargeRefunded : .chargeDisputed, of: customer.id, after: charge.id.text, amount.micros,
            whole: try context.currencies.money(minor: charge.amount, charge.currency), in: tx)
    }
}

extension PaymentReversal.Kind {
    /// Where a charge's row counts what is deducted, the kind's own account first.
    fileprivate var deductions: [WritableKeyPath<Settling.Deductions, Int64>] {
        self == .refund ? [\.refunds, \.chargebacks] : [\.chargebacks, \.refunds]
    }
}

extension Settling {
    /// Usage that stands and that nothing was deducted from. Below zero where a bank has taken more than was paid.
    fileprivate var standing: Int128 {
        Int128(unreturnedMicros) - Int128(deductions.refunds) - Int128(deductions.chargebacks)
    }
}
