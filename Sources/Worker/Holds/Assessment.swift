import Billing
import Ledger
import Storage

/// What a request would take, and whether everything has room for it. Looks only.
struct Assessment {
    let party: Party
    let amounts: LimitAmounts
    let book: LimitBook
    let decision: QuotaDecision
    /// Of the key, if it has a cap.
    let key: LimitStanding?
    /// Of a prepaid customer.
    let wallet: WalletStanding?
    let refusal: AuthorizationRefusal?

    /// - Parameters:
    ///   - provider: who sells the model.
    ///   - wallet: `nil` for who does not pay ahead.
    ///   - counter: what is used and held of a counter.
    init(
        of party: Party, _ amounts: LimitAmounts, provider: String?, model: String?, wallet: WalletStanding?,
        at now: Instant, counter: (LimitCounterID) throws -> LimitCounter
    ) throws {
        self.party = party
        self.amounts = amounts
        self.wallet = wallet
        book = try LimitBook(party, at: now, counter: counter)
        decision = book.decide(amounts)
        key = try party.key.flatMap { key in
            try key.cap.map { cap in
                let counter = try counter(.ever(key.limitSubject))
                return cap.standing(spent: counter.used.spendMicros, held: counter.held.spendMicros)
            }
        }
        refusal =
            party.refusal(provider: provider, model: model, at: now)
            ?? Self.refusal(amounts, decision: decision, key: key, wallet: wallet, at: now)
    }

    private static func refusal(
        _ amounts: LimitAmounts, decision: QuotaDecision, key: LimitStanding?, wallet: WalletStanding?, at now: Instant
    ) -> AuthorizationRefusal? {
        if let key {
            let cap = KeyCap(maxSpendMicros: key.limit)
            guard cap.allows(spent: key.used, held: key.held, estimate: amounts.spendMicros) else {
                return .keyCap(key, asked: amounts)
            }
        }
        if case .refused(let standing) = decision.outcome { return .quota(standing, asked: amounts, at: now) }
        if let wallet, amounts.spendMicros > wallet.available { return .wallet(wallet, asked: amounts.spendMicros) }
        return nil
    }
}

extension UsageEstimate {
    /// Rounded up, so that what is really posted for just this, with all that rounding has left before, is no more.
    /// - Throws: what an event that says the same is refused for.
    func amounts(
        _ hold: Hold.ID, for party: Party, context: WorkerContext, in tx: Transaction
    ) throws -> LimitAmounts {
        let now = context.now
        let report = report(hold, customer: party.customer.externalID)
        try check()
        try UsageCheck(now: now).check(report)
        var meters = try MetersTab(account: party.account, context: context, tx: tx)
        if let amountMicros {
            _ = try meters.product(product, takesArchived: false)
            return try LimitAmounts(
                report.quantities, costMicros: costMicros ?? amountMicros, spendMicros: amountMicros)
        }
        let pricing = try UsagePricing(account: party.account, context: context, in: tx)
        func rated(after meters: inout MetersTab) throws -> Rated {
            let metered = try meters.adding(
                report, by: party.customer, key: party.key, in: party.customer.zone(of: party.account), at: now,
                countedAt: now)
            do {
                return try pricing.rate(report, at: now, by: pricing.rating(on: party.plan), metered: metered)
            } catch {
                let field = error.field.map { "estimate.\($0)" } ?? "estimate"
                throw WorkerError.invalid(field, error.detail, code: error.code)
            }
        }
        var dearest = try rated(after: &meters)
        if product != nil, try meters.takeHeld(of: party, naming: product, besides: hold, at: now) {
            let last = try rated(after: &meters)
            if last.exactPrice > dearest.exactPrice { dearest = last }
        }
        return try LimitAmounts(
            report.quantities, costMicros: try dearest.exactCost.roundedUp(),
            spendMicros: try dearest.exactPrice.roundedUp())
    }
}

extension MetersTab {
    /// So many of a customer's holds are looked at.
    private static let mostHeld = 1_000

    /// Moves the meters, in memory only, by all that is held under the product: each of these requests may be captured
    /// before the one that is asked about, and take the cheap bands.
    /// - Returns: `false` when nothing is held.
    fileprivate mutating func takeHeld(
        of party: Party, naming product: String?, besides hold: Hold.ID, at now: Instant
    ) throws -> Bool {
        var isAny = false
        for held in try tx.holds.held(by: party.customer.id, at: now, limit: Self.mostHeld) where held.id != hold {
            guard let estimate = try? UsageEstimate(json: held.estimate), estimate.product == product else { continue }
            let report = estimate.report(held.id, customer: party.customer.externalID)
            let change = try? adding(
                report, by: party.customer, key: nil, in: party.customer.zone(of: party.account), at: now,
                countedAt: now, takesArchived: true)
            guard let change else { continue }
            take(change)
            isAny = true
        }
        return isAny
    }
}

extension Party {
    /// - Parameter heldMicros: of the customer's money.
    func wallet(heldMicros: Int64, _ context: WorkerContext, in tx: Transaction) throws -> WalletStanding? {
        guard isPrepaid else { return nil }
        let wallet = Wallet(customer: customer, currency: account.currency, context: context, tx: tx)
        return WalletStanding(
            balance: try wallet.contents(at: context.now).spendable.micros, accrued: try wallet.accrued().micros,
            receivable: try wallet.receivable().micros, held: heldMicros)
    }
}

extension ExactAmount {
    /// Whole micros, not less than zero.
    /// - Throws: `overflow`.
    fileprivate func roundedUp() throws -> Int64 {
        guard let micros = Int64(exactly: max(0, wholeMicros + (fraction > 0 ? 1 : 0))) else {
            throw WorkerError.invalid("estimate", "the estimate does not fit 64 bits of micros", code: "overflow")
        }
        return micros
    }
}

extension LimitCounterID {
    /// What is held of a subject, and what was ever used of it if it is a key.
    static func ever(_ subject: String) -> LimitCounterID {
        LimitCounterID(subject: subject, .ever)
    }
}
