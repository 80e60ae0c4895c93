import Billing
import Ledger
import Storage

/// A wallet while it is being moved: its lots and what accrued are read once, any number of amounts are paid and given
/// back in memory, and all of it is written at once under the journal entry that says the same.
///
/// What throws leaves it as it was.
struct OpenWallet {
    private let wallet: Wallet
    private let now: Instant
    /// In the order of spending; empty ones, too, where something was taken or may be given back.
    private(set) var lots: [WalletLot]
    private(set) var accrued: Money
    /// What the rows hold.
    private var stored: [WalletLot.ID: Int64]
    private var made: [StoredLot] = []
    /// What was given back in memory, to be remembered where it was taken.
    private var returned: PaymentTrace.Findings?
    /// The paid charges of which something was given back.
    private(set) var charges: Set<Charge.ID> = []

    init(_ wallet: Wallet, at now: Instant, lots: [WalletLot], accrued: Money) {
        self.wallet = wallet
        self.now = now
        self.lots = lots.sorted(by: WalletLot.isSpentBefore)
        self.accrued = accrued
        stored = Dictionary(uniqueKeysWithValues: lots.map { ($0.id, $0.remainingMicros) })
    }

    /// What can be spent: all that is left, but for what is frozen.
    var balance: Money {
        get throws {
            try lots.reduce(.zero(wallet.currency)) { sum, lot in
                try sum.adding(Money(micros: lot.spendableMicros, wallet.currency))
            }
        }
    }

    /// When the next lot that holds anything expires.
    var nextExpiry: Instant? { lots.filter { $0.remainingMicros > 0 }.compactMap(\.expiresAt).min() }

    // MARK: In memory

    /// Takes a price out of the lots, in their order, as far as they reach; the rest accrues.
    /// - Parameter price: not negative.
    mutating func pay(_ price: Money) throws -> Split {
        let fromWallet = try Money.lesser(price, try balance)
        let left = try price.subtracting(fromWallet)
        let owed = try accrued.adding(left)
        take(fromWallet.micros)
        accrued = owed
        return Split(wallet: fromWallet, accrued: left, refunds: money(0), chargebacks: money(0))
    }

    /// Gives a price back to what has paid it; see `PaymentTrace`. Once between two writes.
    /// - Parameters:
    ///   - price: not negative.
    ///   - newLot: names a lot that is made of what no lot has paid.
    /// - Returns: how much went to the wallet, how much is owed no more, and how much a refund or a dispute had given
    ///   back before; the caller's entry credits all of it.
    mutating func giveBack(_ price: Money, of what: GivenBack, newLot: () -> WalletLot.ID) throws -> Split {
        guard returned == nil else { throw StorageError(.misuse, detail: "a wallet was given back to twice") }
        var trace = PaymentTrace(wallet, givingBack: price.micros, owed: accrued.micros, lots: lots)
        let found = try trace.follow(what)
        let (owed, refunds, chargebacks) = (
            money(found.owed), money(found.sum(of: \.refunds)), money(found.sum(of: \.chargebacks))
        )
        let toWallet = try price.subtracting(owed).subtracting(refunds).subtracting(chargebacks)
        _ = try balance.adding(toWallet)
        accrued = try accrued.subtracting(owed)
        for (debit, micros) in found.debits { lots[position(of: debit.lot.lot)].remainingMicros += micros }
        for new in found.made { make(newLot(), new) }
        returned = found
        charges = found.charges
        return Split(wallet: toWallet, accrued: owed, refunds: refunds, chargebacks: chargebacks)
    }

    /// Takes back what a top-up had brought, frozen or not, as far as it is still in its lot.
    /// - Parameter amount: not negative.
    /// - Returns: how much of it was there.
    mutating func takeBack(_ amount: Money, from lot: WalletLot.ID) -> Money {
        guard let place = lots.firstIndex(where: { $0.id == lot }) else { return .zero(wallet.currency) }
        let part = min(amount.micros, lots[place].remainingMicros)
        lots[place].remainingMicros -= part
        return Money(micros: part, wallet.currency)
    }

    /// Gives back to a lot what was taken back of it.
    /// - Returns: what it has no room for.
    mutating func restore(_ amount: Money, to stored: StoredLot) -> Money {
        let place = position(of: stored.lot)
        let part = min(amount.micros, stored.amountMicros - lots[place].remainingMicros)
        lots[place].remainingMicros += part
        return money(amount.micros - part)
    }

    /// Money of a payment is here again that no lot has room for; it becomes one.
    /// - Parameters:
    ///   - new: the name of that lot.
    ///   - charge: what the money had paid, where that was no top-up.
    mutating func bringAgain(_ amount: Money, as new: WalletLot.ID, charge: Charge.ID? = nil) {
        guard amount.isPositive else { return }
        make(new, .paid, amount.micros, "money that had gone back of a payment is here again", charge: charge)
    }

    /// What a price came to: so much of the wallet, so much of what is owed, so much of what had gone back.
    struct Split: Hashable {
        var wallet: Money
        var accrued: Money
        var refunds: Money
        var chargebacks: Money

        func negated() throws -> Split {
            try Split(
                wallet: wallet.negated(), accrued: accrued.negated(), refunds: refunds.negated(),
                chargebacks: chargebacks.negated())
        }
    }

    // MARK: In the database

