import Billing
import Ledger
import Storage

/// What a top-up had brought into a wallet, while its money goes back and perhaps comes again.
///
/// What of it is unspent goes with the money; what was spent the customer owes, until other credit pays it. So the
/// wallet, less what is owed, moves by the amount of the money, whatever happened in between.
struct Clawback {
    let context: WorkerContext
    let topUp: TopUp
    let customer: Customer
    let tx: Transaction

    /// Money has gone back.
    /// - Parameter cause: names the occasion on which the rest of the wallet pays what is owed.
    /// - Returns: `false` when this was posted before; nothing is changed then.
    @discardableResult
    func take(_ amount: Money, as reference: Reference, _ narration: String, cause: String) throws -> Bool {
        let now = context.now
        _ = try tx.heldTotals.lock(customer.id, at: now)
        let before = try wallet.spendable()
        var open = try wallet.open(at: now)
        let fromWallet = try lot().map { open.takeBack(amount, from: $0.lot.id) } ?? .zero(topUp.currency)
        let owed = try amount.subtracting(fromWallet)
        let entry = try entries.takenBack(
            reference, narration, fromWallet: fromWallet, receivable: owed, customer: customer.id)
        guard let sequence = try tx.journal.post(entry) else { return false }
        try open.write(under: sequence)
        try refreshClaims()
        try wallet.settleAccrued(cause: cause, at: now)
        try wallet.tell(from: before, to: try wallet.spendable(), at: now)
        if owed.isPositive { try block.set(takenBackFrom: customer) }
        return true
    }

    /// Money that had gone back is here again.
    /// - Returns: `false` when this was posted before; nothing is changed then.
    @discardableResult
    func restore(_ amount: Money, as reference: Reference, _ narration: String, cause: String) throws -> Bool {
        let now = context.now
        _ = try tx.heldTotals.lock(customer.id, at: now)
        var open = try wallet.open(at: now)
        let left = try lot().map { open.restore(amount, to: $0) } ?? amount
        open.bringAgain(left, as: .make(context.seams))
        let entry = try entries.restored(reference, narration, amount, customer: customer.id)
        guard let sequence = try tx.journal.post(entry) else { return false }
        try open.write(under: sequence)
        try refreshClaims()
        try wallet.settleAccrued(cause: cause, at: now)
        try block.lift(customer.id, in: topUp.currency)
        return true
    }

    /// Freezes what refunds under way and open disputes may yet take of the lot, and nothing more.
    /// - Returns: whether less of it is frozen than before.
    @discardableResult
    func refreshClaims() throws -> Bool {
        guard let known = try tx.wallets.find(topUp.lotID)?.lot.claimedMicros else { return false }
        let atStake = try tx.disputes.of(.topUp(topUp.id)).reduce(try tx.refunds.underWay(of: .topUp(topUp.id))) {
            let (sum, overflow) = $0.addingReportingOverflow($1.atStake)
            guard !overflow else { throw LedgerError.overflow("claims") }
            return sum
        }
        let claimed = try context.currencies.money(minor: atStake, topUp.currency).micros
        guard claimed != known else { return false }
        // Whoever holds money asks under the same lock what can be held.
        _ = try tx.heldTotals.lock(customer.id, at: context.now)
        let before = try wallet.spendable()
        try tx.wallets.setClaimed(topUp.lotID, claimed)
        guard claimed > known else { return true }
        try wallet.tell(from: before, to: try wallet.spendable(), at: context.now)
        let isDisputed = try tx.disputes.of(.topUp(topUp.id)).contains { $0.atStake > 0 }
        try stopAutoTopUps(isDisputed ? .topUpDisputed : .topUpRefunded, claimed)
        return false
    }

    /// What has gone back, or may, is not taken from the card again by itself.
    func stopAutoTopUps(_ reason: AutoTopUpState.StopReason, _ micros: Int64) throws {
        try AutoTopUps(context: context).stop(
            reason, of: customer.id, after: topUp.id.text, micros,
            whole: try context.currencies.money(minor: topUp.amount, topUp.currency), in: tx)
    }

    /// What was frozen can be spent again, and pays what is owed.
    func settle(cause: String) throws {
        try wallet.settleAgain(cause: cause, at: context.now)
        try block.lift(customer.id, in: topUp.currency)
    }

    private var block: DebtBlock { DebtBlock(context: context, tx: tx) }
    private var wallet: Wallet { Wallet(customer: customer, currency: topUp.currency, context: context, tx: tx) }
    private var entries: BookEntries { BookEntries(book: topUp.account.text, at: context.now) }

    /// The lot of the top-up. One from before lots were kept is part of what was brought forward.
    private func lot() throws -> StoredLot? {
        try tx.wallets.find(topUp.lotID) ?? tx.wallets.find(customer.broughtForwardLotID)
    }
}

extension Wallet {
    /// What was frozen can be spent again, and pays what is owed.
    /// - Parameter cause: names the occasion, which may come more than once.
    func settleAgain(cause: String, at now: Instant) throws {
        var (name, time) = (cause, 1)
        while try tx.journal.isPosted(.settledFromWallet(name), book: customer.account.text) {
            time += 1
            name = "\(cause):\(time)"
        }
        try settleAccrued(cause: name, at: now)
    }
}

extension Customer {
    /// What their wallet held when lots began to be kept, by the name that the schema gave it.
    fileprivate var broughtForwardLotID: WalletLot.ID {
        .init(stored: "\(WalletLot.idPrefix)_\(id.text.dropFirst(Self.idPrefix.count + 1))")
    }
}
