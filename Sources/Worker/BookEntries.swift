import Billing
import Ledger

/// The entries of the main job. Each says what it is in one line, and is balanced or not made.
struct BookEntries {
    let book: String
    let at: Instant

    /// Metered usage of one customer in one request: the customer owes the price, or their wallet has paid it, and the
    /// provider is owed the cost. Amounts below zero are given back, those apart that refunds and disputes gave back.
    /// - Parameters:
    ///   - first: the event that names the entry.
    ///   - count: how many events the entry is of.
    func usage(
        _ first: UsageEvent, count: Int, _ price: OpenWallet.Split, cost: Money
    ) throws -> JournalEntry? {
        let customer = first.customer.text
        let parts = [
            (account(.wallet, customer), price.wallet), (account(.accrued, customer), price.accrued),
            (account(.refunds), price.refunds), (account(.chargebacks), price.chargebacks),
        ].filter { !$0.1.isZero }
        var postings = parts.map { Posting.debit($0.0, $0.1) }
        let price = try parts.reduce(Money.zero(cost.currency)) { try $0.adding($1.1) }
        if !price.isZero { postings.append(try .credit(account(.revenue), price)) }
        if !cost.isZero {
            postings.append(.debit(account(.providerCost), cost))
            postings.append(try .credit(account(.providerPayable), cost))
        }
        guard !postings.isEmpty else { return nil }
        let others = count == 1 ? "" : " and \(count - 1) more"
        let what = first.corrects.map { "Correction of \($0)" } ?? "Usage \(first.eventID) of \(first.source)"
        return try entry(.usage(first.id), what + others, postings)
    }

    /// The wallet pays what had accrued, and what was spent of payments that were taken back.
    func settledFromWallet(
        accrued: Money, receivable: Money, customer: Customer.ID, cause: String
    ) throws -> JournalEntry {
        var postings = [Posting.debit(account(.wallet, customer.text), try accrued.adding(receivable))]
        if !accrued.isZero { postings.append(try .credit(account(.accrued, customer.text), accrued)) }
        if !receivable.isZero { postings.append(try .credit(account(.receivable, customer.text), receivable)) }
        let what = accrued.isZero ? "what had been spent and taken back" : "accrued usage"
        return try entry(.settledFromWallet(cause), "Wallet pays \(what)", postings)
    }

    /// Money of a top-up has gone back: what is left of its credit goes with it, the rest the customer owes.
    func takenBack(
        _ reference: Reference, _ narration: String, fromWallet: Money, receivable: Money, customer: Customer.ID
    ) throws -> JournalEntry {
        var postings: [Posting] = []
        if !fromWallet.isZero { postings.append(.debit(account(.wallet, customer.text), fromWallet)) }
        if !receivable.isZero { postings.append(.debit(account(.receivable, customer.text), receivable)) }
        postings.append(try .credit(account(.stripeBalance), try fromWallet.adding(receivable)))
        return try entry(reference, narration, postings)
    }

    /// Money that had gone back of a top-up is here again, and so is its credit.
    func restored(
        _ reference: Reference, _ narration: String, _ amount: Money, customer: Customer.ID
    ) throws -> JournalEntry {
        try entry(
            reference, narration,
            [.debit(account(.stripeBalance), amount), try .credit(account(.wallet, customer.text), amount)])
    }

    /// Money of a charge has gone back: the usage stays what it was, and is deducted from revenue; what corrections had
    /// made of it is taken from the wallet, or owed.
    /// - Parameter parts: all below zero where the money is here again.
    func gone(
        _ reference: Reference, _ narration: String, _ parts: ChargeClawback.Parts, customer: Customer.ID
    ) throws -> JournalEntry {
        let legs = [
            (account(.wallet, customer.text), parts.wallet), (account(.refunds), parts.refunds),
            (account(.chargebacks), parts.chargebacks), (account(.receivable, customer.text), parts.receivable),
        ].filter { !$0.1.isZero }
        let sum = try legs.reduce(Money.zero(parts.wallet.currency)) { try $0.adding($1.1) }
        let postings = try legs.map { Posting.debit($0.0, $0.1) } + [.credit(account(.stripeBalance), sum)]
        return try entry(reference, narration, sum.isNegative ? postings.reversed() : postings)
    }

    func charged(_ charge: Charge, _ amount: Money) throws -> JournalEntry {
        try entry(
            .charged(charge.id), "Charge of accrued usage",
            [
                .debit(account(.pending, charge.customer.text), amount),
                try .credit(account(.accrued, charge.customer.text), amount),
            ])
    }

    func released(_ charge: Charge, _ amount: Money) throws -> JournalEntry {
        try entry(
            .released(charge.id), "Charge canceled; owed as before",
            [
                .debit(account(.accrued, charge.customer.text), amount),
                try .credit(account(.pending, charge.customer.text), amount),
            ])
    }

    func chargePaid(_ charge: Charge, _ amount: Money, paymentIntent: String) throws -> JournalEntry {
        try entry(
            .payment(paymentIntent), "Payment of charge \(charge.id)",
            [
                .debit(account(.stripeBalance), amount),
                try .credit(account(.pending, charge.customer.text), amount),
            ])
    }

    func topUpPaid(_ topUp: TopUp, _ amount: Money, paymentIntent: String) throws -> JournalEntry {
        try entry(
            .payment(paymentIntent), "Payment of top-up \(topUp.id)",
            [
                .debit(account(.stripeBalance), amount),
                try .credit(account(.wallet, topUp.customer.text), amount),
            ])
    }

    /// Credit given by hand: the merchant's expense, or paid past Stripe.
    func granted(_ lot: WalletLot, _ amount: Money, customer: Customer.ID) throws -> JournalEntry {
        let isGift = lot.kind == .promotional
        return try entry(
            .granted(lot.id), isGift ? "Credit given" : "Credit for what was paid outside of Stripe",
            [
                .debit(account(isGift ? .promotions : .receivedOutside), amount),
                try .credit(account(.wallet, customer.text), amount),
            ])
    }

    /// What was left of a lot at the end of its time.
    /// - Parameter time: 1, and more for a lot that was given something back after it had expired.
    func expired(_ lot: WalletLot, _ amount: Money, customer: Customer.ID, time: Int) throws -> JournalEntry {
        let isGift = lot.kind == .promotional
        return try entry(
            .expired(lot.id, time: time), isGift ? "Given credit expires" : "Paid credit expires",
            [
                .debit(account(.wallet, customer.text), amount),
                try .credit(account(isGift ? .promotions : .breakage), amount),
            ])
    }

    private func account(_ kind: LedgerAccount.Kind, _ customer: String? = nil) -> LedgerAccount {
        LedgerAccount(book: book, kind, customer: customer)
    }

    private func entry(_ reference: Reference, _ narration: String, _ postings: [Posting]) throws -> JournalEntry {
        try JournalEntry(reference, book: book, at: at, narration: narration, postings)
    }
}
