public import Billing
import Ledger
public import Storage

/// What became of a wish to use something.
public enum AuthorizationOutcome: Sendable {
    case held(GrantedHold)
    case refused(AuthorizationRefusal)
}

/// A hold, as it was made.
public struct GrantedHold: Sendable {
    public let hold: Hold
    /// What a prepaid customer has left to hold; `nil` for others.
    public let availableMicros: Int64?
    /// How long to wait before the provider is called, and by which limit.
    public let delay: ThrottleDelay?
    public let throttledBy: LimitStanding?
    public let notices: [LimitNotice]
}

/// What would become of it; nothing is held.
public struct QuotaCheck: Sendable {
    public let refusal: AuthorizationRefusal?
    public let decision: QuotaDecision
    public let amounts: LimitAmounts
    /// Every limit that the request falls under, before it.
    public let standings: [LimitStanding]
    public let wallet: WalletStanding?
}

/// Lets requests be made before their provider is called: what one will take is set apart, of the wallet and of every
/// limit, in the commit that says so.
///
/// Each total that has a cap is taken from by an UPDATE that holds the cap as its condition, and the customer's meter
/// is locked before anything is read. So the sum of all that is held is within every cap, with any number of processes.
public struct Authorizations: Sendable {
    let context: WorkerContext

    static let seconds: ClosedRange<Int64> = 1...BillingTerms.longestHoldSeconds

    /// A refusal is no error, so that the alert that it may be worth is kept.
    /// - Throws: what is wrong with the request in itself.
    public func authorize(
        _ new: NewAuthorization, account: ConnectedAccount, in tx: Transaction
    ) throws -> AuthorizationOutcome {
        let now = context.now
        let seconds = try seconds(new, account)
        let party = try PartySearch(context: context, account: account, tx: tx).party(of: new, making: true)
        let id = Hold.ID.make(context.seams)
        let locked = try tx.heldTotals.lock(party.customer.id, at: now)
        let freed = try HeldTotals(tx: tx).expire(of: party.customer.id, at: now)
        let found = try assess(new, id, party, heldMicros: locked.heldMicros - freed, at: now, in: tx) { id in
            try tx.limitCounters.get(id)
        }
        let alerts = AlertWriter(context: context, account: account, at: now, in: tx)
        try askForTopUp(found, at: now, in: tx)
        if let refusal = found.refusal {
            try alerts.refused(refusal, found, filledAt: locked.filledAt)
            try TopUpLinks(context: context).prepare(in: tx)
            return .refused(try withPage(refusal, of: party, in: tx))
        }
        let hold = Hold(
            id: id, account: account.id, customer: party.customer.id, apiKey: party.key?.id.text,
            heldMicros: found.amounts.spendMicros, heldCostMicros: found.amounts.costMicros,
            heldTokens: found.amounts.tokens, estimate: new.estimateText, expiresAt: now.adding(seconds: seconds),
            createdAt: now)
        try take(found, in: tx)
        try tx.holds.insert(hold)
        try alerts.granted(found)
        return .held(granted(hold, found))
    }

    /// What would become of it.
    /// - Throws: what is wrong with the request in itself.
    public func check(_ new: NewAuthorization, account: ConnectedAccount, in tx: Transaction) throws -> QuotaCheck {
        let now = context.now
        _ = try seconds(new, account)
        let party = try PartySearch(context: context, account: account, tx: tx).party(of: new, making: false)
        let expired = try HeldTotals.Expired(tx.holds.due(of: party.customer.id, at: now), party, in: tx)
        let held = try tx.heldTotals.meter(of: party.customer.id)?.heldMicros ?? 0
        let found = try assess(
            new, .make(context.seams), party, heldMicros: held - expired.micros, at: now, in: tx,
            counter: expired.counter)
        return QuotaCheck(
            refusal: try found.refusal.map { try withPage($0, of: party, in: tx) }, decision: found.decision,
            amounts: found.amounts, standings: found.book.standings + [found.key].compactMap(\.self),
            wallet: found.wallet)
    }