    /// Writes what was moved since the last time.
    /// - Parameter entry: the journal entry that moves the customer's wallet by the same amount; not looked at when no
    ///   lot was moved.
    mutating func write(under entry: Int64) throws {
        let tx = wallet.tx
        let before = lots.filter { stored[$0.id] ?? 0 > 0 }.compactMap(\.expiresAt).min()
        for new in made { try tx.wallets.insert(new.given(backBy: entry)) }
        for (debit, micros) in returned?.debits ?? [] { try tx.wallets.giveBack(micros, of: debit) }
        for part in returned?.settlings ?? [] {
            try tx.settlings.move(
                part.settling, of: wallet.customer.id, returning: part.micros, to: part.deductions)
        }
        (made, returned) = ([], nil)
        for lot in lots {
            let held = stored[lot.id] ?? lot.remainingMicros
            if held != lot.remainingMicros {
                try tx.wallets.move(
                    lot.id, from: held, to: lot.remainingMicros, claimed: lot.claimedMicros, under: entry)
            }
            stored[lot.id] = lot.remainingMicros
        }
        if before != nextExpiry { try tx.wallets.setNextExpiry(wallet.customer.id, nextExpiry) }
        try wallet.askForTopUp(try balance, at: now)
    }

    /// Pays as much of what is owed as there is, and writes it: first what accrued, then what was spent of payments
    /// that were taken back.
    mutating func settleAccrued(cause: String) throws {
        let there = try balance
        guard there.isPositive else { return }
        let ofAccrued = try Money.lesser(there, accrued)
        let ofReceivable = try Money.lesser(try there.subtracting(ofAccrued), try wallet.receivable())
        guard ofAccrued.isPositive || ofReceivable.isPositive else { return }
        let entries = BookEntries(book: wallet.customer.account.text, at: now)
        let entry = try entries.settledFromWallet(
            accrued: ofAccrued, receivable: ofReceivable, customer: wallet.customer.id, cause: cause)
        guard let sequence = try wallet.tx.journal.post(entry) else { return }
        accrued = try accrued.subtracting(ofAccrued)
        let settled = try ofAccrued.adding(ofReceivable).micros
        take(settled)
        try write(under: sequence)
        try wallet.tx.settlings.insert(
            sequence, of: wallet.customer.id, charge: nil, micros: settled, left: accrued.micros)
    }

    /// What was given back of a charge that was not paid after all pays what is owed again. It stands for no payment,
    /// so nothing can be given back to it.
    mutating func settleAwaited(_ awaited: [WalletLot], cause: String) throws {
        let places = awaited.compactMap { lot in lots.firstIndex { $0.id == lot.id } }
        let there = places.reduce(0) { $0 + lots[$1].remainingMicros }
        let amount = try Money.lesser(Money(micros: there, wallet.currency), accrued)
        guard amount.isPositive else { return }
        let entry = try BookEntries(book: wallet.customer.account.text, at: now).settledFromWallet(
            accrued: amount, receivable: .zero(wallet.currency), customer: wallet.customer.id, cause: cause)
        guard let sequence = try wallet.tx.journal.post(entry) else { return }
        accrued = try accrued.subtracting(amount)
        var left = amount.micros
        for place in places {
            let part = min(left, lots[place].remainingMicros)
            lots[place].remainingMicros -= part
            left -= part
        }
        try write(under: sequence)
    }

    // MARK: Lots

    private func money(_ micros: Int64) -> Money { Money(micros: micros, wallet.currency) }

    /// - Parameter micros: at most what can be spent.
    private mutating func take(_ micros: Int64) {
        var left = micros
        for place in lots.indices where left > 0 {
            let part = min(left, lots[place].spendableMicros)
            lots[place].remainingMicros -= part
            left -= part
        }
    }

    /// An expired lot is taken in as well: what is given back to it expires when the wallet is opened next.
    private mutating func position(of lot: WalletLot) -> Int {
        if let place = lots.firstIndex(where: { $0.id == lot.id }) { return place }
        stored[lot.id] = lot.remainingMicros
        let place = lots.firstIndex { WalletLot.isSpentBefore(lot, $0) } ?? lots.endIndex
        lots.insert(lot, at: place)
        return place
    }

    private mutating func make(_ id: WalletLot.ID, _ new: PaymentTrace.Made) {
        make(id, new.kind, new.micros, new.reason, charge: new.charge, claimed: new.isAwaited ? new.micros : 0)
    }

    private mutating func make(
        _ id: WalletLot.ID, _ kind: WalletLot.Kind, _ micros: Int64, _ reason: String, charge: Charge.ID? = nil,
        claimed: Int64 = 0
    ) {
        let lot = WalletLot(
            id: id, kind: kind, priority: kind.usualPriority, expiresAt: nil, remainingMicros: micros,
            claimedMicros: claimed, createdAt: now)
        made.append(
            StoredLot(
                account: wallet.customer.account, customer: wallet.customer.id, lot: lot, amountMicros: micros,
                topUp: nil, reason: reason, charge: charge))
        lots.append(lot)
        lots.sort(by: WalletLot.isSpentBefore)
        stored[id] = micros
    }
}

extension StoredLot {
    fileprivate func given(backBy entry: Int64) -> StoredLot {
        StoredLot(
            account: account, customer: customer, lot: lot, amountMicros: amountMicros, topUp: topUp, reason: reason,
            givenBackBy: entry, charge: charge)
    }
}