    private func assess(
        _ new: NewAuthorization, _ id: Hold.ID, _ party: Party, heldMicros: Int64, at now: Instant,
        in tx: Transaction, counter: (LimitCounterID) throws -> LimitCounter
    ) throws -> Assessment {
        let (provider, model) = (new.estimate.provider, new.estimate.model)
        // Who may not is told so, whatever it would come to.
        let isForbidden = party.refusal(provider: provider, model: model, at: now) != nil
        return try Assessment(
            of: party, isForbidden ? .zero : new.estimate.amounts(id, for: party, context: context, in: tx),
            provider: provider, model: model, wallet: party.wallet(heldMicros: heldMicros, context, in: tx), at: now,
            counter: counter)
    }

    /// - Parameter bound: the only customer whose holds the caller may see.
    /// - Throws: `not_found`, also for one of somebody else.
    public func get(
        _ id: Hold.ID, account: ConnectedAccount, bound: Customer.ID? = nil, in tx: Transaction
    ) throws -> Hold {
        guard let hold = try tx.holds.find(id), hold.account == account.id, bound == nil || hold.customer == bound
        else { throw WorkerError.notFound("authorization") }
        return hold
    }

    /// Newest first.
    public func list(
        account: ConnectedAccount, customer: Customer?, after: Hold.ID?, limit: Int, in tx: Transaction
    ) throws -> [Hold] {
        try tx.holds.list(account: account.id, customer: customer?.id, after: after, limit: limit)
    }

    private func seconds(_ new: NewAuthorization, _ account: ConnectedAccount) throws -> Int64 {
        let usual = account.terms.inForce.holdSeconds
        let seconds = new.expiresIn ?? usual
        // A customer must not be able to keep a limit of all customers taken.
        let most = new.bound == nil ? Self.seconds.upperBound : usual
        guard (1...most).contains(seconds) else {
            throw WorkerError.invalid("expires_in", "expires_in must be 1 to \(most) seconds")
        }
        return seconds
    }

    /// The check once more, as the condition of each write.
    private func take(_ found: Assessment, in tx: Transaction) throws {
        let asked = found.amounts.spendMicros
        try found.book.take(found.amounts, in: tx)
        if let key = found.party.key {
            var most = LimitAmounts.unlimited
            if let cap = key.cap { most.spendMicros = cap.maxSpendMicros - asked }
            guard try tx.heldTotals.take(found.amounts, of: .ever(key.limitSubject), whereTakenAtMost: most) else {
                throw StorageError(.locked, detail: "limit_counters.held")
            }
        }
        let most = found.wallet?.mostHeld(before: asked) ?? HeldTotalStore.most
        guard try tx.heldTotals.take(asked, of: found.party.customer.id, whereHeldAtMost: most) else {
            throw StorageError(.locked, detail: "customer_meters.held_micros")
        }
    }

    /// A wallet that fills itself is looked at as soon as what is available falls below its threshold.
    private func askForTopUp(_ found: Assessment, at now: Instant, in tx: Transaction) throws {
        guard let wallet = found.wallet, found.refusal == nil || found.refusal?.reason == .wallet else { return }
        let currency = found.party.account.currency
        let left = Int64(clamping: Int128(wallet.available) - Int128(found.amounts.spendMicros))
        try Wallet(customer: found.party.customer, currency: currency, context: context, tx: tx).askForTopUp(
            Money(micros: left, currency), at: now)
    }

    private func granted(_ hold: Hold, _ found: Assessment) -> GrantedHold {
        var throttle: (delay: ThrottleDelay, by: LimitStanding)?
        if case .throttled(let delay, let standing) = found.decision.outcome { throttle = (delay, standing) }
        return GrantedHold(
            hold: hold, availableMicros: found.wallet.map { $0.available - hold.heldMicros }, delay: throttle?.delay,
            throttledBy: throttle?.by, notices: found.decision.notices)
    }

    /// With the page on which the customer can pay: that of a top-up that is open, else the one to begin one on.
    private func withPage(
        _ refusal: AuthorizationRefusal, of party: Party, in tx: Transaction
    ) throws -> AuthorizationRefusal {
        guard refusal.reason == .wallet else { return refusal }
        let (account, customer) = (party.account, party.customer)
        let open = try tx.topUps.list(account: account.id, customer: customer.id, after: nil, limit: 5)
            .first { $0.status == .open && $0.url != nil }
        var refusal = refusal
        refusal.topUpURL = try open?.url ?? TopUpLinks(context: context).url(for: customer, of: account, in: tx)
        return refusal
    }
}
